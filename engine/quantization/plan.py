"""Chooses the layers of a network that compute in int8: one unbroken chain, float at both ends.

::

    lr ── first convolution ─┬─ Q ─ conv ─ activation ─ conv ─ + ─ … ─ conv ─ DQ ─┐
          float32            │      int8                                          + ── tail ── sr
                             └────────────────── float32 ─────────────────────────┘   float32

Inside the chain every change to float and back costs a pass over all values (mfa-s-x4: 1.8 times
as fast as float32 with one chain, 1.3 times with sums in float, 1.1 times with 1x1 convolutions in
float). At its ends the change is needed anyway. The first convolution has three inputs and costs
little, but everything after it is made of what it gives, and the tail makes the pixels: both in
float32 halve the difference that is seen in smooth areas.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import onnx

ChainEnd: TypeAlias = Literal["first", "last"]
"""The first convolutions, which read the picture, or the last ones before the tail."""

_FLOAT_ENDS: tuple[ChainEnd, ...] = ("first",)
_COLORS = 3
# What the tail consists of: it ends, read backwards, at the last activation function.
_LINEAR = frozenset({"Conv", "Add", "Sub", "DepthToSpace", "Resize", "Clip"})
# Operators with int8 kernels in ONNX Runtime. PRelu has none and stays in float32.
_INTEGER = frozenset(
    {"Conv", "Relu", "LeakyRelu", "Add", "Mul", "Concat", "Sigmoid", "MaxPool", "AveragePool"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantizationPlan:
    """What of a network is quantized.

    Attributes:
        nodes: Names of the nodes that compute in int8.
        activations: Tensors that these read and write, except weights: each needs a range.
    """

    nodes: frozenset[str]
    activations: tuple[str, ...]


def quantization_plan(
    model: onnx.ModelProto, *, float_ends: Collection[ChainEnd] = _FLOAT_ENDS
) -> QuantizationPlan:
    """Return which nodes of a float network compute in int8.

    Args:
        model: A network with one input; each node has a name of its own, see `name_nodes`.
        float_ends: Ends of the chain that compute in float; the tail always does.
    """
    graph = _Graph(model.graph)
    floats = graph.tail()
    if "first" in float_ends:
        floats |= graph.head()
    nodes = {
        node.name
        for node in model.graph.node
        if node.op_type in _INTEGER and node.name not in floats
    }
    if "last" in float_ends:
        nodes -= graph.last_convolutions(nodes)
    # A sum or a function at an end of the chain would be rounded for nothing.
    for node in model.graph.node:
        if node.op_type != "Conv" and not any(one.name in nodes for one in graph.makers(node)):
            nodes.discard(node.name)
    for node in reversed(model.graph.node):
        if node.op_type != "Conv" and not any(one.name in nodes for one in graph.readers(node)):
            nodes.discard(node.name)
    return plan_of(model, nodes)


def plan_of(model: onnx.ModelProto, nodes: Collection[str]) -> QuantizationPlan:
    """Return the plan by which exactly the nodes of these names compute in int8."""
    graph = _Graph(model.graph)
    activations = [
        tensor
        for node in model.graph.node
        if node.name in nodes
        for tensor in (*graph.activations_of(node), node.output[0])
    ]
    return QuantizationPlan(nodes=frozenset(nodes), activations=tuple(dict.fromkeys(activations)))


def name_nodes(model: onnx.ModelProto) -> None:
    """Give nodes without a name of their own one: a plan and the quantizer know nodes by name."""
    taken = set()
    for number, node in enumerate(model.graph.node):
        if not node.name or node.name in taken:
            node.name = f"{node.op_type}_{number}_{node.output[0]}"
        taken.add(node.name)


class _Graph:
    """A graph that can be followed in both directions."""

    def __init__(self, graph: onnx.GraphProto) -> None:
        self._nodes: Sequence[onnx.NodeProto] = graph.node
        self._weights = {tensor.name: tensor for tensor in graph.initializer}
        self._producers = {name: node for node in graph.node for name in node.output}
        self._outputs = [output.name for output in graph.output]
        self._inputs = {value.name for value in graph.input} - set(self._weights)

    def activations_of(self, node: onnx.NodeProto) -> Iterator[str]:
        """Yield the tensors that ``node`` reads, except weights and constants."""
        for name in node.input:
            producer = self._producers.get(name)
            is_constant = producer is not None and producer.op_type == "Constant"
            if name and name not in self._weights and not is_constant:
                yield name

    def makers(self, node: onnx.NodeProto) -> list[onnx.NodeProto]:
        """Return the nodes that make what ``node`` reads."""
        return [self._producers[name] for name in node.input if name in self._producers]

    def readers(self, node: onnx.NodeProto) -> list[onnx.NodeProto]:
        """Return the nodes that read a result of ``node``."""
        made = set(node.output)
        return [one for one in self._nodes if made & set(one.input)]

    def head(self) -> set[str]:
        """Return the nodes up to the first convolutions, which read the picture."""
        found: set[str] = set()
        pictures = set(self._inputs)
        for node in self._nodes:
            read = list(self.activations_of(node))
            if read and all(name in pictures for name in read):
                found.add(node.name)
                if node.op_type != "Conv":
                    pictures.update(node.output)
        return found

    def last_convolutions(self, nodes: Collection[str]) -> set[str]:
        """Return the convolutions among ``nodes`` that no other of them follows."""
        found: set[str] = set()
        followed: set[str] = set()
        # Nodes of a graph are in the order of their computation.
        for node in reversed(self._nodes):
            is_one = node.op_type == "Conv" and node.name in nodes
            is_followed = not followed.isdisjoint(node.output)
            if is_one and not is_followed:
                found.add(node.name)
            if is_one or is_followed:
                followed.update(node.input)
        return found

    def tail(self) -> set[str]:
        """Return the nodes that make the pixels: all linear ones after the last activation."""
        widths: Mapping[str, int] = {
            name: tensor.dims[1] for name, tensor in self._weights.items() if tensor.dims[1:]
        }
        found: set[str] = set()
        waiting = list(self._outputs)
        while waiting:
            node = self._producers.get(waiting.pop())
            if node is None or node.name in found or node.op_type not in _LINEAR:
                continue
            found.add(node.name)
            # Of features only the last convolution; one of a picture has a tail before it.
            if node.op_type != "Conv" or widths[node.input[1]] == _COLORS:
                waiting += node.input
        return found
