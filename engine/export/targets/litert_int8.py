"""LiteRT (TensorFlow Lite) in 8 bits: weights per channel and activations, calibrated on photos.

Quantized by Google's own quantizer from the float32 graph of `litert_graph`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from ai_edge_quantizer import quantizer, recipe
from typing_extensions import override

from engine.export.targets.exported_file import INT8_TOLERANCE, ExportedFile, TensorPort
from engine.export.targets.layers import obstacle, read_layers
from engine.export.targets.litert_files import RUNTIME, LiteRtTarget, litert_shapes
from engine.export.targets.litert_graph import LiteRtGraph
from engine.export.targets.plain_network import INPUT, OUTPUT, PlainNetwork

_SIGNATURE = "serving_default"
_TO_NHWC = (0, 2, 3, 1)
_NO_PHOTOS = "it is calibrated on photos: name a folder with --calibrate"


class LiteRtInt8(LiteRtTarget):
    """Quantizes the float32 graph."""

    @override
    def feasible(self, network: PlainNetwork) -> str | None:
        return obstacle(network) or (None if network.patches else _NO_PHOTOS)

    @override
    def export(self, network: PlainNetwork, folder: Path) -> tuple[ExportedFile, ...]:
        graph = LiteRtGraph(read_layers(network), colors=network.channels, size=None)
        name = f"{network.stem}-int8.tflite"
        work = quantizer.Quantizer(graph.content())
        work.load_quantization_recipe(recipe.static_wi8_ai8())
        samples = [
            {INPUT: np.ascontiguousarray(patch.transpose(_TO_NHWC))} for patch in network.patches
        ]
        found = work.calibrate({_SIGNATURE: samples})
        work.quantize(found).export_model(folder / name, overwrite=True)
        return (_described(network, folder / name, graph.operators),)


def _described(network: PlainNetwork, path: Path, operators: dict[str, int]) -> ExportedFile:
    interpreter = Interpreter(str(path))
    shapes = litert_shapes(network, "height", "width")
    details = (interpreter.get_input_details()[0], interpreter.get_output_details()[0])
    ports = []
    for name, shape, detail in zip((INPUT, OUTPUT), shapes, details, strict=True):
        scale, zero = detail["quantization"]
        is_byte = detail["dtype"] == np.int8
        ports.append(
            TensorPort(
                name=name,
                layout="NHWC",
                dtype="int8" if is_byte else "float32",
                shape=shape,
                scale=float(scale) if is_byte else 1.0,
                zero_point=int(zero) if is_byte else 0,
            )
        )
    return ExportedFile(
        name=path.name,
        paths=(path.name,),
        precision="int8",
        runtime=RUNTIME,
        input=ports[0],
        output=ports[1],
        tolerance=INT8_TOLERANCE,
        measure="rms",
        operators=operators,
    )


TARGET = LiteRtInt8()
