"""``mfagan export RUN``: export a training run as a model of the catalog."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from engine.catalog.catalog import Catalog, imported_models_folder
from engine.cli.command_app import make_app
from engine.cli.common_options import LpipsOption, NiqeOption, RunsOption
from engine.cli.degradation_options import (
    DegradeOptions,
    KeepLrOption,
    SeedOption,
    StrengthOption,
    degradation_names,
)
from engine.cli.output import Output
from engine.cli.overrides import parse_overrides
from engine.cli.tuned_weights import tuned_file
from engine.config.overrides import set_values
from engine.core.errors import ConfigError
from engine.evaluation.downsampling import MATLAB, BenchmarkDownsampling, degraded_downsampling
from engine.export.benchmark_protocol import BenchmarkProtocol
from engine.export.network_sources import (
    CORNERS,
    CornerFiles,
    ModelDial,
    NetworkSource,
    RunSource,
)
from engine.export.publish import PublishRequest, publish_model
from engine.export.training_record import OWN_CREDIT
from engine.inference.network.dial import DialPoint
from engine.runs.find_run import open_run
from engine.runs.location import runs_folder

app = make_app()


@app.command()
def export_model(
    run: Annotated[
        str | None,
        typer.Argument(
            metavar="[RUN]",
            help="Folder of a run, or its name, or a part of its name that is unique; with "
            "--restoration and --fidelity also the id of a model with a dial.",
        ),
    ] = None,
    *,
    vivid: Annotated[
        str | None,
        typer.Option(help="Run of the vivid network: RUN and it become the two ends of fidelity."),
    ] = None,
    corner: Annotated[
        list[str] | None,
        typer.Option(
            "--corner",
            metavar="CORNER=FILE",
            help="Instead of RUN: ONNX or safetensors file with the weights of one corner of the "
            "dial: r0f0, r1f0, r0f1 and r1f1, where r is restoration and f fidelity. Repeatable.",
        ),
    ] = None,
    training: Annotated[
        Path | None,
        typer.Option(
            help="With --corner: JSON file with what the card says of the training, such as "
            "minutes, machine and step."
        ),
    ] = None,
    restoration: Annotated[
        float | None,
        typer.Option(
            help="Export the plain network at this restoration and --fidelity, without dial, as "
            "phones need it.",
            min=0,
            max=1,
        ),
    ] = None,
    fidelity: Annotated[
        float | None,
        typer.Option(help="Fidelity of that plain network: 0 is vivid, 1 faithful.", min=0, max=1),
    ] = None,
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
    int8: Annotated[
        str | None,
        typer.Option(
            help="Run of the recipe int8-x4, or the file that it wrote: the int8 files get its "
            "weights and ranges, in place of --calibrate."
        ),
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
        str, typer.Option("--id", help="Id of the model. Default: the name of the recipe or model.")
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
    name: Annotated[str, typer.Option(help="Name to display. Default: the id.")] = "",
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
    credit: Annotated[
        str, typer.Option(help="With --corner: who made the networks, and from what.")
    ] = OWN_CREDIT,
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
    """Export trained networks as a model: fp32 and int8 ONNX files and a model card.

    The averaged weights are exported. A slimmed network is exported without
    the channels whose gates are closed; of a supernet, --set names the subnet,
    and the largest is the default.

    A run that was trained with a dial becomes a model with restoration. With
    --vivid the two runs become a model with fidelity too, of four networks of
    one graph, whose weights are mixed for the values that a user chooses.
    --corner makes the same of four files. --restoration and --fidelity fix both
    values: the result is one plain network.

    The files are compared with the network before they appear. The quality on
    the card is measured with ONNX Runtime on the given folders: on bicubic LR
    pictures, and on degraded ones too if --degrade is given.

    For example:

        mfagan export runs/2026-11-21-psnr-x4-3f2a
        --calibrate photos/ --benchmark bench/set5 --benchmark bench/set14

        mfagan export FAITHFUL --vivid VIVID --id mfa-s-x4
        --calibrate photos/ --benchmark bench/set5 --degrade light --degrade mild

        mfagan export --corner r0f0=a.onnx --corner r1f0=b.onnx --corner r0f1=c.onnx
        --corner r1f1=d.onnx --id mine --unmeasured

        mfagan export mfa-s-x4 --restoration 0.4 --fidelity 0.2 --id phone --unmeasured

        mfagan export runs/2026-11-22-supernet-x4-81c0 --to models/ --id mfa-24x3
        --set channels=24 --set blocks=3 --calibrate photos/ --benchmark bench/set5

        mfagan export tiny --unmeasured
    """
    # Dotted keys and YAML values, as in recipes.
    subnet: dict[str, object] = {}
    set_values(subnet, parse_overrides(values or []))
    # Each once: --degrade clean is what is measured in any case.
    downsamplings: list[BenchmarkDownsampling] = [MATLAB]
    downsamplings += [
        degraded_downsampling(kind, keep_lr, seed=seed, strength=strength)
        for kind in dict.fromkeys(degradation_names(degrade))
        if kind != MATLAB.name
    ]
    point = _point(restoration, fidelity)
    if corner:
        if run or vivid:
            raise typer.BadParameter("give a run, or files with --corner, not both")
        source: NetworkSource = _corner_files(corner, training, credit)
    else:
        if run is None:
            raise typer.BadParameter("name a run, or the files of a dial with --corner")
        source = _named_source(
            run, vivid, runs or runs_folder(), subnet=subnet, weights=weights, is_fixed=bool(point)
        )
    if not benchmark and not is_unmeasured:
        raise typer.BadParameter(
            "name HR photos to measure the quality on with --benchmark FOLDER, "
            "or skip that with --unmeasured"
        )
    has_int8 = not (is_fp32_only or is_unmeasured)
    if has_int8 and calibrate is None and int8 is None:
        raise typer.BadParameter(
            "name photos for the calibration of the int8 file with --calibrate FOLDER, weights "
            "that were tuned for it with --int8 RUN, or leave out that file with --fp32-only"
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
    card = publish_model(
        PublishRequest(
            source=source,
            point=point,
            folder=to or imported_models_folder(),
            id=model_id,
            may_replace=may_replace,
            name=name,
            version=model_version,
            is_default=is_default,
            limits=tuple(limits or ()),
            calibration=calibrate if has_int8 else None,
            tuned=tuned_file(int8, runs or runs_folder()) if has_int8 and int8 else None,
            protocol=protocol,
        )
    )
    output = Output(is_json=is_json)
    figures = [f"{q.set} {q.metric} {q.value:.4g} ({q.protocol})" for q in card.quality]
    losses = [
        f"{v.precision} {' + '.join(f.file for f in v.files)}, loss {v.loss_db} dB"
        for v in card.variants
    ]
    figures += card.limits
    if is_json:
        output.document(msgspec.to_builtins(card))
    for line in (card.id, *losses, *figures):
        output.text(line)


def _point(restoration: float | None, fidelity: float | None) -> DialPoint | None:
    if restoration is None and fidelity is None:
        return None
    if restoration is None or fidelity is None:
        raise typer.BadParameter("a plain network needs both --restoration and --fidelity")
    return DialPoint(restoration=restoration, fidelity=fidelity)


def _corner_files(words: list[str], training: Path | None, credit: str) -> CornerFiles:
    files = {}
    for word in words:
        label, _, path = word.partition("=")
        if label not in CORNERS or not path:
            raise typer.BadParameter(f"--corner {word}: write CORNER=FILE, such as r0f1=net.onnx")
        files[CORNERS[label]] = Path(path)
    return CornerFiles(files=files, training=_facts(training) if training else {}, credit=credit)


def _facts(path: Path) -> dict[str, Any]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
    except (OSError, msgspec.DecodeError) as error:
        raise ConfigError(f"{path}: is not a JSON object with facts of the training") from error


def _named_source(
    name: str,
    vivid: str | None,
    runs: Path,
    *,
    subnet: Mapping[str, object],
    weights: Path | None,
    is_fixed: bool,
) -> NetworkSource:
    """Return the run ``name``, or the model of that id if a point of its dial is exported."""
    entries = {entry.card.id: entry for entry in Catalog.open_default().entries()}
    if is_fixed and vivid is None and name in entries:
        card = entries[name].card
        if card.dial is None:
            raise ConfigError(f"{name}: is a plain network already; it has no dial to fix")
        return ModelDial(card=card, folder=entries[name].folder)
    return RunSource(
        run=open_run(name, runs).path,
        vivid=open_run(vivid, runs).path if vivid else None,
        subnet=subnet,
        weights=weights,
    )
