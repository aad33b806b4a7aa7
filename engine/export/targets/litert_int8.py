"""LiteRT (TensorFlow Lite) in 8 bits: weights per channel, activations calibrated on photos.

Quantized by Google's own quantizer from the float32 graph of `litert_graph`, with three changes
to what it does by itself (mfa-s-x4 at restoration 0.5, 48 photos, loss on Set14):

- Ranges of activations are the least and largest values of all photos. Its own are a moving
  average that stays near those of the first photo and clips the others: 0.156 dB instead of 0.079.
- What comes after the last activation function stays in float32, and so does the picture, whose
  rounding is seen directly: 0.079 dB instead of 0.040.
- It does not know leaky ReLU and surrounds it with conversions; see `litert_int8_graph`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from ai_edge_quantizer import quantizer, recipe
from ai_edge_quantizer.algorithm_manager import AlgorithmName
from ai_edge_quantizer.calibrator import Calibrator
from ai_edge_quantizer.qtyping import TFLOperationName
from ai_edge_quantizer.recipe_manager import RecipeManager
from ai_edge_quantizer.utils.qsv_utils import min_max_update
from typing_extensions import override

from engine.export.targets.exported_file import INT8_TOLERANCE, ExportedFile, TensorPort
from engine.export.targets.layers import Layer, read_layers, tail_of
from engine.export.targets.litert_files import RUNTIME, LiteRtTarget, litert_shapes
from engine.export.targets.litert_graph import LiteRtGraph
from engine.export.targets.litert_int8_graph import with_int8_activations
from engine.export.targets.plain_network import INPUT, OUTPUT, PlainNetwork

_SIGNATURE = "serving_default"
_TO_NHWC = (0, 2, 3, 1)
_NO_PHOTOS = "it is calibrated on photos: name a folder with --calibrate"
_NOTE = "Weights int8 per channel, activations int8, float32 tail and picture."


class LiteRtInt8(LiteRtTarget):
    """Quantizes the float32 graph."""

    @override
    def feasible(self, network: PlainNetwork) -> str | None:
        return super().feasible(network) or (None if network.patches else _NO_PHOTOS)

    @override
    def export(self, network: PlainNetwork, folder: Path) -> tuple[ExportedFile, ...]:
        layers = read_layers(network)
        graphs = {
            size: LiteRtGraph(layers, colors=network.channels, size=size).content()
            for size in (None, *network.fixed_sizes()[:1])
        }
        choices = _recipe(layers)
        ranges = _calibrated(graphs[None], choices, network)
        files = []
        for size, content in graphs.items():
            work = quantizer.Quantizer(content)
            work.load_quantization_recipe(choices)
            made = bytes(work.quantize(ranges).quantized_model)
            suffix = "" if size is None else f"-{size[0]}x{size[1]}"
            path = folder / f"{network.stem}-int8{suffix}.tflite"
            path.write_bytes(with_int8_activations(made))
            files.append(_described(network, path, size))
        return tuple(files)


def _recipe(layers: Sequence[Layer]) -> list[dict[str, Any]]:
    """Return what to quantize: everything but the tail."""
    found = RecipeManager()
    found.load_quantization_recipe(recipe.static_wi8_ai8())
    for layer in tail_of(layers):
        # The quantizer finds an operator by the names of its results, each with ";" behind it; a
        # layer of two operators has a dot in the name of the first.
        name = rf"^{re.escape(layer.result)}[;.]"
        found.add_quantization_config(
            name, TFLOperationName.ALL_SUPPORTED, algorithm_key=AlgorithmName.NO_QUANTIZE
        )
    return list(found.get_quantization_recipe())


def _calibrated(content: bytes, choices: list[dict[str, Any]], network: PlainNetwork) -> Any:  # noqa: ANN401 - no types
    """Return the ranges of all activations on the patches of ``network``."""
    manager = RecipeManager()
    manager.load_quantization_recipe(choices)
    samples = [
        {INPUT: np.ascontiguousarray(patch.transpose(_TO_NHWC))} for patch in network.patches
    ]
    calibrator = Calibrator(content, qsv_update_func=min_max_update)
    calibrator.calibrate({_SIGNATURE: samples}, manager)
    return calibrator.get_model_qsvs()


def _described(network: PlainNetwork, path: Path, size: tuple[int, int] | None) -> ExportedFile:
    interpreter = Interpreter(str(path))
    height, width = ("height", "width") if size is None else size
    shapes = litert_shapes(network, height, width)
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
    # Before memory is laid out no delegate is among them.
    operators = Counter(str(item["op_name"]) for item in interpreter._get_ops_details())  # noqa: SLF001
    return ExportedFile(
        name=path.name,
        paths=(path.name,),
        precision="int8",
        runtime=RUNTIME,
        input=ports[0],
        output=ports[1],
        size=size,
        tolerance=INT8_TOLERANCE,
        measure="rms",
        operators=dict(operators.most_common()),
        notes=(_NOTE,),
    )


TARGET = LiteRtInt8()
