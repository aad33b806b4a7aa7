"""``mfagan resume``: go on with a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from engine.cli.commands.train import CommandsOption, run_recipe
from engine.cli.output import Output
from engine.config.places import with_absolute_places
from engine.config.recipes import load_recipe
from engine.core.errors import ConfigError
from engine.runs.find_run import open_run
from engine.runs.location import runs_folder

app = typer.Typer(add_completion=False)


@app.command()
def resume(
    run: Annotated[str, typer.Argument(help="A run folder, or the name of one in --runs.")],
    *,
    runs: Annotated[
        Path | None, typer.Option(help="Folder of the runs; the user's by default.")
    ] = None,
    data: Annotated[
        Path | None, typer.Option(help="Where the run's photos are now, if they were moved.")
    ] = None,
    takes_commands: CommandsOption = False,
    is_json: Annotated[
        bool, typer.Option("--json", help="Write events as JSON lines on stdout.")
    ] = False,
) -> None:
    """Go on with a run from its newest checkpoint, exactly as if it had not stopped.

    The photos must hold what they held when the run began.
    """
    folder = open_run(run, runs or runs_folder())
    if folder.is_running():
        raise ConfigError(f"{folder.path}: this run is running; stop it first")
    recipe = with_absolute_places(load_recipe(folder.path / "recipe.yaml"))
    if data is not None:
        moved = msgspec.structs.replace(recipe.data, folder=str(data.absolute()))
        recipe = msgspec.structs.replace(recipe, data=moved)
    run_recipe(
        recipe,
        Output(is_json=is_json),
        folder_of=lambda _recipe: folder,
        goes_on=any(folder.checkpoints.glob("step-*")),
        takes_commands=takes_commands,
    )
