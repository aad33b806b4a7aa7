"""What the targets of the ONNX family share: writing a variant, and running it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import onnx
from typing_extensions import override

from engine.export.targets.exported_file import FP32_TOLERANCE, ExportedFile, TensorPort
from engine.export.targets.onnx_placement import onnx_placements
from engine.export.targets.placement import Placement
from engine.export.targets.plain_network import (
    INPUT,
    OUTPUT,
    PlainNetwork,
    count_operators,
    with_size,
    write_model,
)
from engine.export.targets.target import ExportTarget, Runner
from engine.inference.network.session import SessionSpec, open_session

RUNTIME = "onnxruntime"


class OnnxTarget(ExportTarget):
    """A target whose files ONNX Runtime runs, with float32 pictures unless it says otherwise."""

    @override
    def feasible(self, network: PlainNetwork) -> str | None:
        return None

    @override
    def load(self, file: ExportedFile, folder: Path, *, threads: int) -> Runner:
        spec = SessionSpec.of_file(folder / file.paths[0], thread_count=threads)
        return open_session(spec).run

    @override
    def placements(
        self, file: ExportedFile, folder: Path, *, size: tuple[int, int]
    ) -> tuple[Placement, ...]:
        return onnx_placements((folder / file.paths[0]).read_bytes(), file, size=size)


def write_onnx(
    network: PlainNetwork,
    model: onnx.ModelProto,
    folder: Path,
    *,
    label: str,
    size: tuple[int, int] | None = None,
    precision: Literal["fp32", "fp16", "int8"] = "fp32",
    tolerance: float = FP32_TOLERANCE,
    measure: Literal["largest", "rms"] = "largest",
    notes: tuple[str, ...] = (),
) -> ExportedFile:
    """Write a variant of a network that keeps its float32 input and output.

    Args:
        network: The network.
        model: The variant; its size is fixed here if ``size`` is given.
        folder: Folder of the target.
        label: What tells the file from the others, such as ``fp32``.
        size: Height and width of the LR picture; None for any size.
        precision: Precision of the weights.
        tolerance: Difference from the network that counts as right.
        measure: Which difference that is.
        notes: What an app developer should know.
    """
    height: int | str = "height"
    width: int | str = "width"
    if size is not None:
        height, width = size
        model = with_size(model, *size, scale=network.scale)
        label = f"{label}-{height}x{width}"
    name = f"{network.stem}-{label}.onnx"
    write_model(model, folder / name)
    return ExportedFile(
        name=name,
        paths=(name,),
        precision=precision,
        runtime=RUNTIME,
        input=TensorPort(
            name=INPUT,
            layout="NCHW",
            dtype="float32",
            shape=(1, network.channels, height, width),
        ),
        output=TensorPort(
            name=OUTPUT,
            layout="NCHW",
            dtype="float32",
            shape=(1, network.channels, times(network.scale, height), times(network.scale, width)),
        ),
        size=size,
        tolerance=tolerance,
        measure=measure,
        operators=count_operators(model),
        notes=notes,
    )


def times(scale: int, side: int | str) -> int | str:
    """Return a side of the SR picture, as a number or as ``4*height``."""
    return f"{scale}*{side}" if isinstance(side, str) else scale * side
