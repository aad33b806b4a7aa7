"""What the LiteRT targets share: describing a file, and running it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from typing_extensions import override

from engine.export.targets.exported_file import FP32_TOLERANCE, ExportedFile, TensorPort
from engine.export.targets.layers import obstacle, read_layers
from engine.export.targets.litert_graph import LiteRtGraph
from engine.export.targets.litert_placement import litert_placements
from engine.export.targets.onnx_files import times
from engine.export.targets.placement import Placement
from engine.export.targets.plain_network import INPUT, OUTPUT, PlainNetwork
from engine.export.targets.target import BatchF32, ExportTarget, Runner

RUNTIME = "ai-edge-litert"
_TO_NHWC, _TO_NCHW = (0, 2, 3, 1), (0, 3, 1, 2)


class LiteRtTarget(ExportTarget):
    """A target whose files are written by `LiteRtGraph` and run by LiteRT."""

    @override
    def feasible(self, network: PlainNetwork) -> str | None:
        return obstacle(network)

    @override
    def load(self, file: ExportedFile, folder: Path, *, threads: int) -> Runner:
        return _loaded(file, folder, threads)

    @override
    def placements(
        self, file: ExportedFile, folder: Path, *, size: tuple[int, int]
    ) -> tuple[Placement, ...]:
        return litert_placements(file, folder, size=size)


def write_litert(
    network: PlainNetwork,
    folder: Path,
    *,
    size: tuple[int, int] | None,
    precision: Literal["fp32", "fp16"],
    tolerance: float = FP32_TOLERANCE,
) -> ExportedFile:
    """Write a network with float32 pictures; see `LiteRtGraph`."""
    layers = read_layers(network)
    graph = LiteRtGraph(layers, colors=network.channels, size=size, is_half=precision == "fp16")
    suffix = "" if size is None else f"-{size[0]}x{size[1]}"
    name = f"{network.stem}-{precision}{suffix}.tflite"
    (folder / name).write_bytes(graph.content())
    height, width = ("height", "width") if size is None else size
    shapes = litert_shapes(network, height, width)
    return ExportedFile(
        name=name,
        paths=(name,),
        precision=precision,
        runtime=RUNTIME,
        input=TensorPort(name=INPUT, layout="NHWC", dtype="float32", shape=shapes[0]),
        output=TensorPort(name=OUTPUT, layout="NHWC", dtype="float32", shape=shapes[1]),
        size=size,
        tolerance=tolerance,
        operators=graph.operators,
        notes=("Resize the input before it is allocated; keep to one size of tiles.",)
        if size is None
        else (),
    )


def litert_shapes(
    network: PlainNetwork, height: int | str, width: int | str
) -> tuple[tuple[int | str, ...], tuple[int | str, ...]]:
    """Return the shapes of input and output."""
    scale, channels = network.scale, network.channels
    return (1, height, width, channels), (1, times(scale, height), times(scale, width), channels)


def _loaded(file: ExportedFile, folder: Path, threads: int) -> Runner:
    """Load a file in LiteRT, with XNNPACK as it is by default."""
    interpreter = Interpreter(str(folder / file.paths[0]), num_threads=threads)
    source = interpreter.get_input_details()[0]
    target = interpreter.get_output_details()[0]
    shaped: list[tuple[int, ...]] = []

    def run(batch: BatchF32) -> BatchF32:
        values = np.ascontiguousarray(batch.transpose(_TO_NHWC))
        if shaped != [values.shape]:
            interpreter.resize_tensor_input(source["index"], values.shape)
            interpreter.allocate_tensors()
            shaped[:] = [values.shape]
        if file.input.dtype == "int8":
            levels = np.round(values / file.input.scale) + file.input.zero_point
            interpreter.set_tensor(source["index"], np.clip(levels, -128, 127).astype(np.int8))
        else:
            interpreter.set_tensor(source["index"], values)
        interpreter.invoke()
        result = interpreter.get_tensor(target["index"]).astype(np.float32)
        if file.output.dtype == "int8":
            result = (result - file.output.zero_point) * np.float32(file.output.scale)
        return np.ascontiguousarray(result.transpose(_TO_NCHW), dtype=np.float32)

    return run
