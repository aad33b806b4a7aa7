"""Counts the cost of a model: weights and multiply-accumulates."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal

from onnx import ModelProto, NodeProto, TensorProto

from engine.core.errors import ModelRefusedError
from engine.probing.answers import GraphCost
from engine.probing.live_memory import live_peak_bytes
from engine.probing.onnx_model import first_ports, input_dims
from engine.probing.onnx_shapes import Shape, tensor_shapes

_FLOAT_TYPES = frozenset(
    {TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.DOUBLE, TensorProto.BFLOAT16}
)
_CONVOLUTIONS = frozenset({"Conv", "ConvInteger", "QLinearConv"})
_PRODUCTS = frozenset({"MatMul", "MatMulInteger", "QLinearMatMul", "Gemm"})
_WEIGHT_INPUT = {"QLinearConv": 3}


def count_cost(model: ModelProto, *, height_px: int, width_px: int) -> GraphCost:
    """Return the cost of one pass over a picture of ``height_px`` x ``width_px``.

    Raises:
        ModelRefusedError: If a shape is unknown, or the size does not fit the model.
    """
    source, result = first_ports(model)
    channels, shapes = _shapes(model, height_px=height_px, width_px=width_px)
    conv_macs = matmul_macs = conv_activations = 0
    for node in model.graph.node:
        if node.op_type in _CONVOLUTIONS or node.op_type == "ConvTranspose":
            conv_macs += _convolution_macs(node, shapes)
            conv_activations += math.prod(_shape(node, node.output, 0, shapes))
        elif node.op_type in _PRODUCTS:
            matmul_macs += _product_macs(node, shapes)
        elif node.op_type == "Einsum":
            matmul_macs += _einsum_macs(node, shapes)
    if result.name not in shapes:
        raise ModelRefusedError(f"the size of its output {result.name!r} cannot be worked out")
    return GraphCost(
        channels=channels,
        params=_count_params(model),
        conv_macs=conv_macs,
        matmul_macs=matmul_macs,
        conv_activations=conv_activations,
        output_shape=shapes[result.name],
        live_peak_bytes=live_peak_bytes(model, source.name, shapes),
    )


def convolution_macs(model: ModelProto, *, height_px: int, width_px: int) -> dict[str, int]:
    """Return the multiply-accumulates of each convolution by the name of its node.

    Raises:
        ModelRefusedError: If a shape is unknown, or the size does not fit the model.
    """
    _, shapes = _shapes(model, height_px=height_px, width_px=width_px)
    return {
        node.name: _convolution_macs(node, shapes)
        for node in model.graph.node
        if node.op_type == "Conv"
    }


def _shapes(
    model: ModelProto, *, height_px: int, width_px: int
) -> tuple[Literal[1, 3], dict[str, Shape]]:
    """Return the channels of the input, and the shapes of all tensors."""
    source, _ = first_ports(model)
    dims = input_dims(source)
    channels: Literal[1, 3] = 1 if dims is not None and len(dims) == 4 and dims[1] == 1 else 3
    return channels, tensor_shapes(model, source.name, (1, channels, height_px, width_px))


def _convolution_macs(node: NodeProto, shapes: Mapping[str, Shape]) -> int:
    # Each weight is used once per position: of the output, or of the input when transposed.
    places = (
        _shape(node, node.input, 0, shapes)
        if node.op_type == "ConvTranspose"
        else _shape(node, node.output, 0, shapes)
    )
    weight = _shape(node, node.input, _WEIGHT_INPUT.get(node.op_type, 1), shapes)
    return places[0] * math.prod(places[2:]) * math.prod(weight)


def _product_macs(node: NodeProto, shapes: Mapping[str, Shape]) -> int:
    left = _shape(node, node.input, 0, shapes)
    is_transposed = any(a.name == "transA" and a.i for a in node.attribute)
    return math.prod(_shape(node, node.output, 0, shapes)) * left[0 if is_transposed else -1]


def _einsum_macs(node: NodeProto, shapes: Mapping[str, Shape]) -> int:
    equation = next((a.s.decode() for a in node.attribute if a.name == "equation"), "")
    sizes: dict[str, int] = {}
    for index, term in enumerate(equation.partition("->")[0].replace(" ", "").split(",")):
        sizes.update(zip(term, _shape(node, node.input, index, shapes), strict=False))
    return math.prod(sizes.values())


def _shape(node: NodeProto, names: Sequence[str], index: int, shapes: Mapping[str, Shape]) -> Shape:
    name = names[index] if index < len(names) else ""
    if name not in shapes:
        raise ModelRefusedError(f"{node.op_type}: the size of {name!r} cannot be worked out")
    return shapes[name]


def _count_params(model: ModelProto) -> int:
    return sum(math.prod(t.dims) for t in model.graph.initializer if t.data_type in _FLOAT_TYPES)
