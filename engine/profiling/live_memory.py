"""Estimates how much memory the feature maps of a network take at once.

It is an estimate from the graph alone, of a runtime that computes in float32,
gives each map back after its last reader and lets an element-wise operation
write over its input. What a convolution needs beside its maps is not in it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.catalog.onnx_graph import OnnxGraph, OnnxNode
from engine.catalog.onnx_operands import Known, Shape
from engine.catalog.onnx_shapes import propagate_shapes

_ITEM_BYTES = 4
_VIEWS = frozenset({"Reshape", "Identity", "Flatten", "Squeeze", "Unsqueeze", "Dropout", "Cast"})
_IN_PLACE = frozenset(
    {
        "Add", "Sub", "Mul", "Div", "Pow", "Sqrt", "Neg", "Abs", "Exp", "Erf", "Relu", "LeakyRelu",
        "PRelu", "Sigmoid", "Tanh", "Clip", "Elu", "Softplus", "HardSigmoid", "HardSwish", "Gelu",
        "Min", "Max",
    }
)  # fmt: skip


@dataclass(slots=True)
class _Memory:
    """Buffers that are in use, and who still reads them.

    Attributes:
        readers: How many operations have yet to read each tensor.
        buffers: The buffer that each tensor lies in.
        tenants: The tensors of each buffer that somebody has yet to read.
        sizes: Bytes of each buffer in use.
    """

    readers: Counter[str]
    buffers: dict[str, int] = field(default_factory=dict)
    tenants: dict[int, set[str]] = field(default_factory=dict)
    sizes: dict[int, int] = field(default_factory=dict)

    def allocate(self, name: str, size_bytes: int) -> None:
        number = len(self.buffers)
        self.buffers[name] = number
        self.tenants[number] = {name}
        self.sizes[number] = size_bytes

    def share(self, name: str, source: str) -> None:
        self.buffers[name] = self.buffers[source]
        self.tenants[self.buffers[name]].add(name)

    def replaceable(self, node: OnnxNode, size_bytes: int) -> str | None:
        """Return an input of this size that nobody needs after ``node``."""
        for name in node.inputs:
            number = self.buffers.get(name)
            if (
                number is not None
                and self.sizes[number] == size_bytes
                and self.tenants[number] == {name}
                and self.readers[name] == node.inputs.count(name)
            ):
                return name
        return None

    def release(self, names: Sequence[str]) -> None:
        for name in names:
            self.readers[name] -= 1
            number = self.buffers.get(name)
            if number is not None and self.readers[name] <= 0:
                self.tenants[number].discard(name)
                if not self.tenants[number]:
                    self.sizes.pop(number, None)


def live_peak_bytes(graph: OnnxGraph, input_shape: Shape) -> int:
    """Return the most bytes of feature maps that are alive at once, input and output among them.

    Args:
        graph: A graph with one input.
        input_shape: ``(N, C, H, W)``.

    Raises:
        ModelRefusedError: If a shape cannot be worked out; see `propagate_shapes`.
    """
    known = propagate_shapes(graph, {graph.inputs[0].name: input_shape})
    readers = Counter(name for node in graph.nodes for name in node.inputs)
    readers.update(port.name for port in graph.outputs)
    memory = _Memory(readers)
    memory.allocate(graph.inputs[0].name, _size(known[graph.inputs[0].name]))
    peak = sum(memory.sizes.values())
    for node in graph.nodes:
        _place_outputs(memory, node, known)
        peak = max(peak, sum(memory.sizes.values()))
        unread = [name for name in node.outputs if not memory.readers[name]]
        memory.release([*node.inputs, *unread])
    return peak


def _place_outputs(memory: _Memory, node: OnnxNode, known: dict[str, Known]) -> None:
    for name in node.outputs:
        if not name or known[name].value is not None:
            continue  # numbers about shapes take no room worth counting
        size_bytes = _size(known[name])
        source = node.inputs[0] if node.inputs else ""
        if node.op_type in _VIEWS and source in memory.buffers:
            memory.share(name, source)
            continue
        old = memory.replaceable(node, size_bytes) if node.op_type in _IN_PLACE else None
        if old is None:
            memory.allocate(name, size_bytes)
        else:
            memory.share(name, old)


def _size(tensor: Known) -> int:
    return math.prod(tensor.shape) * _ITEM_BYTES
