"""LiteRT (TensorFlow Lite) with weights in float16: half the size, and what GPUs compute in."""

from __future__ import annotations

from pathlib import Path

from typing_extensions import override

from engine.export.targets.exported_file import FP16_TOLERANCE, ExportedFile
from engine.export.targets.litert_files import LiteRtTarget, write_litert
from engine.export.targets.plain_network import PlainNetwork


class LiteRtFp16(LiteRtTarget):
    """Writes the graph directly, with weights that are widened when it is loaded."""

    @override
    def export(self, network: PlainNetwork, folder: Path) -> tuple[ExportedFile, ...]:
        sizes = (None, *network.fixed_sizes()[:1])
        return tuple(
            write_litert(network, folder, size=size, precision="fp16", tolerance=FP16_TOLERANCE)
            for size in sizes
        )


TARGET = LiteRtFp16()
