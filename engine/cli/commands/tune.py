"""``mfagan tune``: train a recipe with many values of some fields, and keep the best."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import msgspec
import typer

from engine.cli.command_app import make_app
from engine.cli.common_options import (
    CommandsOption,
    JsonLinesOption,
    JsonOption,
    RecipeArgument,
    RunArgument,
    RunsOption,
    SetOption,
)
from engine.cli.fallback_group import FallbackGroup
from engine.cli.interrupt import cancel_on_interrupt
from engine.cli.output import Output
from engine.cli.overrides import parse_overrides
from engine.cli.run_control import follow_stdin
from engine.cli.run_recipe import ended_word
from engine.cli.run_reporter import RunReporter
from engine.config.places import with_absolute_places
from engine.config.recipe_file import load_recipe
from engine.config.search import TuneRecipe, TuningAlgorithmName
from engine.config.search_file import dump_search, load_tune, load_tuning_space
from engine.config.shipped_recipes import find_recipe, find_tuning_space
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError, JobCancelled
from engine.runs.find_run import new_run, open_run
from engine.runs.launching import recording_refusal
from engine.runs.location import runs_folder
from engine.runs.run_folder import RunFolder

if TYPE_CHECKING:
    from engine.search.tuning_comparison import BestSoFar

app = make_app(group=FallbackGroup, shows_help_alone=True)


@app.callback()
def tune() -> None:
    """Train a recipe with many values of some fields, and keep the best.

    For example:

        mfagan tune selfcal-gan-x4 --space selfcal-sizes --data photos/

        mfagan tune show selfcal-gan-x4
    """


@app.command("start")
def start(
    recipe: RecipeArgument,
    *,
    space: Annotated[
        str,
        typer.Option(
            "--space", metavar="FILE", help="What is varied: a file, or the name of a shipped one."
        ),
    ],
    data: Annotated[
        Path | None,
        typer.Option(help="Folder of HR training photos; short for --set data.folder=FOLDER."),
    ] = None,
    values: SetOption = None,
    algorithm: Annotated[
        str,
        typer.Option(help="tpe, gp, random or grid, in place of the one in the file of the space."),
    ] = "",
    budget: Annotated[
        int | None, typer.Option(min=1, help="Number of trainings, in place of the file's.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Seed of the algorithm, in place of the file's.")
    ] = None,
    runs: RunsOption = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="RUN", help="Exact path of the run folder to make."),
    ] = None,
    takes_commands: CommandsOption = False,
    is_json: JsonLinesOption = False,
) -> None:
    """Tune a recipe, in a new run folder; the word `start` may be left out.

    Every training is a run of its own in the run's trials/; one whose validation falls
    behind is stopped early. Ctrl+C stops it; `mfagan tune resume` continues.
    """
    output = Output(is_json=is_json)
    texts = {} if data is None else {"data.folder": str(data)}
    loaded = load_recipe(
        find_recipe(recipe), parse_overrides(values or []), texts=texts, warn=output.warning
    )
    changes = {
        name: str(value)
        for name, value in (("algorithm", algorithm), ("budget", budget), ("seed", seed))
        if value not in {"", None}
    }
    tuned = TuneRecipe(
        name=f"tune-{loaded.name}",
        recipe=msgspec.to_builtins(with_absolute_places(loaded)),
        space=load_tuning_space(find_tuning_space(space), changes),
    )
    content = dump_search(tuned)
    folder = new_run(tuned.name, content, runs=runs or runs_folder(), exact=out)
    _run(tuned, folder, output, takes_commands=takes_commands)


@app.command("resume")
def resume(
    run: RunArgument,
    *,
    runs: RunsOption = None,
    takes_commands: CommandsOption = False,
    is_json: JsonLinesOption = False,
) -> None:
    """Resume tuning; trainings that ended are not repeated."""
    folder = open_run(run, runs or runs_folder())
    if folder.is_running():
        raise ConfigError(f"{folder.path}: this run is running; stop it first")
    with recording_refusal(folder):
        recipe = load_tune(folder.path / "recipe.yaml")
        _run(recipe, folder, Output(is_json=is_json), takes_commands=takes_commands)


@app.command("show")
def show(run: RunArgument, *, runs: RunsOption = None, is_json: JsonOption = False) -> None:
    """List the trainings of a tuning run, the best first."""
    from engine.runs.candidate_files import CandidateFiles  # noqa: PLC0415

    folder = open_run(run, runs or runs_folder())
    space = load_tune(folder.path / "recipe.yaml").space
    sign = -1 if space.is_maximized else 1
    records = sorted(
        CandidateFiles(folder.path).all(),
        key=lambda one: (
            one.measurement.state != "complete",
            sign * one.measurement.metrics.get(space.metric, 0.0),
        ),
    )
    output = Output(is_json=is_json)
    if is_json:
        output.document({"trials": msgspec.to_builtins(records), "metric": space.metric})
    rows = [
        (
            one.id,
            one.measurement.state,
            f"{one.measurement.metrics.get(space.metric, float('nan')):.4g}",
            str(max(one.measurement.curve, default=0)),
            one.genes.text,
        )
        for one in records
    ]
    output.table(("Training", "State", f">{space.metric}", ">Steps", "Values"), rows)


@app.command("compare")
def compare(
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="RUN...", help="Runs of the same fields and recipe, one or more per algorithm."
        ),
    ],
    *,
    replayed: Annotated[
        int,
        typer.Option(
            "--replay",
            min=0,
            metavar="SEEDS",
            help="Replay every algorithm with so many seeds over the trainings of one run, a grid "
            "of all combinations without pruning; nothing is trained.",
        ),
    ] = 0,
    budget: Annotated[int, typer.Option(min=1, help="Number of evaluations of each replay.")] = 48,
    runs: RunsOption = None,
    is_json: JsonOption = False,
) -> None:
    """Compare algorithms at equal evaluations: the best value so far, with intervals.

    Writes a page with a picture into the first run's artifacts/comparison.

    For example:

        mfagan tune compare with-tpe with-gp with-random

        mfagan tune compare my-grid --replay 20
    """
    from engine.search.tuning_comparison import (  # noqa: PLC0415 - torch loads for seconds
        best_table,
        curves_of_runs,
        reached_table,
        write_tuning_comparison,
    )

    output = Output(is_json=is_json)
    folders = [open_run(name, runs or runs_folder()).path for name in names]
    if replayed and len(folders) > 1:
        raise ConfigError("--replay: takes one run, the grid of all combinations")
    best = (
        _replay(folders[0], output, seeds=replayed, budget=budget)
        if replayed
        else curves_of_runs(folders)
    )
    heading = "Algorithms of tuning, replayed" if replayed else "Algorithms of tuning"
    path = write_tuning_comparison(best, folders[0] / "artifacts" / "comparison", heading=heading)
    if is_json:
        output.document({"path": str(path), "curves": best.curves, "optimum": best.optimum})
    for table in (best_table(best), reached_table(best)):
        if table is not None:
            output.table(table[0], table[1])
    output.text(str(path))


def _replay(run: Path, output: Output, *, seeds: int, budget: int) -> BestSoFar:
    from engine.search.tuning_comparison import BestSoFar  # noqa: PLC0415
    from engine.search.tuning_replay import read_table, replay  # noqa: PLC0415

    recipe, table = read_table(run)
    values = [value for value in table.values() if value is not None]
    if not values:
        raise ConfigError(f"{run}: all of its trainings failed")
    curves: dict[str, list[list[float]]] = {}
    with cancel_on_interrupt() as token, output.progress() as bars:
        # A grid has one order, whatever the seed.
        jobs = [
            (name, seed)
            for name in get_args(TuningAlgorithmName)
            for seed in range(1 if name == "grid" else seeds)
        ]
        task = bars.add_task("Replays", total=len(jobs))
        for name, seed in jobs:
            curve = replay(recipe, table, name, seed=seed, budget=budget, token=token)
            curves.setdefault(name, []).append(curve)
            bars.advance(task)
    space = recipe.space
    return BestSoFar(
        metric=space.metric,
        is_maximized=space.is_maximized,
        curves=curves,
        optimum=max(values) if space.is_maximized else min(values),
    )


def _run(recipe: TuneRecipe, folder: RunFolder, output: Output, *, takes_commands: bool) -> None:
    from engine.search.tuning import run_tuning  # noqa: PLC0415 - torch loads for seconds

    output.note(f"Run folder: {folder.path}")
    token = CancelToken()
    if takes_commands:
        follow_stdin(token)
    name = shlex.quote(str(folder.path))
    try:
        with RunReporter(output, name=recipe.name) as reporter:
            run_tuning(recipe, folder, token=token, report=reporter.report)
    except JobCancelled as error:
        raise JobCancelled(
            f"{ended_word(folder)}. Continue with: mfagan tune resume {name}"
        ) from error
    output.note(f"Next: mfagan tune show {name}")
