"""``mfagan runs``: list, show, compare, pause and clean up training runs."""

from __future__ import annotations

import csv
import datetime as dt
import io
import time
from pathlib import Path
from typing import Annotated, TypeAlias

import msgspec
import numpy as np
import typer
from numpy.typing import NDArray

from engine.cli.command_app import make_app
from engine.cli.common_options import JsonOption, RunArgument, RunsOption
from engine.cli.output import Output
from engine.config.recipe_form import recipe_differences
from engine.core.errors import ConfigError, UnknownNameError
from engine.core.places import cache_folder
from engine.core.units import format_bytes, format_duration
from engine.data.disposable_files import find_disposable_files
from engine.runs.control import control_run
from engine.runs.find_run import open_run
from engine.runs.location import runs_folder
from engine.runs.points import Columns
from engine.runs.requests import RunRequest
from engine.runs.run_folder import RunFolder
from engine.runs.series import RunSeries
from engine.runs.summary import (
    RunSummary,
    differing_values,
    find_runs,
    read_summary_or_fault,
    recipe_texts,
    seen_state,
)

WaitOption: TypeAlias = Annotated[
    float, typer.Option("--wait", min=0, help="Wait at most so many seconds until it has.")
]
_POLL_S = 0.2

app = make_app(
    shows_help_alone=True, summary="List, show, compare, pause and clean up training runs."
)


@app.command("list")
def list_runs(*, runs: RunsOption = None, is_json: JsonOption = False) -> None:
    """List all runs with their state, and their latest and best validation PSNR.

    A run whose folder cannot be read is listed as damaged.
    """
    folder = runs or runs_folder()
    summaries = [read_summary_or_fault(run) for run in find_runs(folder)]
    output = Output(is_json=is_json)
    if is_json:
        output.document({"runs": msgspec.to_builtins(summaries)})
        return
    if not summaries:
        output.note(f"There are no runs in {folder}; mfagan train makes one.")
        return
    columns = ("run", "kind", "state", ">step", ">of", ">newest dB", ">best dB", "left")
    output.table(columns, [_row(summary) for summary in summaries])
    for summary in summaries:
        if summary.fault is not None:
            output.note(f"{summary.name}: {summary.fault}")


@app.command()
def show(run: RunArgument, *, runs: RunsOption = None, is_json: JsonOption = False) -> None:
    """Show one run: its state, the course of its metrics, and its recipe."""
    folder = open_run(run, runs or runs_folder())
    course = RunSeries(folder.path)
    summary, recipe = _read(folder, course), recipe_texts(folder)
    columns = {name: course.values(name) for name in summary.last}
    output = Output(is_json=is_json)
    if is_json:
        lists = {
            name: list(zip(map(int, steps), values.tolist(), strict=True))
            for name, (steps, values, _) in columns.items()
        }
        values = {**msgspec.to_builtins(summary), "series": lists, "recipe": recipe}
        output.document(values)
        return
    output.text(f"{summary.name}: {summary.state}, step {summary.step} of {summary.steps}")
    if summary.started_s is not None:
        ran = format_duration(summary.trained_s)
        output.text(f"started {_when(summary.started_s)}, ran {ran}")
    rows = [_course(name, values) for name, (_, values, _) in columns.items()]
    output.table(("figure", ">first", ">halfway", ">newest", ">least", ">most"), rows)
    output.table(("recipe", "value"), list(_used_values(recipe).items()))


@app.command()
def compare(
    names: Annotated[
        list[str], typer.Argument(metavar="RUN...", help="Folders or names of the runs.")
    ],
    *,
    runs: RunsOption = None,
    is_json: JsonOption = False,
) -> None:
    """Compare runs: their latest metrics, and the recipe values that differ."""
    folders = [open_run(name, runs or runs_folder()) for name in names]
    summaries = [_read(folder) for folder in folders]
    differing = differing_values(folders)
    output = Output(is_json=is_json)
    if is_json:
        document = {"runs": msgspec.to_builtins(summaries), "differing": differing}
        output.document(document)
        return
    figures = dict.fromkeys(name for summary in summaries for name in summary.last)
    columns = ("", *(f">{summary.name}" for summary in summaries))
    rows = [("state", *(s.state for s in summaries)), ("step", *(str(s.step) for s in summaries))]
    rows += [(name, *(_figure(s, name) for s in summaries)) for name in figures]
    rows += [(name, *(value or "-" for value in values)) for name, values in differing.items()]
    output.table(columns, rows)


@app.command()
def diff(
    one: Annotated[str, typer.Argument(metavar="ONE", help="Run, or recipe file.")],
    other: Annotated[
        str, typer.Argument(metavar="OTHER", help="Run or recipe to compare it with.")
    ],
    *,
    runs: RunsOption = None,
    is_json: JsonOption = False,
) -> None:
    """List the values in which the recipes of two runs differ, defaults included."""
    folder = runs or runs_folder()
    paths = [_recipe_path(name, folder) for name in (one, other)]
    rows = recipe_differences(paths[0], paths[1])
    output = Output(is_json=is_json)
    if is_json:
        output.document({"differences": {name: [first, second] for name, first, second in rows}})
        return
    if not rows:
        output.note("The two recipes do not differ.")
        return
    output.table(("", one, other), [(name, a or "-", b or "-") for name, a, b in rows])


@app.command(name="series")
def export_series(
    run: RunArgument,
    *,
    names: Annotated[
        list[str] | None,
        typer.Option("--metric", help="Name of a metric, such as psnr_y_db. Repeatable."),
    ] = None,
    runs: RunsOption = None,
) -> None:
    """Write all metrics of a run as CSV, with what a resumed run abandoned.

    Columns: metric, step, value, seconds of training, and 1 for values of steps that were lost
    when the run was interrupted, and trained again.
    """
    course = RunSeries(open_run(run, runs or runs_folder()).path)
    course.update()
    unknown = set(names or ()) - set(course.names())
    if unknown:
        known = ", ".join(course.names()) or "none"
        raise UnknownNameError(f"--metric {min(unknown)}: this run has no such metric, but {known}")
    output = Output(is_json=False)
    if course.fault is not None:
        output.warning(course.fault)
    output.block("metric,step,value,trained_s,is_abandoned")
    for name in names or course.names():
        for columns, mark in ((course.values(name), 0), (course.abandoned(name), 1)):
            if columns[0].size:
                output.block(_csv_rows(name, columns, mark))


@app.command()
def pause(run: RunArgument, *, wait_s: WaitOption = 0.0, runs: RunsOption = None) -> None:
    """Pause a run: it writes a checkpoint after its current step and frees its memory.

    It does not matter which program started it. `mfagan runs resume` continues it.
    """
    _control(run, runs, "pause", wait_s)


@app.command()
def stop(run: RunArgument, *, wait_s: WaitOption = 0.0, runs: RunsOption = None) -> None:
    """Stop a run after its current step, with a checkpoint."""
    _control(run, runs, "stop", wait_s)


@app.command()
def resume(run: RunArgument, *, runs: RunsOption = None) -> None:
    """Resume a run in the background; `mfagan resume` does it in this terminal.

    What it writes is in the job.log of its folder, its state in `mfagan runs list`.
    """
    folder = open_run(run, runs or runs_folder())
    control_run(folder.path, "resume")
    Output(is_json=False).note(f"{folder.path}: resumes in the background.")


@app.command()
def mix(
    faithful: Annotated[
        str, typer.Argument(metavar="FAITHFUL", help="Run of the faithful network.")
    ],
    vivid: Annotated[str, typer.Argument(metavar="VIVID", help="Run of the vivid network.")],
    *,
    output_path: Annotated[
        Path, typer.Option("-o", "--output", help="Weights file (.safetensors) to write.")
    ],
    vividness: Annotated[
        float, typer.Option(help="Share of the vivid run: 0 is all faithful, 1 is all vivid.")
    ] = 0.5,
    runs: RunsOption = None,
) -> None:
    """Interpolate the weights of two runs of the same network, faithful and vivid."""
    from engine.training.interpolation import (  # noqa: PLC0415 - torch loads long
        averaged_weights,
        interpolate_weights,
    )

    folder = runs or runs_folder()
    one, other = (averaged_weights(open_run(name, folder)) for name in (faithful, vivid))
    written = interpolate_weights(one, other, output_path, vividness=vividness)
    Output(is_json=False).text(str(written))


@app.command()
def clean(
    *,
    runs: RunsOption = None,
    cache: Annotated[
        Path | None, typer.Option(help="Folder of decoded photos. Default: your cache folder.")
    ] = None,
    is_agreed: Annotated[
        bool, typer.Option("--yes", help="Delete without asking for confirmation.")
    ] = False,
    is_json: JsonOption = False,
) -> None:
    """Delete decoded photos, teachers' pictures and leftovers; runs and your photos are kept.

    A run that needs the photos decodes them again. Files of running runs are kept.
    """
    output = Output(is_json=is_json)
    # Found first and shown, so that the question names what is deleted.
    found = find_disposable_files(runs or runs_folder(), cache or cache_folder() / "photos")
    size = format_bytes(found.bytes)
    output.text(
        f"{len(found.cached)} files of decoded photos and teachers' pictures, "
        f"{len(found.parts)} leftovers: {size}"
    )
    if found.bytes and not is_agreed and not is_json:
        typer.confirm("Delete them?", abort=True)
    # A program cannot answer a question: with --json it must agree beforehand.
    if is_agreed or not is_json:
        found.delete()
        output.text("Deleted.")
    document = {"cached": len(found.cached), "leftovers": len(found.parts), "bytes": found.bytes}
    if is_json:
        output.document({**document, "is_deleted": is_agreed})


def _csv_rows(name: str, columns: Columns, mark: int) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for step, value, time_s in zip(*(column.tolist() for column in columns), strict=True):
        writer.writerow((name, int(step), value, round(time_s, 3), mark))
    return text.getvalue()


def _control(name: str, runs: Path | None, request: RunRequest, wait_s: float) -> None:
    folder = open_run(name, runs or runs_folder())
    control_run(folder.path, request)
    output = Output(is_json=False)
    end_s = time.monotonic() + wait_s
    while folder.is_running():
        if time.monotonic() >= end_s:
            output.note(f"{folder.path}: asked to {request}; it does after its current step.")
            return
        time.sleep(_POLL_S)
    output.note(f"{folder.path}: {seen_state(folder)}.")


def _recipe_path(name: str, runs: Path) -> Path:
    file = Path(name)
    return file if file.is_file() else open_run(name, runs).path


def _when(time_s: float) -> str:
    try:
        return f"{dt.datetime.fromtimestamp(time_s):%Y-%m-%d %H:%M}"
    except (OverflowError, OSError, ValueError):
        return "at a time that no calendar has"


def _read(folder: RunFolder, course: RunSeries | None = None) -> RunSummary:
    summary = read_summary_or_fault(folder, course)
    if summary.fault is not None:
        raise ConfigError(f"{folder.path}: is damaged: {summary.fault}")
    return summary


def _course(name: str, values: NDArray[np.float64]) -> tuple[str, ...]:
    """Return a row on a metric, from the first step to the newest."""
    # First, middle and last: the course without a chart.
    figures = (values[0], values[len(values) // 2], values[-1], values.min(), values.max())
    return (name, *(f"{figure:.5g}" for figure in figures))


def _used_values(recipe: dict[str, str]) -> dict[str, str]:
    """Return the recipe without the numbers of a degradation that it does not use."""
    prefix = "data.degradation."
    if recipe.get(f"{prefix}kind") != "bicubic":
        return recipe
    unused = {name for name in recipe if name.startswith(prefix)} - {f"{prefix}kind"}
    return {name: value for name, value in recipe.items() if name not in unused}


def _row(summary: RunSummary) -> tuple[str, ...]:
    newest, best = summary.last.get("psnr_y_db"), summary.best_psnr_y_db
    return (
        summary.name,
        summary.kind,
        summary.state,
        str(summary.step),
        str(summary.steps),
        "-" if newest is None else f"{newest:.2f}",
        "-" if best is None else f"{best:.2f}",
        "-" if summary.eta_s is None else format_duration(summary.eta_s),
    )


def _figure(summary: RunSummary, name: str) -> str:
    value = summary.last.get(name)
    return "-" if value is None else f"{value:.5g}"
