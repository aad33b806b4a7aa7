"""LiteRT (TensorFlow Lite) in float32: one file for any size, and one for tiles."""

from __future__ import annotations

from pathlib import Path

from typing_extensions import override

from engine.export.targets.exported_file import ExportedFile
from engine.export.targets.litert_files import LiteRtTarget, write_litert
from engine.export.targets.plain_network import PlainNetwork


class LiteRtFp32(LiteRtTarget):
    """Writes the graph directly."""

    @override
    def export(self, network: PlainNetwork, folder: Path) -> tuple[ExportedFile, ...]:
        sizes = (None, *network.fixed_sizes()[:1])
        return tuple(write_litert(network, folder, size=size, precision="fp32") for size in sizes)


TARGET = LiteRtFp32()
