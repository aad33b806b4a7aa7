"""ONNX in 8 bits (QDQ): weights int8 per channel, activations uint8, both ends in float32.

The int8 files of its model are used if it has any: they may have been fine-tuned for int8. A
network without them is calibrated on photos.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import onnx
from typing_extensions import override

from engine.export.targets.exported_file import INT8_TOLERANCE, ExportedFile
from engine.export.targets.onnx_files import OnnxTarget, write_onnx
from engine.export.targets.plain_network import PlainNetwork
from engine.quantization.int8_file import quantize_int8

NO_CALIBRATION = (
    "the model has no int8 files, and no photos were given to calibrate it: "
    "name a folder with --calibrate"
)


class OnnxInt8(OnnxTarget):
    """Quantizes a network, or takes it as its model has it."""

    @override
    def feasible(self, network: PlainNetwork) -> str | None:
        return None if network.patches or network.int8 is not None else NO_CALIBRATION

    @override
    def export(self, network: PlainNetwork, folder: Path) -> tuple[ExportedFile, ...]:
        content = quantized(network)
        sizes = (None, network.fixed_sizes()[0]) if network.fixed_sizes() else (None,)
        return tuple(
            write_onnx(
                network,
                onnx.load_model_from_string(content),
                folder,
                label="int8",
                size=size,
                precision="int8",
                tolerance=INT8_TOLERANCE,
                measure="rms",
                notes=("Weights int8 per channel, activations uint8, both ends in float32.",),
            )
            for size in sizes
        )


def quantized(network: PlainNetwork) -> bytes:
    """Return the network in 8 bits."""
    if network.int8 is not None:
        return network.int8
    with tempfile.TemporaryDirectory(prefix="mfagan-int8-") as name:
        source, target = Path(name, "fp32.onnx"), Path(name, "int8.onnx")
        source.write_bytes(network.content)
        quantize_int8(source, target, patches=network.patches)
        model = onnx.load(target)
    # The quantizer's own marks.
    del model.metadata_props[:]
    return bytes(model.SerializeToString())


TARGET = OnnxInt8()
