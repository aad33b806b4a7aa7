"""``mfagan train``: fit a network by a recipe."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from engine.cli.output import Output
from engine.cli.overrides import parse_overrides
from engine.cli.run_commands import obey_stdin
from engine.cli.run_reporter import RunReporter
from engine.config.places import with_absolute_places
from engine.config.recipes import (
    AnyRecipe,
    differing_fields,
    dump_recipe,
    load_recipe,
)
from engine.config.shipped_recipes import find_recipe
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError, JobCancelled
from engine.runs.location import runs_folder
from engine.runs.run_folder import RunFolder

app = typer.Typer(add_completion=False)

CommandsOption: TypeAlias = Annotated[
    bool, typer.Option("--commands", help="Obey pause, resume and stop, one a line, on stdin.")
]


@app.command()
def train(
    recipe: Annotated[
        str, typer.Argument(help="A recipe file, or the name of one that comes with the product.")
    ] = "",
    *,
    preset: Annotated[
        str, typer.Option(help="Name of a recipe that comes with the product, such as tiny.")
    ] = "",
    data: Annotated[
        Path | None, typer.Option(help="Folder of HR photos; short for --set data.folder=FOLDER.")
    ] = None,
    values: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change a value: schedule.steps=100."),
    ] = None,
    runs: Annotated[
        Path | None, typer.Option(help="Where the run's folder is made; the user's by default.")
    ] = None,
    into: Annotated[
        Path | None,
        typer.Option(help="The run's folder itself; goes on with the run if it is there already."),
    ] = None,
    is_on_tensorboard: Annotated[
        bool, typer.Option("--tensorboard", help="Write TensorBoard event files too.")
    ] = False,
    takes_commands: CommandsOption = False,
    is_json: Annotated[
        bool, typer.Option("--json", help="Write events as JSON lines on stdout.")
    ] = False,
) -> None:
    """Train a network by a recipe, into a new run folder.

    Stops with a checkpoint on SIGTERM or Ctrl+C; `mfagan resume` goes on
    exactly. Under torchrun the processes train together.

    Examples:
        mfagan train --preset tiny --data ~/Pictures

        mfagan train my.yaml --set schedule.steps=2000 --set seed=3

        torchrun --nproc-per-node 4 -m engine.cli.main train my.yaml --into runs/big
    """
    if bool(recipe) == bool(preset):
        raise typer.BadParameter("Name one recipe: a file, or --preset NAME.")
    overrides = parse_overrides(values or [])
    texts = {} if data is None else {"data.folder": str(data)}
    if is_on_tensorboard:
        overrides["tensorboard"] = "true"
    output = Output(is_json=is_json)
    loaded = load_recipe(find_recipe(recipe or preset), overrides, texts=texts, warn=output.warning)
    run_recipe(
        loaded,
        output,
        folder_of=lambda recipe: _make_folder(recipe, runs or runs_folder(), into),
        takes_commands=takes_commands,
    )


def run_recipe(
    recipe: AnyRecipe,
    output: Output,
    *,
    folder_of: Callable[[AnyRecipe], RunFolder],
    goes_on: bool = False,
    takes_commands: bool = False,
) -> None:
    """Train by ``recipe``.

    Args:
        recipe: What to do; relative folders in it are made absolute.
        output: The voice of the command.
        folder_of: Makes or opens the run's folder, once the recipe is known to be usable.
        goes_on: Whether the run has a checkpoint.
        takes_commands: Whether lines on stdin hold, continue and stop the run.

    Raises:
        EngineError: As `engine.training.run.run_training` does.
    """
    from engine.training.checks import check_recipe  # noqa: PLC0415
    from engine.training.methods.build import check_method  # noqa: PLC0415 - torch loads for seconds
    from engine.training.processes import broadcast_text, process_group, rank  # noqa: PLC0415

    recipe = with_absolute_places(recipe)
    check_method(recipe)
    with process_group():
        # A run folder is made of what can run, and by every process or none.
        check_recipe(recipe, goes_on=goes_on)
        folder = folder_of(recipe) if rank() == 0 else None
        path = broadcast_text(str(folder.path) if folder else "")
        token = CancelToken()
        if takes_commands and rank() == 0:
            obey_stdin(token)
        run_in_folder(recipe, RunFolder(Path(path)), output, token)


def run_in_folder(recipe: AnyRecipe, folder: RunFolder, output: Output, token: CancelToken) -> None:
    """Train by ``recipe`` in ``folder``, telling ``output`` of it."""
    from engine.training.methods.build import build_method  # noqa: PLC0415 - torch loads for seconds
    from engine.training.run import run_training  # noqa: PLC0415

    output.note(f"Run folder: {folder.path}")
    try:
        with RunReporter(output, name=recipe.name) as reporter:
            run_training(
                recipe,
                folder,
                build_method=build_method,
                token=token,
                report=reporter.report,
            )
    except JobCancelled as error:
        raise JobCancelled(
            f"Stopped; a checkpoint was written if a step was done. Go on with: "
            f"mfagan resume {shlex.quote(str(folder.path.absolute()))}"
        ) from error
    name = shlex.quote(str(folder.path))
    output.note(f"Next: mfagan evaluate {name} --data FOLDER measures what it made on photos;")
    output.note(f"mfagan export {name} makes it a model, --unmeasured at once.")


def _make_folder(recipe: AnyRecipe, runs: Path, into: Path | None) -> RunFolder:
    if into is None:
        return RunFolder.create(runs, recipe.name, recipe_yaml=dump_recipe(recipe))
    if (into / "recipe.yaml").exists():
        folder = RunFolder.open(into)
        _check_same(recipe, folder)
        return folder
    return RunFolder.create_at(into, recipe_yaml=dump_recipe(recipe))


def _check_same(recipe: AnyRecipe, folder: RunFolder) -> None:
    """Refuse to go on with a run by a recipe that is not the run's own."""
    own = with_absolute_places(load_recipe(folder.path / "recipe.yaml"))
    differing = differing_fields(own, recipe)
    if differing:
        told = ", ".join(f"{name} ({was}, here {now})" for name, (was, now) in differing.items())
        raise ConfigError(
            f"{folder.path}: holds a run of other settings: {told}. Go on with it as it is: "
            f"mfagan resume {shlex.quote(str(folder.path))}; or name another folder with --into"
        )
