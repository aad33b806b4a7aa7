"""``mfagan runs``: list, show, compare and clean up training runs."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from engine.cli.command_app import make_app
from engine.cli.common_options import JsonOption, RunArgument, RunsOption
from engine.cli.output import Output
from engine.core.errors import ConfigError
from engine.core.places import cache_folder
from engine.core.units import format_bytes, format_duration
from engine.data.disposable_files import find_disposable_files
from engine.runs.find_run import open_run
from engine.runs.location import runs_folder
from engine.runs.run_folder import RunFolder
from engine.runs.summary import (
    RunSummary,
    differing_values,
    find_runs,
    read_summary_or_fault,
    recipe_texts,
    series,
)

app = make_app(shows_help_alone=True, summary="List, show, compare and clean up training runs.")


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
    summary, recipe = _read(folder), recipe_texts(folder)
    output = Output(is_json=is_json)
    if is_json:
        lists = {name: sorted(series(folder, name).items()) for name in summary.last}
        values = {**msgspec.to_builtins(summary), "series": lists, "recipe": recipe}
        output.document(values)
        return
    output.text(f"{summary.name}: {summary.state}, step {summary.step} of {summary.steps}")
    if summary.started_s is not None:
        ran = format_duration(summary.trained_s)
        output.text(f"started {_when(summary.started_s)}, ran {ran}")
    rows = [_course(name, series(folder, name)) for name in summary.last]
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


def _when(time_s: float) -> str:
    try:
        return f"{dt.datetime.fromtimestamp(time_s):%Y-%m-%d %H:%M}"
    except (OverflowError, OSError, ValueError):
        return "at a time that no calendar has"


def _read(folder: RunFolder) -> RunSummary:
    summary = read_summary_or_fault(folder)
    if summary.fault is not None:
        raise ConfigError(f"{folder.path}: is damaged: {summary.fault}")
    return summary


def _course(name: str, values: dict[int, float]) -> tuple[str, ...]:
    """Return a row on a metric, from the first step to the newest."""
    steps = sorted(values)
    # First, middle and last: the course without a chart.
    shown = (steps[0], steps[len(steps) // 2], steps[-1])
    figures = (*(values[step] for step in shown), min(values.values()), max(values.values()))
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
