"""``mfagan export``: export a training run as a model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from engine.catalog.catalog import imported_models_folder
from engine.cli.command_app import make_app
from engine.cli.common_options import LpipsOption, NiqeOption, RunArgument, RunsOption
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

app = make_app()


@app.command()
def export(
    run: RunArgument,
    *,
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
    calibrate: Annotated[
        Path | None, typer.Option(help="Folder of HR photos for the calibration of the int8 file.")
    ] = None,
    benchmark: Annotated[
        list[Path] | None,
        typer.Option(
            "--benchmark", help="Folder of HR photos to measure the quality on. Repeatable."
        ),
    ] = None,
    is_fp32_only: Annotated[
        bool, typer.Option("--fp32-only", help="Write no int8 file; needs no calibration.")
    ] = False,
    is_unmeasured: Annotated[
        bool,
        typer.Option(
            "--unmeasured",
            help="Measure no quality and write no int8 file; the card says so.",
        ),
    ] = False,
    runs: RunsOption = None,
    model_id: Annotated[
        str, typer.Option("--id", help="Id of the model. Default: the name of the recipe.")
    ] = "",
    values: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="KEY=VALUE",
            help="Subnet to cut from a supernet: channels=24, blocks=3, "
            "inner=[[16,24],[24,24],[8,16]], taps=[true,false,true], last_kernels=[3,3,1], "
            "tail_kernel=1. Repeatable.",
        ),
    ] = None,
    weights: Annotated[
        Path | None,
        typer.Option(help="Weights file to export instead, as written by mfagan runs mix."),
    ] = None,
    name: Annotated[
        str, typer.Option(help="Name to display. Default: the name of the recipe.")
    ] = "",
    model_version: Annotated[str, typer.Option("--version", help="Version of the weights.")] = "1",
    lpips: LpipsOption = None,
    niqe: NiqeOption = None,
    photos: Annotated[
        list[Path] | None,
        typer.Option(help="Folder of photos without reference to measure on. Repeatable."),
    ] = None,
    degrade: DegradeOptions = None,
    keep_lr: KeepLrOption = None,
    seed: SeedOption = 0,
    strength: StrengthOption = 1.0,
    is_default: Annotated[
        bool, typer.Option("--default", help="Make it the default model for its scale.")
    ] = False,
    limits: Annotated[
        list[str] | None,
        typer.Option("--limit", help="Limitation for the card, as a sentence. Repeatable."),
    ] = None,
    is_json: Annotated[
        bool, typer.Option("--json", help="Write the model card to stdout as JSON.")
    ] = False,
) -> None:
    """Export a training run as a model: fp32 and int8 ONNX files and a model card.

    The averaged weights are exported. A slimmed network is exported without
    the channels whose gates are closed; of a supernet, --set names the subnet,
    and the largest is the default.

    The files are compared with the network before they appear. The quality on
    the card is measured with ONNX Runtime on the given folders: on bicubic LR
    pictures, and on degraded ones too if --degrade is given.

    For example:

        mfagan export runs/2026-11-21-mfa-s-x4-classic-3f2a
        --calibrate photos/ --benchmark bench/set5 --benchmark bench/set14

        mfagan export runs/2026-11-22-supernet-x4-81c0 --to models/ --id mfa-24x3
        --set channels=24 --set blocks=3 --calibrate photos/ --benchmark bench/set5

        mfagan export tiny --unmeasured
    """
    # Dotted keys and YAML values, as in recipes.
    subnet: dict[str, object] = {}
    set_values(subnet, parse_overrides(values or []))
    downsamplings: list[BenchmarkDownsampling] = [MATLAB]
    downsamplings += [
        degraded_downsampling(kind, keep_lr, seed=seed, strength=strength)
        for kind in degradation_names(degrade)
    ]
    if not benchmark and not is_unmeasured:
        raise typer.BadParameter(
            "name HR photos to measure the quality on with --benchmark FOLDER, "
            "or skip that with --unmeasured"
        )
    if calibrate is None and not (is_fp32_only or is_unmeasured):
        raise typer.BadParameter(
            "name photos for the calibration of the int8 file with --calibrate FOLDER, "
            "or leave out that file with --fp32-only"
        )
    protocol = None
    if not is_unmeasured:
        protocol = BenchmarkProtocol(
            # Resolved, because a set is named after its folder, also for a dot.
            benchmarks=tuple(folder.resolve() for folder in benchmark or ()),
            downsamplings=tuple(downsamplings),
            no_reference=tuple(folder.resolve() for folder in photos or ()),
            lpips=lpips,
            niqe=niqe,
        )
    card = publish_run(
        PublishRequest(
            run=open_run(run, runs or runs_folder()).path,
            folder=to or imported_models_folder(),
            id=model_id,
            may_replace=may_replace,
            subnet=subnet,
            weights=weights,
            name=name,
            version=model_version,
            is_default=is_default,
            limits=tuple(limits or ()),
            calibration=None if is_fp32_only or is_unmeasured else calibrate,
            protocol=protocol,
        )
    )
    output = Output(is_json=is_json)
    figures = [f"{q.set} {q.metric} {q.value:.4g} ({q.protocol})" for q in card.quality]
    losses = [f"{v.precision} {v.files[0].file}, loss {v.loss_db} dB" for v in card.variants]
    figures += card.limits
    if is_json:
        output.document(msgspec.to_builtins(card))
    for line in (card.id, *losses, *figures):
        output.text(line)
