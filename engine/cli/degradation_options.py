"""Options for the degradation of the LR pictures of a benchmark."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias, get_args

import typer

from engine.config.degradation import DegradationName

_HELP = "Degradation of the LR pictures: clean is bicubic alone, strong equals Real-ESRGAN."

_NAMES = ", ".join(get_args(DegradationName))

DegradeOptions: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--degrade",
        metavar="NAME",
        help=f"{_HELP} One of {_NAMES}. Repeatable.",
    ),
]
KeepLrOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(help="Folder to keep degraded LR pictures in; existing ones are reused."),
]
SeedOption: TypeAlias = Annotated[int, typer.Option(help="Random seed of the degradation.", min=0)]
StrengthOption: TypeAlias = Annotated[
    float,
    typer.Option(help="Strength of the degradation; 1 is its full strength.", min=0.01, max=1),
]


def degradation_names(names: list[str] | None) -> list[DegradationName]:
    """Return ``names`` as names of degradations.

    Raises:
        typer.BadParameter: If there is no degradation of one of the names.
    """
    # Typed here: typer supports a choice of literals, but not a list of them.
    known: dict[str, DegradationName] = {name: name for name in get_args(DegradationName)}
    unknown = [name for name in names or [] if name not in known]
    if unknown:
        raise typer.BadParameter(f"--degrade {unknown[0]}: choose {', '.join(known)}")
    return [known[name] for name in names or []]
