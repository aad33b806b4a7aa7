"""Options that say how the LR pictures of a benchmark are made."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

DegradeOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(help="Damage LR by blur, noise and JPEG, and keep it in this folder."),
]
SeedOption: TypeAlias = Annotated[int, typer.Option(help="Of the damage.", min=0)]
StrengthOption: TypeAlias = Annotated[
    float, typer.Option(help="Of the damage; 1 is Real-ESRGAN's.", min=0.01, max=1)
]
