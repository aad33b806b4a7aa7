"""The layers of a network, for targets that write a format themselves.

Formats of phones have few operators in common; these are enough for the networks of this
product and for most small SR networks. What is something else is refused by name, before
anything is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from engine.export.targets.layer_folding import (
    diagonal,
    factor_and_bias,
    nearest_factor,
    repeated,
    split_kernels,
    ungrouped,
)
from engine.export.targets.plain_network import INPUT, OUTPUT, PlainNetwork

Array: TypeAlias = NDArray[np.float32]
Kind: TypeAlias = Literal["relu", "leaky", "prelu", "sigmoid", "tanh", "clip"]


class UnsupportedLayerError(Exception):
    """A layer that direct writers do not know; the message names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Convolution:
    """A convolution of stride 1 that keeps the size.

    Attributes:
        source: Tensor that it reads.
        result: Tensor that it makes.
        kernel: ``(O, I, K, K)``.
        bias: ``(O,)``.
    """

    source: str
    result: str
    kernel: Array
    bias: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Activation:
    """A function of each value.

    Attributes:
        source: Tensor that it reads.
        result: Tensor that it makes.
        kind: ``clip`` is to 0 and 1.
        slopes: Factors for negative values: one, or one per channel.
    """

    source: str
    result: str
    kind: Kind
    slopes: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Arithmetic:
    """A sum, difference or product of two tensors of one shape.

    Attributes:
        sources: Both tensors.
        result: Tensor that it makes.
        kind: The operation.
    """

    sources: tuple[str, str]
    result: str
    kind: Literal["add", "sub", "mul"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """Channels of several tensors behind each other.

    Attributes:
        sources: The tensors.
        result: Tensor that it makes.
    """

    sources: tuple[str, ...]
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shuffle:
    """A pixel shuffle in the order DCR.

    Attributes:
        source: Tensor that it reads.
        result: Tensor that it makes.
        block: Factor of the sides.
    """

    source: str
    result: str
    block: int


Layer: TypeAlias = Convolution | Activation | Arithmetic | Join | Shuffle


def read_layers(network: PlainNetwork) -> tuple[Layer, ...]:
    """Return the layers of ``network`` from ``lr`` to ``sr``, in order.

    Raises:
        UnsupportedLayerError: If one is of a kind that direct writers do not know.
    """
    graph = network.model().graph
    tensors = {t.name: np.array(numpy_helper.to_array(t)) for t in graph.initializer}
    for node in graph.node:
        if node.op_type == "Constant":
            values = [a.t for a in node.attribute if a.name == "value"]
            tensors.update((node.output[0], np.array(numpy_helper.to_array(t))) for t in values)
    layers: list[Layer] = []
    channels = {INPUT: network.channels}
    for node in graph.node:
        if node.op_type == "Constant":
            continue
        for layer in _layers(node, tensors, channels):
            for source in sources_of(layer):
                if source not in channels:
                    raise UnsupportedLayerError(f"{_name(node)}: reads {source}, no picture")
            channels[layer.result] = _channels(layer, channels)
            layers.append(layer)
    return tuple(layers)


def obstacle(network: PlainNetwork) -> str | None:
    """Return which layer of ``network`` direct writers do not know, None if they know all."""
    try:
        read_layers(network)
    except UnsupportedLayerError as error:
        return f"its writer has no such layer: {error}"
    return None


def sources_of(layer: Layer) -> tuple[str, ...]:
    """Return the tensors that a layer reads."""
    if isinstance(layer, Arithmetic | Join):
        return layer.sources
    return (layer.source,)


def channels_of(layers: Sequence[Layer], colors: int) -> dict[str, int]:
    """Return the channels of each tensor by its name."""
    found = {INPUT: colors}
    for layer in layers:
        found[layer.result] = _channels(layer, found)
    return found


def scales_of(layers: Sequence[Layer]) -> dict[str, int]:
    """Return by how much each tensor is larger than the LR picture, by its name."""
    found = {INPUT: 1}
    for layer in layers:
        before = found[sources_of(layer)[0]]
        found[layer.result] = before * layer.block if isinstance(layer, Shuffle) else before
    return found


def tail_of(layers: Sequence[Layer]) -> tuple[Layer, ...]:
    """Return the layers between the last activation functions and the picture, in any order.

    Convolutions end it: of all that is summed into the picture, only the last ones belong to it.
    """
    makers = {layer.result: layer for layer in layers}
    found: dict[str, Layer] = {}
    waiting = [OUTPUT]
    while waiting:
        layer = makers.get(waiting.pop())
        if layer is None or layer.result in found:
            continue
        if isinstance(layer, Activation) and layer.kind != "clip":
            continue
        found[layer.result] = layer
        if not isinstance(layer, Convolution):
            waiting += sources_of(layer)
    return tuple(found.values())


def _channels(layer: Layer, before: Mapping[str, int]) -> int:
    """Return the channels of what a layer makes, from those of what it reads."""
    match layer:
        case Convolution(kernel=kernel):
            return int(kernel.shape[0])
        case Join(sources=sources):
            return sum(before[source] for source in sources)
        case Shuffle(source=source, block=block):
            return before[source] // block**2
        case Activation() | Arithmetic():
            return before[sources_of(layer)[0]]


def _layers(
    node: onnx.NodeProto, tensors: Mapping[str, NDArray[Any]], channels: Mapping[str, int]
) -> list[Layer]:
    """Return the layers that compute what ``node`` does: one, or two of kinds that all have."""
    result = node.output[0]
    picture = next((name for name in node.input if name in channels), "")
    if node.op_type in {"Add", "Sub", "Mul", "Div"} and picture:
        width = channels[picture]
        found = factor_and_bias(node, tensors, width)
        if found is not None:
            source, factor, bias = found
            wide = np.ascontiguousarray(np.broadcast_to(bias, (width,)))
            kernel = diagonal(factor, width)
            return [Convolution(source=source, result=result, kernel=kernel, bias=wide)]
    if node.op_type == "Resize" and picture == node.input[0]:
        block = nearest_factor(node, tensors)
        if block is not None:
            kernel, copies = repeated(channels[picture], block), f"{result}.copies"
            return [
                _without_bias(picture, copies, kernel),
                Shuffle(source=copies, result=result, block=block),
            ]
    if node.op_type == "Split" and picture == node.input[0]:
        kernels = split_kernels(node, tensors, channels[picture])
        if kernels is not None:
            named = zip(node.output, kernels, strict=True)
            return [_without_bias(picture, name, kernel) for name, kernel in named]
    return [_layer(node, tensors)]


def _without_bias(source: str, result: str, kernel: Array) -> Convolution:
    bias = np.zeros(len(kernel), np.float32)
    return Convolution(source=source, result=result, kernel=kernel, bias=bias)


def _layer(node: onnx.NodeProto, tensors: Mapping[str, NDArray[Any]]) -> Layer:
    values = {a.name: helper.get_attribute_value(a) for a in node.attribute}
    result = node.output[0]
    match node.op_type:
        case "Conv":
            return _convolution(node, values, tensors)
        case "Add" | "Sub" | "Mul":
            kinds: dict[str, Literal["add", "sub", "mul"]]
            kinds = {"Add": "add", "Sub": "sub", "Mul": "mul"}
            sources = (node.input[0], node.input[1])
            return Arithmetic(sources=sources, result=result, kind=kinds[node.op_type])
        case "Concat" if values.get("axis") == 1:
            return Join(sources=tuple(node.input), result=result)
        case "DepthToSpace":
            if values.get("mode") != b"DCR":
                raise UnsupportedLayerError(f"{_name(node)}: a pixel shuffle in the order CRD")
            return Shuffle(source=node.input[0], result=result, block=values["blocksize"])
        case _:
            return _activation(node, values, tensors)


def _convolution(
    node: onnx.NodeProto, values: Mapping[str, Any], tensors: Mapping[str, NDArray[Any]]
) -> Convolution:
    kernel = tensors.get(node.input[1])
    if kernel is None or kernel.ndim != 4:
        raise UnsupportedLayerError(f"{_name(node)}: a convolution whose kernel is computed")
    size = kernel.shape[2]
    pads = list(values.get("pads", [0, 0, 0, 0]))
    is_plain = (
        set(values.get("strides", [1, 1])) == {1}
        and set(values.get("dilations", [1, 1])) == {1}
        and kernel.shape[3] == size
        and size % 2 == 1
        and pads == [size // 2] * 4
    )
    if not is_plain:
        raise UnsupportedLayerError(f"{_name(node)}: a convolution with strides or other padding")
    kernel = ungrouped(_float(kernel), values.get("group", 1))
    bias = tensors[node.input[2]] if len(node.input) > 2 else np.zeros(len(kernel), np.float32)
    return Convolution(
        source=node.input[0], result=node.output[0], kernel=kernel, bias=_float(bias)
    )


def _activation(
    node: onnx.NodeProto, values: Mapping[str, Any], tensors: Mapping[str, NDArray[Any]]
) -> Activation:
    kind: Kind
    slopes = np.zeros(1, np.float32)
    match node.op_type:
        case "Relu":
            kind = "relu"
        case "LeakyRelu":
            kind, slopes = "leaky", np.array([values.get("alpha", 0.01)], np.float32)
        case "PRelu" if node.input[1] in tensors:
            kind, slopes = "prelu", _float(tensors[node.input[1]].reshape(-1))
        case "Sigmoid":
            kind = "sigmoid"
        case "Tanh":
            kind = "tanh"
        case "Clip" if [tensors.get(name, -1) for name in node.input[1:]] == [0, 1]:
            kind = "clip"
        case _:
            raise UnsupportedLayerError(_name(node))
    return Activation(source=node.input[0], result=node.output[0], kind=kind, slopes=slopes)


def _float(values: NDArray[Any]) -> Array:
    return np.ascontiguousarray(values, dtype=np.float32)


def _name(node: onnx.NodeProto) -> str:
    return f"{node.op_type} {node.name}".strip()
