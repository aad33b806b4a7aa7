"""Options that say how the LR pictures of a benchmark are made."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias, get_args

import typer

from engine.config.degradation import DegradationName

_HELP = "Named degradation of LR: clean, light, mild or strong, which is Real-ESRGAN's."

DegradeOption: TypeAlias = Annotated[DegradationName | None, typer.Option(help=_HELP)]
DegradeOptions: TypeAlias = Annotated[
    list[str] | None, typer.Option("--degrade", help=f"{_HELP} May be repeated.")
]
KeepLrOption: TypeAlias = Annotated[
    Path | None, typer.Option(help="Keep degraded LR pictures in this folder, and read them again.")
]
SeedOption: TypeAlias = Annotated[int, typer.Option(help="Random seed of the degradation.", min=0)]
StrengthOption: TypeAlias = Annotated[
    float, typer.Option(help="Strength of the degradation.", min=0.01, max=1)
]


def degradation_names(names: list[str] | None) -> list[DegradationName]:
    """Return the names of degradations that were given.

    Raises:
        typer.BadParameter: If there is no degradation of a name.
    """
    # typer takes no list of literals.
    known: dict[str, DegradationName] = {name: name for name in get_args(DegradationName)}
    unknown = [name for name in names or [] if name not in known]
    if unknown:
        raise typer.BadParameter(f"--degrade {unknown[0]}: choose {', '.join(known)}")
    return [known[name] for name in names or []]
