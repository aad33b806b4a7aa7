"""``mfagan export int8 MODEL``: new int8 files for a model of the catalog."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from engine.catalog.catalog import Catalog, imported_models_folder
from engine.cli.command_app import make_app
from engine.cli.common_options import RunsOption
from engine.cli.output import Output
from engine.cli.tuned_weights import tuned_file
from engine.export.benchmark_protocol import BenchmarkProtocol
from engine.export.requantize import RequantizeRequest, requantize_model
from engine.inference.network.model_source import ModelSource
from engine.runs.location import runs_folder

app = make_app()


@app.command()
def export_int8(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="Id of the model.")],
    *,
    tuned: Annotated[
        str | None,
        typer.Option(help="Run of the recipe int8-x4, or the file that it wrote."),
    ] = None,
    calibrate: Annotated[
        Path | None,
        typer.Option(help="Folder of HR photos to calibrate with, instead of --tuned."),
    ] = None,
    benchmark: Annotated[
        list[Path],
        typer.Option("--benchmark", help="Folder of HR photos to measure the loss on. Repeatable."),
    ],
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            "-o",
            help="Folder for the model. Default: your own models, where --model finds it.",
        ),
    ] = None,
    may_replace: Annotated[
        bool, typer.Option("--replace", help="Replace an existing model of the same id.")
    ] = False,
    runs: RunsOption = None,
    is_json: Annotated[
        bool, typer.Option("--json", help="Write the model card to stdout as JSON.")
    ] = False,
) -> None:
    """Give a model of the catalog new int8 files: tuned in training, or calibrated.

    Its float32 files and the rest of its card stay as they are. Loss, difference and speed
    are measured against float32: of a dial at several points, on the first --benchmark.

    For example:

        mfagan export int8 mfa-s-x4 --tuned RUN --benchmark bench/set5 --to models/

        mfagan export int8 mfa-s-x4 --calibrate photos/ --benchmark bench/set5 --to models/
    """
    if (tuned is None) == (calibrate is None):
        raise typer.BadParameter("give either --tuned RUN or --calibrate FOLDER")
    entry = Catalog.open_default().entry(model)
    card = requantize_model(
        RequantizeRequest(
            source=ModelSource(card=entry.card, folder=entry.folder),
            folder=to or imported_models_folder(),
            tuned=None if tuned is None else tuned_file(tuned, runs or runs_folder()),
            calibration=calibrate,
            protocol=BenchmarkProtocol(benchmarks=tuple(one.resolve() for one in benchmark)),
            may_replace=may_replace,
        )
    )
    small = card.variants[1]
    output = Output(is_json=is_json)
    if is_json:
        output.document(msgspec.to_builtins(card))
    output.text(
        f"{card.id} int8: loses {small.loss_db} dB, differs by {small.difference_levels} levels "
        f"({small.smooth_difference_levels} in smooth areas), {small.relative_speed} times as "
        "fast as float32"
    )
