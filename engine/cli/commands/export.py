"""``mfagan export``: turn a training run into a model that the catalog lists."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from engine.catalog.catalog import imported_models_folder
from engine.cli.degradation_options import (
    DegradeOptions,
    KeepLrOption,
    SeedOption,
    StrengthOption,
    degradation_names,
)
from engine.cli.output import Output
from engine.cli.overrides import parse_overrides
from engine.config.overrides import set_values
from engine.evaluation.downsampling import MATLAB, BenchmarkDownsampling, degraded_downsampling
from engine.export.benchmark_protocol import BenchmarkProtocol
from engine.export.publish import PublishRequest, publish_run
from engine.runs.find_run import open_run
from engine.runs.location import runs_folder

app = typer.Typer(add_completion=False)


@app.command()
def export(
    run: Annotated[
        str, typer.Argument(help="A run folder, or the name or part of it of one in --runs.")
    ],
    *,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            "-o",
            help="Folder for the files; among your own models by default, for --model.",
        ),
    ] = None,
    may_replace: Annotated[
        bool, typer.Option("--replace", help="Replace a model of the same id.")
    ] = False,
    calibrate: Annotated[
        Path | None, typer.Option(help="Folder of HR photos that set the ranges of the int8 file.")
    ] = None,
    benchmark: Annotated[
        list[Path] | None,
        typer.Option("--benchmark", help="Folder of HR photos to measure on; repeat for more."),
    ] = None,
    is_fp32_only: Annotated[
        bool, typer.Option("--fp32-only", help="Write no int8 file, so that nothing calibrates.")
    ] = False,
    is_unmeasured: Annotated[
        bool,
        typer.Option(
            "--unmeasured", help="Measure nothing; the card says so, and there is no int8 file."
        ),
    ] = False,
    runs: Annotated[
        Path | None, typer.Option(help="Folder of the runs; the user's by default.")
    ] = None,
    model_id: Annotated[
        str, typer.Option("--id", help="Id of the model; the recipe's name by default.")
    ] = "",
    values: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="GENE=VALUE",
            help="Of a supernet: channels=24, blocks=3, inner=[[16,24],[24,24],[8,16]].",
        ),
    ] = None,
    weights: Annotated[
        Path | None,
        typer.Option(help="Weights to take instead of the run's, such as mfagan runs mix wrote."),
    ] = None,
    name: Annotated[str, typer.Option(help="The name people see; the recipe's by default.")] = "",
    model_version: Annotated[str, typer.Option("--version", help="Version of the weights.")] = "1",
    twin: Annotated[str, typer.Option(help="Id of the model it can be blended with.")] = "",
    lpips: Annotated[
        Path | None, typer.Option(help="LPIPS network as ONNX, to measure with it too.")
    ] = None,
    niqe: Annotated[
        Path | None, typer.Option(help="NIQE parameters as .npz, to measure with them too.")
    ] = None,
    photos: Annotated[
        list[Path] | None,
        typer.Option(help="Folder of photos without reference to measure on; may be repeated."),
    ] = None,
    degrade: DegradeOptions = None,
    keep_lr: KeepLrOption = None,
    seed: SeedOption = 0,
    strength: StrengthOption = 1.0,
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

    Of a slimmed network that is what the closed gates leave; of a supernet the
    subnet that --set names, or the largest.

    The files are compared with the network before they get their names; the
    figures on the card are measured through ONNX Runtime on the folders given;
    with --degrade on cleanly reduced and on degraded pictures.

    For example:

        mfagan export runs/2026-11-21-mfa-s-x4-classic-3f2a
        --calibrate photos/ --benchmark bench/set5 --benchmark bench/set14

        mfagan export runs/2026-11-22-supernet-x4-81c0 --to models/ --id mfa-24x3
        --set channels=24 --set blocks=3 --calibrate photos/ --benchmark bench/set5

        mfagan export tiny --unmeasured
    """
    genes: dict[str, object] = {}
    set_values(genes, parse_overrides(values or []))
    downsamplings: list[BenchmarkDownsampling] = [MATLAB]
    downsamplings += [
        degraded_downsampling(kind, keep_lr, seed=seed, strength=strength)
        for kind in degradation_names(degrade)
    ]
    if not benchmark and not is_unmeasured:
        raise typer.BadParameter(
            "name HR photos to measure on with --benchmark FOLDER, or export with --unmeasured"
        )
    if calibrate is None and not (is_fp32_only or is_unmeasured):
        raise typer.BadParameter(
            "name photos that set the ranges of the int8 file with --calibrate FOLDER, "
            "or leave it out with --fp32-only"
        )
    ruler = None
    if not is_unmeasured:
        ruler = BenchmarkProtocol(
            benchmarks=tuple(folder.resolve() for folder in benchmark or ()),
            downsamplings=tuple(downsamplings),
            photos=tuple(folder.resolve() for folder in photos or ()),
            lpips=lpips,
            niqe=niqe,
        )
    card = publish_run(
        PublishRequest(
            run=open_run(run, runs or runs_folder()).path,
            folder=to or imported_models_folder(),
            id=model_id,
            may_replace=may_replace,
            genes=genes,
            weights=weights,
            name=name,
            version=model_version,
            twin=twin or None,
            is_default=is_default,
            limits=tuple(limits or ()),
            calibration=None if is_fp32_only or is_unmeasured else calibrate,
            ruler=ruler,
        )
    )
    output = Output(is_json=is_json)
    figures = [f"{q.set} {q.metric} {q.value:.4g} ({q.protocol})" for q in card.quality]
    losses = [f"{v.precision} {v.file}, loss {v.loss_db} dB" for v in card.variants]
    figures += card.limits
    if is_json:
        output.document(msgspec.to_builtins(card))
    for line in (card.id, *losses, *figures):
        output.text(line)
