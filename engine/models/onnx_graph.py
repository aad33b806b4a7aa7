"""Runs the graph of an ONNX file in torch, with weights from elsewhere and with gradients.

Only for files that `mfagan export` wrote, which have few operators. Of the packages that turn any
ONNX file into a torch module, onnx2torch keeps weights inside modules, where those of a dial cannot
be mixed at every step, and knows no nodes of QDQ files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import onnx
import torch
from torch import Tensor
from torch.nn import functional

Attributes = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Operand:
    """What a node reads.

    Attributes:
        tensor: Name of the tensor in the float network.
        is_rounded: Whether the node reads it as 8 bits store it.
    """

    tensor: str
    is_rounded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One operation.

    Attributes:
        operator: ONNX operator, such as ``Conv``.
        attributes: Its attributes.
        operands: What it reads.
        results: Names of the tensors that it makes.
    """

    operator: str
    attributes: Attributes
    operands: tuple[Operand, ...]
    results: tuple[str, ...]

    def run(self, operands: Sequence[Tensor]) -> tuple[Tensor, ...]:
        """Return the results."""
        if self.operator == "Split":
            axis = int(self.attributes.get("axis", 0))
            return torch.chunk(operands[0], len(self.results), axis)
        return (_OPERATORS[self.operator](self.attributes, operands),)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnnxGraph:
    """A network of one picture.

    Attributes:
        nodes: In the order in which they run.
        source: Name of the input.
        target: What is read as the output.
    """

    nodes: tuple[Node, ...]
    source: str
    target: Operand

    def run(
        self,
        lr: Tensor,
        weights: Callable[[Operand], Tensor],
        rounded: Callable[[str, Tensor], Tensor],
    ) -> Tensor:
        """Return the output.

        Args:
            lr: The input.
            weights: Returns a tensor that no node makes.
            rounded: Returns an activation, by name and value, as 8 bits store it.
        """
        made = {self.source: lr}
        stored: dict[str, Tensor] = {}

        def read(operand: Operand) -> Tensor:
            name = operand.tensor
            if name not in made:
                return weights(operand)
            if not operand.is_rounded:
                return made[name]
            # Several layers read most activations.
            if name not in stored:
                stored[name] = rounded(name, made[name])
            return stored[name]

        for node in self.nodes:
            results = node.run([read(operand) for operand in node.operands])
            made |= zip(node.results, results, strict=True)
        return read(self.target)


def attributes_of(node: onnx.NodeProto) -> dict[str, Any]:
    """Return the attributes of a node by name."""
    return {one.name: onnx.helper.get_attribute_value(one) for one in node.attribute}


def check_operators(model: onnx.ModelProto) -> None:
    """Check that every node of ``model`` can be run.

    Raises:
        ValueError: If one cannot.
    """
    other = sorted({node.op_type for node in model.graph.node} - {"Split", *_OPERATORS})
    if other:
        raise ValueError(f"training with simulated 8 bits does not know {', '.join(other)}")


def _conv(attributes: Attributes, read: Sequence[Tensor]) -> Tensor:
    sides = read[1].shape[2:]
    top_left, bottom_right = _halves(attributes.get("pads", [0] * 2 * len(sides)))
    if top_left != bottom_right:
        raise ValueError(f"a convolution has uneven pads: {attributes['pads']}")
    return functional.conv2d(
        read[0],
        read[1],
        read[2] if read[2:] else None,
        stride=attributes.get("strides", [1] * len(sides)),
        padding=top_left,
        dilation=attributes.get("dilations", [1] * len(sides)),
        groups=attributes.get("group", 1),
    )


def _average_pool(attributes: Attributes, read: Sequence[Tensor]) -> Tensor:
    top_left, _ = _halves(attributes.get("pads", [0] * 4))
    return functional.avg_pool2d(
        read[0],
        attributes["kernel_shape"],
        attributes.get("strides", [1, 1]),
        padding=top_left,
        count_include_pad=bool(attributes.get("count_include_pad", 0)),
    )


def _depth_to_space(attributes: Attributes, read: Sequence[Tensor]) -> Tensor:
    side, (count, channels, height, width) = attributes["blocksize"], read[0].shape
    if attributes.get("mode", b"DCR") != b"DCR":
        return functional.pixel_shuffle(read[0], side)
    # Places first, colors second; torch's own shuffle has them the other way round.
    colors = channels // side**2
    parts = read[0].view(count, side, side, colors, height, width)
    return parts.permute(0, 3, 4, 1, 5, 2).reshape(count, colors, height * side, width * side)


def _prelu(attributes: Attributes, read: Sequence[Tensor]) -> Tensor:
    return functional.prelu(read[0], read[1].flatten())


def _resize(attributes: Attributes, read: Sequence[Tensor]) -> Tensor:
    factors = read[1].tolist()[2:]
    mode = {b"nearest": "nearest", b"linear": "bilinear", b"cubic": "bicubic"}[attributes["mode"]]
    align = None if mode == "nearest" else False
    return functional.interpolate(read[0], scale_factor=factors, mode=mode, align_corners=align)


def _halves(values: Sequence[int]) -> tuple[list[int], list[int]]:
    half = len(values) // 2
    return list(values[:half]), list(values[half:])


_OPERATORS: Final[Mapping[str, Callable[[Attributes, Sequence[Tensor]], Tensor]]] = {
    "Conv": _conv,
    "AveragePool": _average_pool,
    "DepthToSpace": _depth_to_space,
    "PRelu": _prelu,
    "Resize": _resize,
    "LeakyRelu": lambda own, read: functional.leaky_relu(read[0], own.get("alpha", 0.01)),
    "Relu": lambda own, read: functional.relu(read[0]),
    "Sigmoid": lambda own, read: torch.sigmoid(read[0]),
    "Add": lambda own, read: read[0] + read[1],
    "Sub": lambda own, read: read[0] - read[1],
    "Mul": lambda own, read: read[0] * read[1],
    "Concat": lambda own, read: torch.cat(list(read), int(own["axis"])),
}
