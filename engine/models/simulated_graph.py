"""Reads from an int8 file what its layers read rounded, to compute the same in torch.

The file is the authority: ONNX Runtime's quantizer leaves out a ReLU behind a convolution, whose
range begins at 0 anyway, and lets float layers read some tensors as they are.

::

    in the file     conv ─ QuantizeLinear ─ DequantizeLinear ─ conv
    here            conv ─────────── (rounded) ─────────────── conv
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import onnx

from engine.models.onnx_graph import Node, OnnxGraph, Operand, attributes_of, check_operators
from engine.quantization.int8_file import write_int8
from engine.quantization.plan import QuantizationPlan
from engine.quantization.ranges import ActivationRange

_FRAME = frozenset({"QuantizeLinear", "DequantizeLinear"})


def float_graph(model: onnx.ModelProto) -> OnnxGraph:
    """Return the graph of a float network.

    Raises:
        ValueError: If it has an operator that cannot be run.
    """
    check_operators(model)
    return OnnxGraph(
        nodes=tuple(
            _node(node, tuple(Operand(name) for name in node.input if name))
            for node in model.graph.node
        ),
        source=model.graph.input[0].name,
        target=Operand(model.graph.output[0].name),
    )


def int8_graph(model: onnx.ModelProto, plan: QuantizationPlan) -> OnnxGraph:
    """Return the graph of the int8 file of a float network.

    Args:
        model: The float network.
        plan: What of it is quantized.

    Raises:
        ValueError: If it has an operator that cannot be run.
    """
    check_operators(model)
    framed = _framed(model, plan)
    read = _Readers(model, framed)
    return OnnxGraph(
        nodes=tuple(
            _node(node, read.operands(node))
            for node in framed.graph.node
            if node.op_type not in _FRAME
        ),
        source=framed.graph.input[0].name,
        target=read.operand(framed.graph.output[0].name),
    )


def _framed(model: onnx.ModelProto, plan: QuantizationPlan) -> onnx.ModelProto:
    # The ranges do not matter: only what is framed is looked at.
    ranges = dict.fromkeys(plan.activations, ActivationRange(-1.0, 1.0))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "int8.onnx")
        write_int8(model, path, plan=plan, ranges=ranges)
        return onnx.load(path)


class _Readers:
    """Finds what the layers of an int8 file read."""

    def __init__(self, model: onnx.ModelProto, framed: onnx.ModelProto) -> None:
        self._originals = {node.name: node for node in model.graph.node}
        self._weights = {tensor.name for tensor in model.graph.initializer}
        self._makers: Mapping[str, onnx.NodeProto] = {
            name: node for node in framed.graph.node for name in node.output
        }

    def operands(self, node: onnx.NodeProto) -> tuple[Operand, ...]:
        """Return what ``node`` reads, by the names of the float network."""
        found = []
        originals = self._originals[node.name].input
        for place, (name, original) in enumerate(zip(node.input, originals, strict=True)):
            if original in self._weights:
                # Biases are 32-bit integers: their rounding is far below that of the weights.
                found.append(Operand(original, is_rounded=name != original and place == 1))
            elif name:
                found.append(self.operand(name))
        return tuple(found)

    def operand(self, name: str) -> Operand:
        """Return an activation, which may come out of a frame."""
        maker = self._makers.get(name)
        is_rounded = False
        while maker is not None and maker.op_type in _FRAME:
            name, is_rounded = maker.input[0], True
            maker = self._makers.get(name)
        return Operand(name, is_rounded)


def _node(node: onnx.NodeProto, operands: tuple[Operand, ...]) -> Node:
    return Node(
        operator=node.op_type,
        attributes=attributes_of(node),
        operands=operands,
        results=tuple(node.output),
    )
