"""``mfagan train``: train a network by a recipe."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from engine.cli.command_app import make_app
from engine.cli.common_options import (
    CommandsOption,
    JsonLinesOption,
    RecipeArgument,
    SetOption,
)
from engine.cli.output import Output
from engine.cli.overrides import parse_overrides
from engine.cli.run_recipe import run_recipe
from engine.config.places import with_absolute_places
from engine.config.recipe_file import differing_fields, dump_recipe, load_recipe
from engine.config.recipes import AnyRecipe
from engine.config.shipped_recipes import find_recipe
from engine.core.errors import ConfigError
from engine.core.units import format_bytes, format_duration
from engine.probing.process import inspect_network
from engine.runs.estimate import measure_training
from engine.runs.location import runs_folder
from engine.runs.run_folder import RunFolder

app = make_app()


@app.command()
def train(
    recipe: RecipeArgument = "",
    *,
    preset: Annotated[
        str, typer.Option(help="Name of a shipped recipe, such as tiny, instead of RECIPE.")
    ] = "",
    data: Annotated[
        Path | None,
        typer.Option(help="Folder of HR training photos; short for --set data.folder=FOLDER."),
    ] = None,
    teacher: Annotated[
        Path | None,
        typer.Option(
            help="ONNX file of any network that the student learns from, with --preset "
            "distill-onnx; short for --set teacher.onnx=FILE. The student gets its scale."
        ),
    ] = None,
    teacher_license: Annotated[
        str,
        typer.Option(
            help="License of that network, such as MIT, for the student's model card; short "
            "for --set teacher.license=NAME."
        ),
    ] = "",
    values: SetOption = None,
    runs: Annotated[
        Path | None,
        typer.Option(help="Folder in which the run folder is made. Default: your runs folder."),
    ] = None,
    into: Annotated[
        Path | None,
        typer.Option(
            help="Exact path of the run folder. If it holds a run of this recipe, resume it."
        ),
    ] = None,
    is_on_tensorboard: Annotated[
        bool, typer.Option("--tensorboard", help="Also write TensorBoard event files.")
    ] = False,
    is_estimated: Annotated[
        bool,
        typer.Option(
            "--estimate", help="Try some steps, report what the training would take, and end."
        ),
    ] = False,
    takes_commands: CommandsOption = False,
    is_json: JsonLinesOption = False,
) -> None:
    """Train a network by a recipe, in a new run folder.

    SIGTERM or Ctrl+C stops it with a checkpoint; `mfagan resume` continues from
    there, with the same result as an uninterrupted run. Under torchrun all
    processes train together.

    For example:

        mfagan train --preset tiny --data ~/Pictures

        mfagan train --preset distill-onnx --teacher big.onnx --teacher-license MIT
        --data ~/Pictures

        mfagan train my.yaml --set schedule.steps=2000 --set seed=3

        torchrun --nproc-per-node 4 -m engine.cli.main train my.yaml --into runs/big
    """
    if bool(recipe) == bool(preset):
        raise typer.BadParameter("Name one recipe: a file, or --preset NAME.")
    overrides = parse_overrides(values or [])
    texts = {} if data is None else {"data.folder": str(data)}
    if teacher_license:
        texts["teacher.license"] = teacher_license
    if teacher is not None:
        texts["teacher.onnx"] = str(teacher)
        # An explicit --set generator.scale wins, and is refused if it does not fit.
        overrides = {"generator.scale": _scale_of(teacher), **overrides}
    # A key of the recipe, so that a resumed run keeps it.
    if is_on_tensorboard:
        overrides["tensorboard"] = "true"
    output = Output(is_json=is_json)
    loaded = load_recipe(find_recipe(recipe or preset), overrides, texts=texts, warn=output.warning)
    if is_estimated:
        _estimate(loaded, output)
        return
    run_recipe(
        loaded,
        output,
        folder_of=lambda recipe: _make_folder(recipe, runs or runs_folder(), into),
        takes_commands=takes_commands,
    )


def _estimate(recipe: AnyRecipe, output: Output) -> None:
    found = measure_training(dump_recipe(recipe))
    output.event(
        "estimate",
        seconds_per_step=found.seconds_per_step,
        steps=found.steps,
        total_s=found.total_s,
        preparing_s=found.preparing_s,
        memory_bytes=found.memory_bytes,
        gpu_memory_bytes=found.gpu_memory_bytes,
        free_memory_bytes=found.free_memory_bytes,
        measured_steps=found.measured_steps,
    )
    step_ms = 1000 * found.seconds_per_step
    output.text(
        f"Estimate: about {format_duration(found.total_s)} for {found.steps} steps of "
        f"{step_ms:.3g} ms, as {found.measured_steps} steps took just now"
    )
    if found.preparing_s:
        output.text(f"          of it {format_duration(found.preparing_s)} to prepare the photos")
    memory = f"{format_bytes(found.memory_bytes or 0)} of {format_bytes(found.free_memory_bytes)}"
    output.text(f"Memory:   about {memory} that are free now")
    if found.gpu_memory_bytes:
        output.text(f"          about {format_bytes(found.gpu_memory_bytes)} on the GPU")


def _scale_of(network: Path) -> str:
    scale = inspect_network(network).scale
    if not 2 <= scale <= 4:
        raise ConfigError(
            f"--teacher {network}: enlarges by {scale}; students enlarge by 2, 3 or 4"
        )
    return str(scale)


def _make_folder(recipe: AnyRecipe, runs: Path, into: Path | None) -> RunFolder:
    if into is None:
        return RunFolder.create(runs, recipe.name, recipe_yaml=dump_recipe(recipe))
    if (into / "recipe.yaml").exists():
        folder = RunFolder.open(into)
        _check_same(recipe, folder)
        return folder
    return RunFolder.create_at(into, recipe_yaml=dump_recipe(recipe))


def _check_same(recipe: AnyRecipe, folder: RunFolder) -> None:
    """Refuse to resume a run by a recipe that is not the run's own."""
    # Both with absolute folders, so that the current folder makes no difference.
    own = with_absolute_places(load_recipe(folder.path / "recipe.yaml"))
    differing = differing_fields(own, recipe)
    if differing:
        listed = ", ".join(f"{name} ({was}, here {now})" for name, (was, now) in differing.items())
        raise ConfigError(
            f"{folder.path}: holds a run with other settings: {listed}. Resume it as it is: "
            f"mfagan resume {shlex.quote(str(folder.path))}; or name another folder with --into"
        )
