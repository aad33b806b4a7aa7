"""Options that say how the LR pictures of a benchmark are made."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from engine.evaluation.reductions import MATLAB, PILLOW, DamagedReduction, Reduction

DegradeOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(help="Damage LR by blur, noise and JPEG, and keep it in this folder."),
]
SeedOption: TypeAlias = Annotated[int, typer.Option(help="Of the damage.", min=0)]
StrengthOption: TypeAlias = Annotated[
    float, typer.Option(help="Of the damage; 1 is Real-ESRGAN's.", min=0.01, max=1)
]


def choose_reduction(lr: str, degrade: Path | None, seed: int, strength: float) -> Reduction:
    """Return the reduction that the options name.

    Raises:
        typer.BadParameter: If ``lr`` names none.
        MissingExtraError: If photos shall be damaged and torch is not installed.
    """
    if lr not in {"matlab", "pillow"}:
        raise typer.BadParameter(f"--lr {lr}: choose matlab or pillow")
    if degrade is not None:
        return DamagedReduction(degrade, seed=seed, strength=strength)
    return PILLOW if lr == "pillow" else MATLAB
