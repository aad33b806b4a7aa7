"""Works out the shape of every tensor of a graph for one input size.

Graphs compute some of their shapes themselves (``Shape``, ``Slice``,
``Concat``, ``Reshape``), so small integer tensors are carried along with their
values (`onnx_folding`). An operation without a rule here is named and refused.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from engine.catalog.onnx_folding import fold
from engine.catalog.onnx_graph import (
    AttributeValue,
    OnnxGraph,
    OnnxNode,
    OnnxTensor,
    SmallArray,
    to_small_array,
)
from engine.catalog.onnx_operands import Known, Operands, Shape
from engine.catalog.onnx_shape_rules import SHAPE_RULES
from engine.core.errors import ModelRefusedError

# A shape tensor has a handful of entries; index tensors have one per pixel row.
_MAX_FOLDED_COUNT = 1 << 16


def propagate_shapes(graph: OnnxGraph, inputs: Mapping[str, Shape]) -> dict[str, Known]:
    """Return what is known of every tensor when ``inputs`` have these shapes.

    Raises:
        ModelRefusedError: If a node has no rule, or its operands do not fit.
    """
    known = {name: Known(shape=shape) for name, shape in inputs.items()}
    for name, tensor in graph.initializers.items():
        known[name] = Known(shape=tensor.dims, value=tensor.value)
    opset = graph.opsets.get("", 1)
    for node in graph.nodes:
        known.update(zip(node.outputs, _run_node(node, known, opset), strict=False))
    return known


def known_operations() -> frozenset[str]:
    """Return the operations that have a rule."""
    return frozenset(SHAPE_RULES) | {"Constant", "Shape", "Size"}


def _run_node(node: OnnxNode, known: Mapping[str, Known], opset: int) -> list[Known]:
    operands = Operands(node, known, opset)
    try:
        if node.op_type == "Constant":
            return [_constant(node.attributes)]
        if node.op_type in {"Shape", "Size"}:
            return [_measure(operands)]
        rule = SHAPE_RULES.get(node.op_type)
        if rule is None:
            raise ModelRefusedError(f"the operation {node.op_type} is not one we know")
        shapes = rule(operands)
        return [Known(shape=s, value=v) for s, v in zip(shapes, _values(operands), strict=False)]
    except (IndexError, ValueError, TypeError, ZeroDivisionError, OverflowError) as error:
        raise ModelRefusedError(f"{node.op_type}: its operands do not fit ({error})") from error


def _values(operands: Operands) -> list[SmallArray | None]:
    values = [known.value if known else None for known in operands.inputs]
    absent = [name == "" for name in operands.node.inputs]
    missing = any(v is None and not gone for v, gone in zip(values, absent, strict=True))
    outputs = len(operands.node.outputs)
    if missing or not values:
        return [None] * outputs
    value = fold(operands.node.op_type, values, operands.node.attributes)
    if value is None or value.size > _MAX_FOLDED_COUNT:
        return [None] * outputs
    return [value, *[None] * (outputs - 1)]


def _constant(attributes: Mapping[str, AttributeValue]) -> Known:
    for name in ("value", "value_int", "value_float", "value_ints", "value_floats"):
        if name not in attributes:
            continue
        content = attributes[name]
        if isinstance(content, OnnxTensor):
            return Known(shape=content.dims, value=content.value)
        array = to_small_array(content)
        return Known(shape=array.shape, value=array)
    raise ModelRefusedError("Constant: it holds nothing we can read")


def _measure(operands: Operands) -> Known:
    shape = operands.shape(0)
    if operands.node.op_type == "Size":
        return Known(shape=(), value=np.asarray(math.prod(shape), dtype=np.int64))
    start = operands.int_attribute("start", 0)
    end = operands.int_attribute("end", len(shape))
    value = np.asarray(shape[start:end], dtype=np.int64)
    return Known(shape=value.shape, value=value)
