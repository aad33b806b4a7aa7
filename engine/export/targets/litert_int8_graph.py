"""Puts leaky ReLU and PReLU of a quantized LiteRT graph into 8 bits.

Google's quantizer does not know them and leaves them in float32 between conversions, on which
an accelerator for integers divides the graph. LiteRT and XNNPACK compute both in int8, so the
conversions can go; ranges stay those that were calibrated::

    int8 ─ DEQUANTIZE ─ LEAKY_RELU ─ QUANTIZE ─ int8   ─►   int8 ─ LEAKY_RELU ─ int8
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.tools import flatbuffer_utils

_CODES = schema.BuiltinOperator
# The first versions of these operators that take int8.
_VERSIONS = {_CODES.LEAKY_RELU: 2, _CODES.PRELU: 1}
_LARGEST_INT8 = 127


def with_int8_activations(content: bytes) -> bytes:
    """Return the graph in ``content`` without conversions around leaky ReLU and PReLU."""
    # Of larger networks the quantizer puts constants behind the graph; the reader fetches them.
    model = flatbuffer_utils.read_model_from_bytearray(bytearray(content))
    for code in model.operatorCodes:
        code.version = max(code.version, _VERSIONS.get(code.builtinCode, 1))
    graph = model.subgraphs[0]
    codes = [model.operatorCodes[operator.opcodeIndex].builtinCode for operator in graph.operators]
    makers = {tensor: number for number, o in enumerate(graph.operators) for tensor in o.outputs}
    readers = defaultdict(list)
    for number, operator in enumerate(graph.operators):
        for tensor in operator.inputs:
            readers[tensor].append(number)
    needless: set[int] = set()
    for number, operator in enumerate(graph.operators):
        if codes[number] not in _VERSIONS:
            continue
        before = makers.get(operator.inputs[0], -1)
        after = readers[operator.outputs[0]]
        is_wrapped = (
            before >= 0
            and codes[before] == _CODES.DEQUANTIZE
            and readers[operator.inputs[0]] == [number]
            and [codes[other] for other in after] == [_CODES.QUANTIZE]
        )
        if not is_wrapped:
            continue
        operator.inputs[0] = graph.operators[before].inputs[0]
        operator.outputs[0] = graph.operators[after[0]].outputs[0]
        if codes[number] == _CODES.PRELU:
            operator.inputs[1] = _int8_slopes(model, operator.inputs[1])
        needless |= {before, after[0]}
    graph.operators = [o for number, o in enumerate(graph.operators) if number not in needless]
    return bytes(flatbuffer_utils.convert_object_to_bytearray(model))


def _int8_slopes(model: Any, index: int) -> int:  # noqa: ANN401 - generated code
    """Return a new tensor with the slopes of a PReLU in int8."""
    tensors = model.subgraphs[0].tensors
    wide = tensors[index]
    slopes = np.frombuffer(np.asarray(model.buffers[wide.buffer].data, np.uint8), np.float32)
    scale = float(np.abs(slopes).max()) / _LARGEST_INT8 or 1.0
    buffer = schema.BufferT()
    buffer.data = np.round(slopes / scale).astype(np.int8).view(np.uint8)
    model.buffers.append(buffer)
    tensor = schema.TensorT()
    tensor.name, tensor.shape = wide.name + b".int8", wide.shape
    tensor.type, tensor.hasRank = schema.TensorType.INT8, True
    tensor.buffer = len(model.buffers) - 1
    tensor.quantization = schema.QuantizationParametersT()
    tensor.quantization.scale, tensor.quantization.zeroPoint = [scale], [0]
    tensors.append(tensor)
    return len(tensors) - 1
