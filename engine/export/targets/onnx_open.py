"""ONNX that ends before the pixel shuffle, for accelerators that do not support it.

Some NPUs run a shuffle as a chain of transposes, or refuse the whole graph for it. What such a
file gives is a small picture of many channels, which the app rearranges on the CPU:

    channel k * C + c of LR pixel (y, x)  ─►  color c of SR pixel (s·y + k // s, s·x + k % s)
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper
from typing_extensions import override

from engine.export.targets.exported_file import ExportedFile, TensorPort
from engine.export.targets.onnx_files import RUNTIME, OnnxTarget
from engine.export.targets.plain_network import (
    INPUT,
    OUTPUT,
    PlainNetwork,
    count_operators,
    write_model,
)
from engine.export.targets.target import BatchF32, Runner


class OnnxOpen(OnnxTarget):
    """Cuts the last pixel shuffle off."""

    @override
    def feasible(self, network: PlainNetwork) -> str | None:
        if _last_shuffle(network.model().graph) is None:
            return "the network does not end with a pixel shuffle of the whole scale"
        return None

    @override
    def export(self, network: PlainNetwork, folder: Path) -> tuple[ExportedFile, ...]:
        sizes = (None, network.fixed_sizes()[0]) if network.fixed_sizes() else (None,)
        return tuple(_write(network, folder, size) for size in sizes)

    @override
    def load(self, file: ExportedFile, folder: Path, *, threads: int) -> Runner:
        run = super().load(file, folder, threads=threads)

        def shuffled(batch: BatchF32) -> BatchF32:
            return shuffle(run(batch), colors=batch.shape[1])

        return shuffled


def shuffle(maps: BatchF32, *, colors: int) -> BatchF32:
    """Return the picture in ``maps``, which are in the order DCR.

    Shape:
        - ``maps``: ``(1, s²·C, H, W)``; result ``(1, C, s·H, s·W)``.
    """
    _, channels, height, width = maps.shape
    s = round((channels // colors) ** 0.5)
    parts = maps.reshape(1, s, s, colors, height, width).transpose(0, 3, 4, 1, 5, 2)
    return np.ascontiguousarray(parts).reshape(1, colors, height * s, width * s)


def _last_shuffle(graph: onnx.GraphProto) -> onnx.NodeProto | None:
    """Return the shuffle that only clipping follows, None if there is none."""
    producers = {name: node for node in graph.node for name in node.output}
    node = producers.get(OUTPUT)
    if node is not None and node.op_type == "Clip":
        node = producers.get(node.input[0])
    if node is None or node.op_type != "DepthToSpace":
        return None
    shuffles = [other for other in graph.node if other.op_type == "DepthToSpace"]
    modes = [attribute.s for attribute in node.attribute if attribute.name == "mode"]
    return node if shuffles == [node] and modes == [b"DCR"] else None


def _write(network: PlainNetwork, folder: Path, size: tuple[int, int] | None) -> ExportedFile:
    height, width = ("height", "width") if size is None else size
    model = network.model()
    graph = model.graph
    shuffle_node = _last_shuffle(graph)
    assert shuffle_node is not None
    maps, shuffled = shuffle_node.input[0], shuffle_node.output[0]
    graph.node.remove(shuffle_node)
    # Clipping is done per value, so its order with the shuffle does not matter.
    for node in graph.node:
        for index, name in enumerate(node.input):
            if name == shuffled:
                node.input[index] = maps
    channels = network.channels * network.scale**2
    shapes: dict[str, tuple[int | str, ...]] = {
        INPUT: (1, network.channels, height, width),
        OUTPUT: (1, channels, height, width),
    }
    for values, name in ((graph.input, INPUT), (graph.output, OUTPUT)):
        del values[:]
        values.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shapes[name]))
    suffix = "" if size is None else f"-{height}x{width}"
    file = f"{network.stem}-open{suffix}.onnx"
    write_model(model, folder / file)
    return ExportedFile(
        name=file,
        paths=(file,),
        precision="fp32",
        runtime=RUNTIME,
        input=TensorPort(name=INPUT, layout="NCHW", dtype="float32", shape=shapes[INPUT]),
        output=TensorPort(name=OUTPUT, layout="NCHW", dtype="float32", shape=shapes[OUTPUT]),
        size=size,
        operators=count_operators(model),
        notes=("The app does the pixel shuffle; the snippets show it in ten lines.",),
    )


TARGET = OnnxOpen()
