"""ONNX in float32: one file for any size, and files of fixed size without dynamic operations."""

from __future__ import annotations

from pathlib import Path

from typing_extensions import override

from engine.export.targets.exported_file import ExportedFile
from engine.export.targets.onnx_files import OnnxTarget, write_onnx
from engine.export.targets.plain_network import PlainNetwork


class OnnxFp32(OnnxTarget):
    """Writes the network as it is."""

    @override
    def export(self, network: PlainNetwork, folder: Path) -> tuple[ExportedFile, ...]:
        sizes = (None, *network.fixed_sizes())
        return tuple(
            write_onnx(network, network.model(), folder, label="fp32", size=size) for size in sizes
        )


TARGET = OnnxFp32()
