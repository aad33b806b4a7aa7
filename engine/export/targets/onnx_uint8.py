"""ONNX with 8-bit pictures in and out, so that an app hands over its bitmap as it is.

    uint8 NHWC ─ Cast ─ / 255 ─ to NCHW ─ network ─ to NHWC ─ · 255 ─ Round ─ Cast ─ uint8 NHWC

The last sum is rounded to the nearest value, as the desktop does it; a cast alone would cut off.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper
from typing_extensions import override

from engine.export.targets.exported_file import ExportedFile, TensorPort
from engine.export.targets.onnx_files import RUNTIME, OnnxTarget, times
from engine.export.targets.plain_network import (
    INPUT,
    OUTPUT,
    PlainNetwork,
    constant,
    count_operators,
    write_model,
)
from engine.export.targets.target import BatchF32, Runner

# One level: a value halfway between two of them may be rounded to either.
_TOLERANCE = 1.01 / 255
_TO_NCHW, _TO_NHWC = (0, 3, 1, 2), (0, 2, 3, 1)


class OnnxUint8(OnnxTarget):
    """Puts the conversion of pictures into the graph."""

    @override
    def export(self, network: PlainNetwork, folder: Path) -> tuple[ExportedFile, ...]:
        sizes = (None, network.fixed_sizes()[0]) if network.fixed_sizes() else (None,)
        return tuple(_write(network, folder, size) for size in sizes)

    @override
    def load(self, file: ExportedFile, folder: Path, *, threads: int) -> Runner:
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        session = ort.InferenceSession(
            folder / file.paths[0], options, providers=["CPUExecutionProvider"]
        )

        def run(batch: BatchF32) -> BatchF32:
            pixels = np.round(batch * 255).astype(np.uint8).transpose(_TO_NHWC)
            result = session.run(None, {INPUT: np.ascontiguousarray(pixels)})[0]
            return np.asarray(result.transpose(_TO_NCHW) / np.float32(255), dtype=np.float32)

        return run


def _write(network: PlainNetwork, folder: Path, size: tuple[int, int] | None) -> ExportedFile:
    height, width = ("height", "width") if size is None else size
    model = network.model()
    _wrap(model.graph)
    shapes: dict[str, tuple[int | str, ...]] = {
        INPUT: (1, height, width, network.channels),
        OUTPUT: (1, times(network.scale, height), times(network.scale, width), network.channels),
    }
    for values, name in ((model.graph.input, INPUT), (model.graph.output, OUTPUT)):
        del values[:]
        values.append(helper.make_tensor_value_info(name, TensorProto.UINT8, shapes[name]))
    suffix = "" if size is None else f"-{height}x{width}"
    file = f"{network.stem}-uint8{suffix}.onnx"
    write_model(model, folder / file)
    ports = {
        name: TensorPort(name=name, layout="NHWC", dtype="uint8", shape=shape)
        for name, shape in shapes.items()
    }
    return ExportedFile(
        name=file,
        paths=(file,),
        precision="fp32",
        runtime=RUNTIME,
        input=ports[INPUT],
        output=ports[OUTPUT],
        size=size,
        tolerance=_TOLERANCE,
        operators=count_operators(model),
        notes=("Pictures are sRGB, 8 bits, without alpha.",),
    )


def _wrap(graph: onnx.GraphProto) -> None:
    """Put the conversions around the nodes of ``graph``."""
    for node in graph.node:
        for index, name in enumerate(node.input):
            if name == INPUT:
                node.input[index] = "lr_float"
        for index, name in enumerate(node.output):
            if name == OUTPUT:
                node.output[index] = "sr_float"
    graph.initializer.extend([constant("levels", 255.0), constant("level", 1 / 255)])
    before = [
        helper.make_node("Cast", [INPUT], ["lr_levels"], "lr_cast", to=TensorProto.FLOAT),
        helper.make_node("Mul", ["lr_levels", "level"], ["lr_nhwc"], "lr_scale"),
        helper.make_node("Transpose", ["lr_nhwc"], ["lr_float"], "lr_layout", perm=_TO_NCHW),
    ]
    for place, node in enumerate(before):
        graph.node.insert(place, node)
    graph.node.extend(
        [
            helper.make_node("Transpose", ["sr_float"], ["sr_nhwc"], "sr_layout", perm=_TO_NHWC),
            helper.make_node("Mul", ["sr_nhwc", "levels"], ["sr_levels"], "sr_scale_8bit"),
            helper.make_node("Round", ["sr_levels"], ["sr_rounded"], "sr_round"),
            helper.make_node("Cast", ["sr_rounded"], [OUTPUT], "sr_cast", to=TensorProto.UINT8),
        ]
    )


TARGET = OnnxUint8()
