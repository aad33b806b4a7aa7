"""ONNX in half precision, for GPUs and NPUs; CPUs compute it in float32 and gain nothing."""

from __future__ import annotations

from pathlib import Path

import onnx
from onnxruntime.transformers.float16 import convert_float_to_float16
from typing_extensions import override

from engine.export.targets.exported_file import FP16_TOLERANCE, ExportedFile
from engine.export.targets.onnx_files import OnnxTarget, write_onnx
from engine.export.targets.plain_network import PlainNetwork, sort_nodes


class OnnxFp16(OnnxTarget):
    """Converts weights and operators to float16 between a float32 input and output."""

    @override
    def export(self, network: PlainNetwork, folder: Path) -> tuple[ExportedFile, ...]:
        model = convert_float_to_float16(network.model(), keep_io_types=True)
        # The converter appends the conversion of the input to the end.
        sort_nodes(model.graph)
        half = model.SerializeToString()
        sizes = (None, network.fixed_sizes()[0]) if network.fixed_sizes() else (None,)
        return tuple(
            write_onnx(
                network,
                onnx.load_model_from_string(half),
                folder,
                label="fp16",
                size=size,
                precision="fp16",
                tolerance=FP16_TOLERANCE,
            )
            for size in sizes
        )


TARGET = OnnxFp16()
