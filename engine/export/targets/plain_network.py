"""The network that targets export: one plain float32 graph, whatever model it comes from.

Whatever range the model was made for is folded into the graph, so that all exported files have
one contract: sRGB values from 0 to 1 in, from 0 to 1 out, nothing to clip.

    lr ─ (scaled where the range differs) ─ network ─ (the same, backwards) ─ Clip 0..1 ─ sr
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from engine.catalog.card import ModelCard, TensorSpec
from engine.export.shuffle_rewrite import ParityError, shuffle_block_first

INPUT, OUTPUT = "lr", "sr"
_UNIT = (0.0, 1.0)
_TILE_PX = 128
_VIDEO_SIZES = ((720, 1280), (1080, 1920))

Patch = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainNetwork:
    """A network to export.

    Attributes:
        card: Its card, which describes this one network.
        content: ONNX, float32, input ``lr`` and output ``sr``, values from 0 to 1.
        int8: The same network quantized; None if its model has no int8 files.
        patches: LR patches of photos for calibration; empty if none were given.
    """

    card: ModelCard
    content: bytes
    int8: bytes | None = None
    patches: tuple[Patch, ...] = ()

    @property
    def stem(self) -> str:
        """Begin of the names of its files."""
        return self.card.id

    @property
    def scale(self) -> int:
        """Factor between LR and SR sides."""
        return self.card.scale

    @property
    def channels(self) -> int:
        """Colors of its pictures: 1 or 3."""
        return self.card.input.channels

    def model(self) -> onnx.ModelProto:
        """Return the graph, which the caller may change."""
        return onnx.load_model_from_string(self.content)

    def fixed_sizes(self) -> tuple[tuple[int, int], ...]:
        """Return the input sizes of files that take one size only, as height and width.

        A tile of 128 pixels, and what becomes 720p and 1080p video, where the scale allows it.
        """
        sizes = [(_TILE_PX, _TILE_PX)]
        for height, width in _VIDEO_SIZES:
            if height % self.scale == 0 and width % self.scale == 0:
                sizes.append((height // self.scale, width // self.scale))
        rules = self.card.size_rules
        return tuple(
            size
            for size in sizes
            if all(side % rules.multiple == 0 and side >= rules.min_px for side in size)
        )


def with_unit_range(content: bytes, card: ModelCard) -> bytes:
    """Return a network with input ``lr``, output ``sr``, values from 0 to 1 and no foreign data.

    Args:
        content: ONNX of the network that ``card`` describes.
        card: Its ranges and names of tensors.
    """
    model = onnx.load_model_from_string(content)
    graph = model.graph
    # A network of another maker may end otherwise; targets that need this order then say so.
    with suppress(ParityError):
        shuffle_block_first(model)
    _rename(graph, {card.input.name: INPUT, card.output.name: OUTPUT})
    _fold_input(graph, card.input)
    _fold_output(graph, card.output)
    # Traces of tools and of the machine that wrote it.
    del model.metadata_props[:]
    del graph.value_info[:]
    model.producer_name, model.producer_version = "mfagan-studio", ""
    return bytes(model.SerializeToString())


def with_size(model: onnx.ModelProto, height: int, width: int, *, scale: int) -> onnx.ModelProto:
    """Fix the size of the LR picture in ``model``; no dynamic operation is needed then."""
    for value, factor in ((model.graph.input[0], 1), (model.graph.output[0], scale)):
        dims = value.type.tensor_type.shape.dim
        dims[0].dim_value = 1
        dims[2].dim_value, dims[3].dim_value = height * factor, width * factor
    return model


def count_operators(model: onnx.ModelProto) -> dict[str, int]:
    """Return how often each operator occurs, the most frequent first."""
    names = [node.op_type for node in model.graph.node]
    return {name: names.count(name) for name in sorted(set(names), key=names.count, reverse=True)}


def write_model(model: onnx.ModelProto, path: Path) -> None:
    """Check a graph and write it."""
    onnx.checker.check_model(model, full_check=True)
    path.write_bytes(model.SerializeToString())


def sort_nodes(graph: onnx.GraphProto) -> None:
    """Put each node after those whose outputs it reads, as ONNX demands."""
    known = {value.name for value in (*graph.input, *graph.initializer)} | {""}
    waiting = list(graph.node)
    ordered: list[onnx.NodeProto] = []
    while waiting:
        ready = next((node for node in waiting if known.issuperset(node.input)), None)
        if ready is None:
            break  # a loop, which the checker reports
        waiting.remove(ready)
        ordered.append(ready)
        known.update(ready.output)
    del graph.node[:]
    graph.node.extend([*ordered, *waiting])


def constant(name: str, values: Sequence[float] | float) -> TensorProto:
    """Return a float32 constant of a graph."""
    return numpy_helper.from_array(np.asarray(values, np.float32), name)


def _rename(graph: onnx.GraphProto, names: dict[str, str]) -> None:
    for value in (*graph.input, *graph.output):
        value.name = names.get(value.name, value.name)
    for node in graph.node:
        for index, name in enumerate(node.input):
            node.input[index] = names.get(name, name)
        for index, name in enumerate(node.output):
            node.output[index] = names.get(name, name)


def _fold_input(graph: onnx.GraphProto, spec: TensorSpec) -> None:
    low, high = spec.range
    if (low, high) == _UNIT:
        return
    for node in graph.node:
        for index, name in enumerate(node.input):
            if name == INPUT:
                node.input[index] = "lr_in_range"
    graph.initializer.extend([constant("lr_gain", high - low), constant("lr_black", low)])
    graph.node.insert(0, helper.make_node("Mul", [INPUT, "lr_gain"], ["lr_scaled"], "range_gain"))
    graph.node.insert(
        1, helper.make_node("Add", ["lr_scaled", "lr_black"], ["lr_in_range"], "range_black")
    )


def _fold_output(graph: onnx.GraphProto, spec: TensorSpec) -> None:
    low, high = spec.range
    for node in graph.node:
        for index, name in enumerate(node.output):
            if name == OUTPUT:
                node.output[index] = "sr_raw"
    last = "sr_raw"
    if (low, high) != _UNIT:
        graph.initializer.extend(
            [constant("sr_black", low), constant("sr_gain", 1.0 / (high - low))]
        )
        graph.node.append(helper.make_node("Sub", [last, "sr_black"], ["sr_shifted"], "sr_shift"))
        graph.node.append(
            helper.make_node("Mul", ["sr_shifted", "sr_gain"], ["sr_unit"], "sr_scale")
        )
        last = "sr_unit"
    graph.initializer.extend([constant("black", 0.0), constant("white", 1.0)])
    graph.node.append(helper.make_node("Clip", [last, "black", "white"], [OUTPUT], "clip"))
