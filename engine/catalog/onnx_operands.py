"""The operands of one node, as shape rules ask for them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from engine.catalog.onnx_graph import OnnxNode, SmallArray
from engine.core.errors import ModelRefusedError

Shape: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a tensor: its shape, and its value when it is small."""

    shape: Shape
    value: SmallArray | None = None


class Operands:
    """The inputs and attributes of one node, checked as they are asked for."""

    def __init__(self, node: OnnxNode, known: Mapping[str, Known], opset: int) -> None:
        self.node = node
        self.opset = opset
        self.inputs = tuple(known.get(name) if name else None for name in node.inputs)

    def shape(self, index: int) -> Shape:
        """Return the shape of input ``index``."""
        return self._input(index).shape

    def has(self, index: int) -> bool:
        """Return whether the optional input ``index`` is there."""
        return index < len(self.inputs) and self.inputs[index] is not None

    def ints(self, index: int) -> Shape:
        """Return the content of input ``index`` as integers."""
        value = self._input(index).value
        if value is None:
            raise ModelRefusedError(f"{self.node.op_type}: a size depends on the pixels")
        return tuple(int(v) for v in value.reshape(-1))

    def floats(self, index: int) -> tuple[float, ...]:
        """Return the content of input ``index`` as floats."""
        value = self._input(index).value
        if value is None:
            raise ModelRefusedError(f"{self.node.op_type}: a scale depends on the pixels")
        return tuple(float(v) for v in value.reshape(-1))

    def int_attribute(self, name: str, default: int) -> int:
        """Return an attribute that is one integer."""
        value = self.node.attributes.get(name, default)
        return value if isinstance(value, int) else default

    def ints_attribute(self, name: str, default: Shape | None = None) -> Shape | None:
        """Return an attribute that is a list of integers."""
        value = self.node.attributes.get(name)
        if isinstance(value, tuple):
            return tuple(int(v) for v in value)
        return default

    def text_attribute(self, name: str, default: str) -> str:
        """Return an attribute that is text."""
        value = self.node.attributes.get(name, default)
        return value if isinstance(value, str) else default

    def axes(self, index: int) -> Shape | None:
        """Return axes given as an input (new opsets) or as an attribute (old ones)."""
        if self.has(index) and math.prod(self.shape(index)) > 0:
            return self.ints(index)
        return self.ints_attribute("axes")

    def _input(self, index: int) -> Known:
        known = self.inputs[index] if index < len(self.inputs) else None
        if known is None:
            raise ModelRefusedError(f"{self.node.op_type}: input {index} is missing")
        return known
