"""Trains by a recipe and shows the run's events: what ``train`` and ``resume`` share."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path

from engine.cli.output import Output
from engine.cli.run_control import follow_stdin
from engine.cli.run_reporter import RunReporter
from engine.config.places import with_absolute_places
from engine.config.recipes import AnyRecipe, QuantizeRecipe
from engine.core.cancellation import CancelToken
from engine.core.errors import JobCancelled
from engine.runs.run_folder import RunFolder


def run_recipe(
    recipe: AnyRecipe,
    output: Output,
    *,
    folder_of: Callable[[AnyRecipe], RunFolder],
    has_checkpoint: bool = False,
    takes_commands: bool = False,
) -> None:
    """Train by ``recipe``.

    Args:
        recipe: What to do; relative folders in it are made absolute.
        output: Where events and messages go.
        folder_of: Makes or opens the run's folder, once the recipe is known to be usable.
        has_checkpoint: Whether the run continues from a checkpoint.
        takes_commands: Whether lines on stdin pause, resume and stop the run.

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
        check_recipe(recipe, resumes=has_checkpoint)
        folder = folder_of(recipe) if rank() == 0 else None
        # The other processes learn the path from the first one.
        path = broadcast_text(str(folder.path) if folder else "")
        token = CancelToken()
        # One reader: lines of stdin must not be divided among the processes.
        if takes_commands and rank() == 0:
            follow_stdin(token)
        _train(recipe, RunFolder(Path(path)), output, token)


def _train(recipe: AnyRecipe, folder: RunFolder, output: Output, token: CancelToken) -> None:
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
            f"{ended_word(folder)}; a checkpoint was written if at least one step was done. "
            f"Continue with: mfagan resume {shlex.quote(str(folder.path.absolute()))}"
        ) from error
    name = shlex.quote(str(folder.path))
    if isinstance(recipe, QuantizeRecipe):
        output.note(
            f"Next: make int8 files: mfagan export int8 {shlex.quote(recipe.float_weights)} "
            f"--tuned {name} --benchmark FOLDER"
        )
        return
    output.note(f"Next: measure the network: mfagan evaluate {name} --data FOLDER")
    output.note(f"      turn it into a model: mfagan export {name} --unmeasured")


def ended_word(folder: RunFolder) -> str:
    """Return how a run that did not reach its end was ended by its user."""
    status = folder.read_status()
    return "Paused" if status is not None and status.state == "paused" else "Stopped"
