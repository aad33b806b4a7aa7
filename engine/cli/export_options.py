"""Options that the commands which export models share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from engine.export.targets.target_list import ALL

ModelArgument: TypeAlias = Annotated[
    str,
    typer.Argument(
        metavar="MODEL",
        help="Id of a model, its card file, or a run: its folder, its name, or a unique part of "
        "the name.",
    ),
]
RestorationOption: TypeAlias = Annotated[
    float | None,
    typer.Option(
        help="Restoration to fix a model with a dial at. Default: 0.5, as for photos of phones.",
        min=0,
        max=1,
    ),
]
FidelityOption: TypeAlias = Annotated[
    float | None,
    typer.Option(help="Fidelity to fix it at. Default: that of the model.", min=0, max=1),
]
TargetsOption: TypeAlias = Annotated[
    str,
    typer.Option(
        "--to",
        metavar="TARGET[,TARGET]",
        help=f"Targets, separated by commas, or {ALL}; mfagan export targets lists them.",
    ),
]
CalibrateOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        help="Folder of HR photos to calibrate 8-bit LiteRT files with, and 8-bit ONNX files of "
        "a model that has no int8 files of its own."
    ),
]
BenchmarkOption: TypeAlias = Annotated[
    list[Path] | None,
    typer.Option(
        "--benchmark",
        help="Folder of HR photos on which the loss of each file is measured that does not "
        "compute the same as the float32 network. Repeatable.",
    ),
]
MeasuringThreadsOption: TypeAlias = Annotated[
    int,
    typer.Option("--threads", min=0, help="CPU threads of the measured runs; 0 uses all cores."),
]
