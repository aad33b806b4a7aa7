"""``mfagan export``: turn a training run into a model that the catalog lists."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from engine.cli.output import Output
from engine.export.publish import PublishRequest, publish_run

app = typer.Typer(add_completion=False)


@app.command()
def export(
    run: Annotated[Path, typer.Argument(help="Run folder with a checkpoint.")],
    *,
    to: Annotated[Path, typer.Option("--to", "-o", help="Folder for the ONNX files and the card.")],
    calibrate: Annotated[
        Path, typer.Option(help="Folder of HR photos that set the ranges of the int8 file.")
    ],
    benchmark: Annotated[
        list[Path],
        typer.Option("--benchmark", help="Folder of HR photos to measure on; repeat for more."),
    ],
    name: Annotated[str, typer.Option(help="The name people see; the recipe's by default.")] = "",
    model_version: Annotated[str, typer.Option("--version", help="Version of the weights.")] = "1",
    twin: Annotated[str, typer.Option(help="Id of the model it can be blended with.")] = "",
    lpips: Annotated[
        Path | None, typer.Option(help="LPIPS network as ONNX, to measure with it too.")
    ] = None,
    is_default: Annotated[
        bool, typer.Option("--default", help="Take it for its scale when no model is named.")
    ] = False,
    limits: Annotated[
        list[str] | None,
        typer.Option("--limit", help="What it is not good for, in a sentence; repeat for more."),
    ] = None,
    is_json: Annotated[bool, typer.Option("--json", help="Write the card as JSON.")] = False,
) -> None:
    """Write a run's averaged weights as fp32 and int8 ONNX files with a measured card.

    The files are compared with the network before they get their names; the
    figures on the card are measured through ONNX Runtime on the folders given.

    For example:

        mfagan export runs/2026-11-21-mfa-s-x4-classic-3f2a --to models/
        --calibrate photos/ --benchmark bench/set5 --benchmark bench/set14
    """
    to.mkdir(parents=True, exist_ok=True)
    card = publish_run(
        PublishRequest(
            run=run,
            folder=to,
            name=name,
            version=model_version,
            twin=twin or None,
            is_default=is_default,
            lpips=lpips,
            limits=tuple(limits or ()),
            calibration=calibrate,
            benchmarks=tuple(benchmark),
        )
    )
    output = Output(is_json=is_json)
    figures = [f"{q.set} {q.metric} {q.value:.4g}" for q in card.quality]
    losses = [f"{v.precision} {v.file}, loss {v.loss_db} dB" for v in card.variants]
    if is_json:
        output.document(msgspec.to_builtins(card))
    for line in (card.id, *losses, *figures):
        output.text(line)
