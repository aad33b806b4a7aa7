"""Counts what a graph costs: weights and multiply-accumulate operations."""

from __future__ import annotations

import math
from dataclasses import dataclass

from engine.catalog.onnx_graph import OnnxGraph
from engine.catalog.onnx_operands import Known, Shape
from engine.catalog.onnx_shapes import propagate_shapes

_FLOAT_TYPES = frozenset({1, 10, 11, 16})


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphCost:
    """The cost of one pass.

    Attributes:
        params: Elements of all weights.
        conv_macs: Multiply-accumulates of the convolutions.
        matmul_macs: Multiply-accumulates of the matrix products.
        conv_activations: Elements of all outputs of convolutions.
        output_shape: Shape of the first output.
    """

    params: int
    conv_macs: int
    matmul_macs: int
    conv_activations: int
    output_shape: Shape

    @property
    def macs(self) -> int:
        """All multiply-accumulates."""
        return self.conv_macs + self.matmul_macs


def count_cost(graph: OnnxGraph, input_shape: Shape) -> GraphCost:
    """Return the cost of one pass over an input of ``input_shape``.

    Args:
        graph: A graph with one input.
        input_shape: ``(N, C, H, W)``.

    Raises:
        ModelRefusedError: If a shape cannot be worked out; see `propagate_shapes`.
    """
    known = propagate_shapes(graph, {graph.inputs[0].name: input_shape})
    conv_macs = matmul_macs = conv_activations = 0
    for node in graph.nodes:
        result = known[node.outputs[0]].shape if node.outputs else ()
        operands = [known.get(name, Known(shape=())).shape for name in node.inputs]
        if node.op_type in {"Conv", "ConvInteger", "QLinearConv"}:
            weight = operands[3 if node.op_type == "QLinearConv" else 1]
            conv_macs += result[0] * math.prod(result[2:]) * math.prod(weight)
            conv_activations += math.prod(result)
        elif node.op_type == "ConvTranspose":
            conv_macs += operands[0][0] * math.prod(operands[0][2:]) * math.prod(operands[1])
            conv_activations += math.prod(result)
        elif node.op_type in {"MatMul", "Gemm"}:
            inner = operands[0][0 if node.attributes.get("transA") else -1]
            matmul_macs += math.prod(result) * inner
    return GraphCost(
        params=_count_params(graph),
        conv_macs=conv_macs,
        matmul_macs=matmul_macs,
        conv_activations=conv_activations,
        output_shape=known[graph.outputs[0].name].shape,
    )


def _count_params(graph: OnnxGraph) -> int:
    return sum(t.count for t in graph.initializers.values() if t.data_type in _FLOAT_TYPES)
