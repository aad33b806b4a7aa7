"""Writes a network as a LiteRT (TensorFlow Lite) graph.

A direct writer, because converters turn a pixel shuffle into reshapes of six dimensions that
GPUs of phones refuse, and allow one size only; here it is one ``DEPTH_TO_SPACE``, and every
operator is one that the GPU delegate takes::

    NCHW picture, OIHW kernels          NHWC picture, OHWI kernels
    Conv, LeakyRelu, DepthToSpace  ─►   CONV_2D, LEAKY_RELU, DEPTH_TO_SPACE
    Clip                           ─►   RELU, MINIMUM
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

from engine.export.targets.layers import (
    Activation,
    Arithmetic,
    Convolution,
    Join,
    Layer,
    Shuffle,
    channels_of,
    scales_of,
)
from engine.export.targets.plain_network import INPUT, OUTPUT

_SIGNATURE = "serving_default"
_CODES = schema.BuiltinOperator
_OPTIONS = schema.BuiltinOptions
_TYPES = {"float32": schema.TensorType.FLOAT32, "float16": schema.TensorType.FLOAT16}
_ARITHMETIC = {
    "add": (_CODES.ADD, schema.AddOptionsT, _OPTIONS.AddOptions),
    "sub": (_CODES.SUB, schema.SubOptionsT, _OPTIONS.SubOptions),
    "mul": (_CODES.MUL, schema.MulOptionsT, _OPTIONS.MulOptions),
}
# Sizes that the graph is written for; both are resizable.
_SIDE_PX = 128


class LiteRtGraph:
    """Builds the flatbuffer of one network.

    Args:
        layers: The network.
        colors: 1 or 3.
        size: Height and width of the LR picture; None for any size.
        is_half: Whether weights are stored as float16.
    """

    def __init__(
        self,
        layers: Sequence[Layer],
        *,
        colors: int,
        size: tuple[int, int] | None,
        is_half: bool = False,
    ) -> None:
        self._channels = channels_of(layers, colors)
        self._scales = scales_of(layers)
        self._size = size
        self._is_half = is_half
        self._model = schema.ModelT()
        self._model.version = 3
        self._model.description = "mfagan-studio"
        # The first buffer is empty by convention: tensors without content refer to it.
        self._model.buffers = [schema.BufferT()]
        self._model.operatorCodes = []
        self._graph = schema.SubGraphT()
        self._graph.name = "main"
        self._graph.tensors, self._graph.operators = [], []
        self._codes: dict[int, int] = {}
        self._tensors: dict[str, int] = {INPUT: self._picture(INPUT)}
        self._names: list[str] = []
        for layer in layers:
            self._add(layer)

    @property
    def operators(self) -> dict[str, int]:
        """How often each operator occurs."""
        return dict(Counter(self._names).most_common())

    def content(self) -> bytes:
        """Return the file."""
        self._graph.inputs, self._graph.outputs = [self._tensors[INPUT]], [self._tensors[OUTPUT]]
        signature = schema.SignatureDefT()
        signature.signatureKey, signature.subgraphIndex = _SIGNATURE, 0
        signature.inputs = [_named(INPUT, self._tensors[INPUT])]
        signature.outputs = [_named(OUTPUT, self._tensors[OUTPUT])]
        self._model.subgraphs, self._model.signatureDefs = [self._graph], [signature]
        builder = flatbuffers.Builder(1 << 16)
        builder.Finish(self._model.Pack(builder), b"TFL3")
        return bytes(builder.Output())

    def _add(self, layer: Layer) -> None:
        match layer:
            case Convolution():
                self._convolve(layer)
            case Activation():
                self._activate(layer)
            case Arithmetic(kind=kind, sources=sources):
                code, options, number = _ARITHMETIC[kind]
                self._operate(
                    code, [self._tensors[s] for s in sources], layer.result, options(), number
                )
            case Join(sources=sources):
                options = schema.ConcatenationOptionsT()
                options.axis = 3
                inputs = [self._tensors[source] for source in sources]
                number = _OPTIONS.ConcatenationOptions
                self._operate(_CODES.CONCATENATION, inputs, layer.result, options, number)
            case Shuffle(source=source, block=block):
                shuffle = schema.DepthToSpaceOptionsT()
                shuffle.blockSize = block
                inputs = [self._tensors[source]]
                number = _OPTIONS.DepthToSpaceOptions
                self._operate(_CODES.DEPTH_TO_SPACE, inputs, layer.result, shuffle, number)

    def _convolve(self, layer: Convolution) -> None:
        options = schema.Conv2DOptionsT()
        options.padding = schema.Padding.SAME
        options.strideW = options.strideH = 1
        options.dilationWFactor = options.dilationHFactor = 1
        inputs = [
            self._tensors[layer.source],
            self._constant(f"{layer.result}.kernel", layer.kernel.transpose(0, 2, 3, 1)),
            self._constant(f"{layer.result}.bias", layer.bias),
        ]
        self._operate(_CODES.CONV_2D, inputs, layer.result, options, _OPTIONS.Conv2DOptions)

    def _activate(self, layer: Activation) -> None:
        source = self._tensors[layer.source]
        match layer.kind:
            case "leaky":
                options = schema.LeakyReluOptionsT()
                options.alpha = float(layer.slopes[0])
                number = _OPTIONS.LeakyReluOptions
                self._operate(_CODES.LEAKY_RELU, [source], layer.result, options, number)
            case "prelu":
                width = self._channels[layer.source]
                slopes = np.broadcast_to(layer.slopes, (width,)).reshape(1, 1, width)
                inputs = [source, self._constant(f"{layer.result}.slopes", slopes)]
                self._operate(_CODES.PRELU, inputs, layer.result)
            case "relu":
                self._operate(_CODES.RELU, [source], layer.result)
            case "sigmoid":
                self._operate(_CODES.LOGISTIC, [source], layer.result)
            case "tanh":
                self._operate(_CODES.TANH, [source], layer.result)
            case "clip":
                self._clip(layer)

    def _clip(self, layer: Activation) -> None:
        positive = f"{layer.result}.positive"
        self._channels[positive] = self._channels[layer.result]
        self._scales[positive] = self._scales[layer.result]
        self._operate(_CODES.RELU, [self._tensors[layer.source]], positive)
        white = self._constant(f"{layer.result}.white", np.ones(1, np.float32))
        inputs = [self._tensors[positive], white]
        options, number = schema.MaximumMinimumOptionsT(), _OPTIONS.MaximumMinimumOptions
        self._operate(_CODES.MINIMUM, inputs, layer.result, options, number)

    def _operate(
        self,
        code: int,
        inputs: Sequence[int],
        result: str,
        options: object = None,
        number: int = 0,
    ) -> None:
        """Append an operator whose result is the picture or map called ``result``."""
        if result not in self._tensors:
            self._tensors[result] = self._picture(result)
        self._append(code, inputs, self._tensors[result], options, number)

    def _append(
        self, code: int, inputs: Sequence[int], output: int, options: object, number: int
    ) -> None:
        if code not in self._codes:
            entry = schema.OperatorCodeT()
            # Old readers know codes up to 127 by another field.
            entry.builtinCode, entry.deprecatedBuiltinCode, entry.version = code, min(code, 127), 1
            self._model.operatorCodes.append(entry)
            self._codes[code] = len(self._model.operatorCodes) - 1
        operator = schema.OperatorT()
        operator.opcodeIndex = self._codes[code]
        operator.inputs, operator.outputs = list(inputs), [output]
        operator.builtinOptions, operator.builtinOptionsType = options, number
        self._graph.operators.append(operator)
        self._names.append(_code_name(code))

    def _picture(self, name: str) -> int:
        """Return a new tensor for a picture or map."""
        factor, channels = self._scales[name], self._channels[name]
        height, width = self._size or (_SIDE_PX, _SIDE_PX)
        tensor = self._tensor(name, (1, height * factor, width * factor, channels))
        if self._size is None:
            tensor.shapeSignature = [1, -1, -1, channels]
        return len(self._graph.tensors) - 1

    def _constant(self, name: str, values: NDArray[Any]) -> int:
        """Return a new tensor with content; in half precision one that is widened when loaded."""
        if not self._is_half:
            return self._stored(name, values.astype(np.float32))
        half = self._stored(f"{name}.half", values.astype(np.float16))
        self._tensor(name, values.shape)
        wide = len(self._graph.tensors) - 1
        options = schema.DequantizeOptionsT()
        self._append(_CODES.DEQUANTIZE, [half], wide, options, _OPTIONS.DequantizeOptions)
        return wide

    def _stored(self, name: str, values: NDArray[Any]) -> int:
        tensor = self._tensor(name, values.shape)
        tensor.type = _TYPES[str(values.dtype)]
        buffer = schema.BufferT()
        buffer.data = np.frombuffer(np.ascontiguousarray(values).tobytes(), np.uint8)
        self._model.buffers.append(buffer)
        tensor.buffer = len(self._model.buffers) - 1
        return len(self._graph.tensors) - 1

    def _tensor(self, name: str, shape: Sequence[int]) -> Any:  # noqa: ANN401 - generated code
        tensor = schema.TensorT()
        tensor.name, tensor.shape, tensor.buffer = name, list(shape), 0
        tensor.type, tensor.hasRank = schema.TensorType.FLOAT32, True
        self._graph.tensors.append(tensor)
        return tensor


def _named(name: str, index: int) -> Any:  # noqa: ANN401 - generated code
    entry = schema.TensorMapT()
    entry.name, entry.tensorIndex = name, index
    return entry


def _code_name(code: int) -> str:
    names = {value: name for name, value in vars(_CODES).items() if not name.startswith("_")}
    return str(names[code])
