"""``mfagan resume``: resume a training run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from engine.cli.command_app import make_app
from engine.cli.common_options import (
    CommandsOption,
    JsonLinesOption,
    RunArgument,
    RunsOption,
)
from engine.cli.output import Output
from engine.cli.run_recipe import run_recipe
from engine.config.places import with_absolute_places
from engine.config.recipe_file import load_recipe
from engine.core.errors import ConfigError
from engine.runs.find_run import open_run
from engine.runs.launching import recording_refusal
from engine.runs.location import runs_folder

app = make_app()


@app.command()
def resume(
    run: RunArgument,
    *,
    runs: RunsOption = None,
    data: Annotated[
        Path | None, typer.Option(help="Folder of the training photos, if they were moved.")
    ] = None,
    takes_commands: CommandsOption = False,
    is_json: JsonLinesOption = False,
) -> None:
    """Resume a training run from its newest checkpoint, as if it had not stopped.

    The training photos must be the same as when the run began.
    """
    folder = open_run(run, runs or runs_folder())
    # Two processes would write the same checkpoints.
    if folder.is_running():
        raise ConfigError(f"{folder.path}: this run is running; stop it first")
    with recording_refusal(folder):
        recipe = with_absolute_places(load_recipe(folder.path / "recipe.yaml"))
        if data is not None:
            moved = msgspec.structs.replace(recipe.data, folder=str(data.absolute()))
            recipe = msgspec.structs.replace(recipe, data=moved)
        run_recipe(
            recipe,
            Output(is_json=is_json),
            folder_of=lambda _recipe: folder,
            # A run that was stopped before its first checkpoint starts again.
            has_checkpoint=any(folder.checkpoints.glob("step-*")),
            takes_commands=takes_commands,
        )
