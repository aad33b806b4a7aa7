"""Reads an ONNX file that this product exported back into the network it was exported from.

The exporter keeps the order in which a network calls its layers but not all of
their names: equal tensors are merged, and biases of zeros are removed. So layers are
matched by their order, and the resulting network is compared with the file.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import onnx
import torch
from google.protobuf.message import DecodeError
from numpy.typing import NDArray
from torch import nn

from engine.config.parts import GeneratorRecipe
from engine.core.errors import ConfigError, EngineError
from engine.inference.network.session import SessionSpec, open_session
from engine.models.generators.base import Generator
from engine.models.generators.build import build_generator
from engine.models.shuffle_order import color_first, nodes_summed_into

SIZES_KEY = "mfagan.generator"
"""The metadata key of the generator's sizes, in exported files and in files of weights."""

# All operations that the exporter produces for our generators.
_OPERATIONS = frozenset(
    {"Add", "AveragePool", "Concat", "Conv", "DepthToSpace", "LeakyRelu", "Mul", "PRelu", "Relu"}
    | {"Resize", "Sigmoid", "Split", "Sub"}
)
_MOST_VALUES = 1 << 24  # of one map, far above that of our networks for the probe
_LAYERS = {"Conv": nn.Conv2d, "PRelu": nn.PReLU}
# Float32 rounding in sums of a few hundred products; measured 1e-6 on our networks.
_LARGEST_DIFFERENCE = 1e-4
_PROBE_PX = (19, 24)  # height and width differ, so that swapped axes are noticed
_MFA_LAYERS = 4  # head, after, anchor, tail
_MFA_BLOCK_LAYERS = 5  # three stages, tap_1 and gather


@dataclass(frozen=True, slots=True, kw_only=True)
class OnnxNetwork:
    """A network that was read from a file.

    Attributes:
        generator: The folded network, in eval mode, on the CPU.
        sizes: A generator recipe that builds a network of these sizes.
    """

    generator: Generator
    sizes: GeneratorRecipe


@dataclass(frozen=True, slots=True)
class _Layer:
    """The tensors of one convolution or activation, in torch's order of channels."""

    kind: str
    weight: NDArray[Any]
    bias: NDArray[Any] | None


def read_onnx_network(path: Path) -> OnnxNetwork:
    """Read a float32 file that `engine.export` wrote.

    Raises:
        ConfigError: If it cannot be read, was not exported by this product, or is quantized.
    """
    model = _load(path)
    try:
        _check_extent(model)
        layers = list(_layers(model.graph))
        sizes = _sizes(model, layers)
        generator = build_generator(sizes).folded()
        _fill(generator, layers)
        difference = _difference(generator, path)
    # What an untrusted file raises on the way is not known beforehand.
    except (
        ArithmeticError,
        LookupError,
        RuntimeError,
        TypeError,
        ValueError,
        EngineError,
    ) as error:
        raise ConfigError(_refusal(path, str(error))) from error
    if not difference <= _LARGEST_DIFFERENCE:
        raise ConfigError(_refusal(path, f"it differs from {sizes.family} by {difference:.1e}"))
    return OnnxNetwork(generator=generator, sizes=sizes)


def encode_sizes(sizes: GeneratorRecipe) -> str:
    """Return ``sizes`` as a file keeps them under `SIZES_KEY`."""
    return msgspec.json.encode(sizes).decode()


def decode_sizes(text: str) -> GeneratorRecipe:
    """Return what `encode_sizes` wrote.

    Raises:
        ValueError: If it is something else.
    """
    return msgspec.json.decode(text, type=GeneratorRecipe)


def _refusal(path: Path, reason: str) -> str:
    return (
        f"{path}: cannot be used as weights: {reason}. Only float32 files that "
        "`mfagan export` wrote can be read back into their network."
    )


def _load(path: Path) -> onnx.ModelProto:
    try:
        model = onnx.load(path, load_external_data=False)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from error
    except DecodeError as error:
        raise ConfigError(f"{path}: is not an ONNX file ({error})") from error
    return model


def _check_extent(model: onnx.ModelProto) -> None:
    """Refuse what our exporter does not write, before ONNX Runtime loads it.

    Raises:
        ValueError: If there are other operations, or maps that are larger than those of
            our networks for a small picture.
    """
    # On a copy: sizes are fixed in it for shape inference, which needs numbers.
    small = onnx.ModelProto()
    small.CopyFrom(model)
    other = sorted({node.op_type for node in small.graph.node} - _OPERATIONS)
    if other or len(small.graph.input) != 1 or len(small.functions):
        raise ValueError(
            f"it contains what our exporter never writes: {', '.join(other) or 'inputs'}"
        )
    for dim, side in zip(
        small.graph.input[0].type.tensor_type.shape.dim, (1, 3, *_PROBE_PX), strict=True
    ):
        dim.dim_value = side
    del small.graph.value_info[:]
    try:
        shown = onnx.shape_inference.infer_shapes(small, strict_mode=True).graph
    except onnx.shape_inference.InferenceError as error:
        raise ValueError(f"its shapes do not fit together ({error})") from error
    shapes = {
        info.name: info.type.tensor_type.shape.dim for info in (*shown.value_info, *shown.output)
    }
    for name in (name for node in shown.node for name in node.output):
        sides = [dim.dim_value for dim in shapes.get(name, ())]
        if not 0 < math.prod(sides) <= _MOST_VALUES:
            raise ValueError(f"{name} has the shape {tuple(sides)}")


def _layers(graph: onnx.GraphProto) -> Iterator[_Layer]:
    """Yield the layers that have weights, in the order in which they are called."""
    tensors = {tensor.name: tensor for tensor in graph.initializer}
    places = _places_before_shuffles(graph)
    for node in graph.node:
        if node.op_type not in _LAYERS:
            continue
        arrays = [_array(tensors, name) for name in node.input[1:]]
        if node.op_type == "PRelu":
            arrays = [
                values.reshape(-1) for values in arrays
            ]  # one slope per channel, or a single one
        if node.name in places:
            arrays = [color_first(values, places[node.name]) for values in arrays]
        yield _Layer(node.op_type, arrays[0], arrays[1] if len(arrays) > 1 else None)


def _places_before_shuffles(graph: onnx.GraphProto) -> dict[str, int]:
    """Return the SR pixels per LR pixel of each convolution before a shuffle, by its name."""
    producers = {name: node for node in graph.node for name in node.output}
    places: dict[str, int] = {}
    for node in graph.node:
        attributes = {attribute.name: attribute for attribute in node.attribute}
        if node.op_type != "DepthToSpace" or attributes["mode"].s != b"DCR":
            continue
        for before in nodes_summed_into(node.input[0], producers):
            places[before.name] = attributes["blocksize"].i ** 2
    return places


def _array(tensors: dict[str, onnx.TensorProto], name: str) -> NDArray[Any]:
    tensor = tensors.get(name)
    if tensor is None or tensor.data_type != onnx.TensorProto.FLOAT:
        raise ValueError(f"{name} is not a float32 tensor of the file")
    if tensor.data_location == onnx.TensorProto.EXTERNAL:
        raise ValueError(f"{name} is stored in another file")
    return np.array(onnx.numpy_helper.to_array(tensor))


def _sizes(model: onnx.ModelProto, layers: Sequence[_Layer]) -> GeneratorRecipe:
    encoded = {entry.key: entry.value for entry in model.metadata_props}.get(SIZES_KEY)
    sizes = _mfanet_sizes(model.graph, layers) if encoded is None else decode_sizes(encoded)
    # The metadata is not trusted: a network larger than the file is never built.
    widest = max((side for layer in layers for side in layer.weight.shape), default=0)
    inner = [width for pair in sizes.inner or () for width in pair]
    inner += sizes.widths or ()
    chains = [operation for chain in sizes.cells or () for operation in chain]
    lists = (sizes.inner, sizes.taps, sizes.last_kernels, sizes.widths, chains)
    depth = max(sizes.blocks or 0, *(len(values or ()) for values in lists))
    if depth > len(layers) or max(sizes.channels or 0, *inner, 0) > widest:
        raise ValueError("its metadata claims a larger network than it contains")
    return sizes


def _mfanet_sizes(graph: onnx.GraphProto, layers: Sequence[_Layer]) -> GeneratorRecipe:
    """Return the sizes of an MFANet without metadata, from the order of its layers."""
    blocks, rest = divmod(len(layers) - _MFA_LAYERS, _MFA_BLOCK_LAYERS)
    factors = [
        attribute.i
        for node in graph.node
        for attribute in node.attribute
        if node.op_type == "DepthToSpace" and attribute.name == "blocksize"
    ]
    if blocks < 1 or rest or len(factors) != 1:
        raise ValueError("its layers are not those of an mfanet")
    widths = [layer.weight.shape[0] for layer in layers]
    stages = range(1, len(layers) - _MFA_LAYERS + 1, _MFA_BLOCK_LAYERS)
    inner = tuple((widths[place], widths[place + 1]) for place in stages)
    is_even = set(inner) == {(widths[0], widths[0])}
    return GeneratorRecipe(
        family="mfanet",
        scale=factors[0],
        channels=widths[0],
        blocks=blocks,
        inner=None if is_even else inner,
    )


def _fill(generator: Generator, layers: Sequence[_Layer]) -> None:
    own = _called_layers(generator)
    kinds = [type(module) for module in own]
    if kinds != [_LAYERS[layer.kind] for layer in layers]:
        raise ValueError(f"it has {len(layers)} layers, {type(generator).__name__} {len(own)}")
    for module, layer in zip(own, layers, strict=True):
        _set_tensor(module, "weight", layer.weight)
        if layer.bias is not None:
            _set_tensor(module, "bias", layer.bias)
        elif getattr(module, "bias", None) is not None:
            # The exporter drops biases of zeros.
            _set_tensor(module, "bias", np.zeros(layer.weight.shape[0], np.float32))


@torch.no_grad()
def _set_tensor(module: nn.Module, kind: str, values: NDArray[Any]) -> None:
    target: nn.Parameter | None = getattr(module, kind, None)
    if target is None or target.numel() != values.size or target.shape[0] != values.shape[0]:
        raise ValueError(f"a layer of shape {values.shape} does not fit")
    target.copy_(torch.from_numpy(values).reshape(target.shape))


def _called_layers(generator: Generator) -> list[nn.Module]:
    # The order of calls, not of definition: files have the former.
    called: list[nn.Module] = []
    kinds = tuple(_LAYERS.values())
    handles = [
        module.register_forward_hook(lambda module, *_: called.append(module))
        for module in generator.modules()
        if isinstance(module, kinds)
    ]
    try:
        with torch.inference_mode():
            generator(torch.zeros(1, 3, 8, 8))
    finally:
        for handle in handles:
            handle.remove()
    return called


def _difference(generator: Generator, path: Path) -> float:
    lr = np.random.default_rng(0).random((1, 3, *_PROBE_PX), dtype=np.float32)
    from_file = open_session(SessionSpec.of_file(path)).run(lr)
    with torch.inference_mode():
        from_network = generator(torch.from_numpy(lr)).numpy()
    if from_network.shape != from_file.shape:
        raise ValueError(f"its pictures have the shape {from_file.shape}")
    return float(np.abs(from_network - from_file).max())
