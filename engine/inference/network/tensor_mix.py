"""Mixes the tensors of networks of one graph: float weights, and int8 weights with their scales.

An int8 network is a float network in which each convolution is framed by two kinds of nodes
(QDQ)::

    activation ─ QuantizeLinear ─ DequantizeLinear ─┐     scale and zero point: the range
                  weight (int8) ─ DequantizeLinear ─┼─ Conv ─ …    a scale for each channel
                   bias (int32) ─ DequantizeLinear ─┘     its scale is that of both others

What is mixed is what the integers stand for. Ranges are mixed first; then the weights are
quantized anew, and last the biases, whose scale ONNX Runtime requires to be the product of the
activation's and the weight's. No photos are needed for that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.core.errors import InferenceError

if TYPE_CHECKING:
    from onnx import GraphProto, NodeProto

Tensor: TypeAlias = NDArray[Any]

# int8 weights are symmetric: -128 has no counterpart.
_MAX_INT8 = 127
# A channel of zeros has any scale but 0.
_LEAST_SCALE = np.float32(1e-12)


def mix_tensors(
    graph: GraphProto, corners: Sequence[Mapping[str, Tensor]], shares: Sequence[float]
) -> dict[str, Tensor]:
    """Return the initializers of ``graph`` that change, mixed.

    Args:
        graph: The graph of all corners.
        corners: Initializers of each corner, by name.
        shares: Share of each corner; they add up to 1.

    Raises:
        InferenceError: If a tensor that cannot be mixed differs between the corners.
    """
    mix = _Mix(corners, shares)
    quantized = _QuantizedMix(graph, mix)
    mixed = quantized.run()
    for name, first in corners[0].items():
        if name in mixed:
            continue
        if first.dtype in (np.float32, np.float16):
            mixed[name] = mix.of(name).astype(first.dtype)
        elif any(not np.array_equal(first, corner[name]) for corner in corners[1:]):
            raise InferenceError(f"the corners differ in {name}, which cannot be mixed")
    # The same types and shapes as before: a scalar stays a scalar.
    return {
        name: np.ascontiguousarray(value, dtype=corners[0][name].dtype).reshape(
            corners[0][name].shape
        )
        for name, value in mixed.items()
    }


@dataclass(frozen=True, slots=True)
class _Mix:
    """The corners and their shares."""

    corners: Sequence[Mapping[str, Tensor]]
    shares: Sequence[float]

    def of(self, name: str) -> NDArray[np.float32]:
        """Return the weighted sum of one tensor."""
        return self.total([corner[name] for corner in self.corners])

    def total(self, tensors: Sequence[Tensor]) -> NDArray[np.float32]:
        """Return the weighted sum of ``tensors``, one of each corner, in float32."""
        parts = (
            np.float32(share) * tensor.astype(np.float32)
            for share, tensor in zip(self.shares, tensors, strict=True)
        )
        return np.asarray(sum(parts), dtype=np.float32)


@dataclass(slots=True)
class _QuantizedMix:
    """Mixes the quantized tensors of a graph; of a float graph there are none."""

    graph: GraphProto
    mix: _Mix
    makers: dict[str, NodeProto] = field(init=False)
    made: dict[str, Tensor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.makers = {output: node for node in self.graph.node for output in node.output}

    def run(self) -> dict[str, Tensor]:
        """Return the mixed tensors by name."""
        first = self.mix.corners[0]
        for node in self.graph.node:
            if node.op_type == "QuantizeLinear":
                self._mix_range(*node.input[1:3])
        stored = [
            node
            for node in self.graph.node
            if node.op_type == "DequantizeLinear" and node.input[0] in first
        ]
        for node in stored:
            if first[node.input[0]].dtype == np.int8:
                self._mix_weight(node)
        for node in stored:
            if first[node.input[0]].dtype == np.int32:
                self._mix_bias(node)
        return self.made

    def _mix_range(self, scale_name: str, zero_name: str) -> None:
        """Mix the lowest and the highest value that an activation can take."""
        limits = np.iinfo(self.mix.corners[0][zero_name].dtype)
        low, high = (
            self.mix.total(
                [
                    (np.float32(limit) - corner[zero_name].astype(np.float32)) * corner[scale_name]
                    for corner in self.mix.corners
                ]
            )
            for limit in (limits.min, limits.max)
        )
        scale = np.maximum((high - low) / np.float32(limits.max - limits.min), _LEAST_SCALE)
        self.made[scale_name] = scale
        zero = np.round(np.float32(limits.min) - low / scale)
        self.made[zero_name] = np.clip(zero, limits.min, limits.max)

    def _mix_weight(self, node: NodeProto) -> None:
        weight = self._mixed_value(node)
        axis = _channel_axis(node, self._scale(node.input[1]))
        others = None if axis is None else tuple(i for i in range(weight.ndim) if i != axis)
        largest = np.abs(weight).max(axis=others)
        self._store(node, weight, np.maximum(largest / np.float32(_MAX_INT8), _LEAST_SCALE))

    def _mix_bias(self, node: NodeProto) -> None:
        bias = self._mixed_value(node)
        convs = [one for one in self.graph.node if node.output[0] in list(one.input)[2:]]
        scale: Tensor = np.ones((), np.float32)
        for name in convs[0].input[:2]:
            scale = scale * self._scale(self.makers[name].input[1])
        self._store(node, bias, np.broadcast_to(scale, self._scale(node.input[1]).shape))

    def _mixed_value(self, node: NodeProto) -> NDArray[np.float32]:
        """Return what the integers that ``node`` dequantizes stand for, mixed."""
        name, scale_name, *zero_name = node.input
        values = []
        for corner in self.mix.corners:
            integers, scale = corner[name].astype(np.float32), corner[scale_name]
            axis = _channel_axis(node, scale)
            for zero in zero_name:
                integers = integers - _along(corner[zero].astype(np.float32), integers, axis)
            values.append(integers * _along(scale, integers, axis))
        return self.mix.total(values)

    def _store(self, node: NodeProto, value: Tensor, scale: Tensor) -> None:
        """Quantize ``value`` with ``scale`` and no zero point."""
        name, scale_name, *zero_name = node.input
        limits = np.iinfo(self.mix.corners[0][name].dtype)
        lowest = -_MAX_INT8 if limits.bits == 8 else limits.min
        # float64, as a large bias in int32 has more digits than a float32.
        steps = value.astype(np.float64) / _along(scale, value, _channel_axis(node, scale))
        self.made[name] = np.clip(np.round(steps), lowest, limits.max)
        self.made[scale_name] = scale
        for zero in zero_name:
            self.made[zero] = np.zeros_like(self.mix.corners[0][zero])

    def _scale(self, name: str) -> Tensor:
        return self.made.get(name, self.mix.corners[0][name])


def _channel_axis(node: NodeProto, scale: Tensor) -> int | None:
    """Return the axis that has a scale for each channel, None with one scale for all."""
    if scale.ndim == 0:
        return None
    return next((int(a.i) for a in node.attribute if a.name == "axis"), 1)


def _along(values: Tensor, tensor: Tensor, axis: int | None) -> Tensor:
    """Return a value for each channel in the shape that fits ``tensor``."""
    if axis is None:
        return values
    return values.reshape([-1 if i == axis % tensor.ndim else 1 for i in range(tensor.ndim)])
