"""Arguments and options that several commands take, each with one wording."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

RunArgument: TypeAlias = Annotated[
    str,
    typer.Argument(
        metavar="RUN", help="Folder of a run, or its name, or a part of its name that is unique."
    ),
]
RecipeArgument: TypeAlias = Annotated[
    str, typer.Argument(metavar="RECIPE", help="Recipe file, or name of a shipped recipe.")
]
RunsOption: TypeAlias = Annotated[
    Path | None,
    typer.Option("--runs", help="Folder that holds the runs. Default: your own runs folder."),
]
SetOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Change a value of the recipe, such as schedule.steps=100. Repeatable.",
    ),
]
CommandsOption: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--commands",
        help="Read control commands (pause, resume, stop) from stdin, one per line.",
    ),
]
ThreadsOption: TypeAlias = Annotated[
    int, typer.Option("--threads", min=0, help="CPU threads; 0 uses all physical cores.")
]
LpipsOption: TypeAlias = Annotated[
    Path | None,
    typer.Option("--lpips", help="LPIPS network (ONNX, inputs ref and dist); measures LPIPS too."),
]
NiqeOption: TypeAlias = Annotated[
    Path | None, typer.Option("--niqe", help="NIQE parameters (.npz); measures NIQE too.")
]
JsonOption: TypeAlias = Annotated[
    bool, typer.Option("--json", help="Write one JSON object to stdout.")
]
JsonLinesOption: TypeAlias = Annotated[
    bool, typer.Option("--json", help="Write events to stdout, one JSON object per line.")
]
