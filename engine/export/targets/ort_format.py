"""ORT format: a graph that was optimized beforehand, for builds with a list of operators only.

Two files: ``.ort``, and ``.config`` with the operators and types that such a build of ONNX
Runtime needs (``--include_ops_by_config``). It is written in the runtime style, whose graph is
not bound to the CPU it was written on.
"""

from __future__ import annotations

import logging
import tempfile
import warnings
from pathlib import Path

from typing_extensions import override

from engine.export.targets.exported_file import ExportedFile
from engine.export.targets.onnx_files import OnnxTarget, write_onnx
from engine.export.targets.onnx_placement import profiled_placements
from engine.export.targets.onnxruntime_tools import import_tool
from engine.export.targets.placement import Placement
from engine.export.targets.plain_network import PlainNetwork
from engine.export.targets.target import ExportError


class OrtFormat(OnnxTarget):
    """Converts by the tool of ONNX Runtime itself."""

    @override
    def export(self, network: PlainNetwork, folder: Path) -> tuple[ExportedFile, ...]:
        with tempfile.TemporaryDirectory(prefix="mfagan-ort-") as name:
            work = Path(name)
            source = write_onnx(network, network.model(), work, label="fp32")
            _convert(work)
            # The tool names its results after the style.
            made = sorted(work.glob("*.ort"))
            config = sorted(work.glob("*.config"))
            if not made or not config:
                raise ExportError("the converter of ONNX Runtime wrote no file")
            paths = (f"{network.stem}-fp32.ort", f"{network.stem}-operators.config")
            for path, found in zip(paths, (made[0], config[0]), strict=True):
                # Its first line says where the file was made.
                content = found.read_bytes()
                lines = content.splitlines(keepends=True)
                is_text = path.endswith(".config")
                (folder / path).write_bytes(
                    b"".join(line for line in lines if not line.startswith(b"#"))
                    if is_text
                    else content
                )
        return (
            ExportedFile(
                name=paths[0],
                paths=paths,
                precision="fp32",
                runtime=source.runtime,
                input=source.input,
                output=source.output,
                operators=source.operators,
                notes=("Build ONNX Runtime with --include_ops_by_config and the .config file.",),
            ),
        )

    @override
    def placements(
        self, file: ExportedFile, folder: Path, *, size: tuple[int, int]
    ) -> tuple[Placement, ...]:
        return profiled_placements((folder / file.paths[0]).read_bytes(), file, size=size)


def _convert(work: Path) -> None:
    tool = import_tool("convert_onnx_models_to_ort")
    logging.getLogger("ort_format_model.utils").setLevel(logging.WARNING)
    with warnings.catch_warnings():
        # It leaves its files for the garbage collector to close.
        warnings.simplefilter("ignore", ResourceWarning)
        tool.convert_onnx_models_to_ort(
            work,
            output_dir=work,
            optimization_styles=[tool.OptimizationStyle.Runtime],
            target_platform=None,
        )


TARGET = OrtFormat()
