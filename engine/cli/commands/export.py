"""``mfagan export``: models of the catalog from runs, and bundles for phones and other programs."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Annotated, Any, ClassVar

import typer
from typing_extensions import override

from engine.cli.command_app import make_app
from engine.cli.commands.export_web import web
from engine.cli.common_options import JsonLinesOption, JsonOption, RunsOption
from engine.cli.export_options import (
    BenchmarkOption,
    CalibrateOption,
    FidelityOption,
    MeasuringThreadsOption,
    ModelArgument,
    RestorationOption,
    TargetsOption,
)
from engine.cli.fallback_group import FallbackGroup
from engine.cli.interrupt import cancel_on_interrupt
from engine.cli.output import Output
from engine.core.errors import MissingExtraError
from engine.core.units import format_bytes
from engine.export.bundle.check_bundle import BundleRefusedError, check_bundle
from engine.export.bundle.making import BundleRequest, make_bundle, target_states
from engine.export.bundle.manifest import BundleManifest, TargetReport
from engine.export.bundle.source import BundleSource, load_network
from engine.export.targets.target import ExportError
from engine.export.targets.target_list import ALL, EXPORT_TARGETS, target_entries
from engine.runs.location import runs_folder

_OUT = "--out"
_MODEL = "model"
_INT8 = "int8"
# They measure with torch, which is an extra and takes seconds to import.
_WITH_TORCH = frozenset({_MODEL, _INT8})


class ExportGroup(FallbackGroup):
    """Exports a bundle if ``--out`` names one, and otherwise a model of the catalog."""

    default_command: ClassVar[str] = _MODEL

    @override
    def choose_default(self, args: list[str]) -> str:
        is_bundle = any(word == _OUT or word.startswith(f"{_OUT}=") for word in args)
        return "bundle" if is_bundle else self.default_command

    @override
    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        name, command, rest = super().resolve_command(ctx, args)
        return name, _torch_command(name) if name in _WITH_TORCH else command, rest


app = make_app(group=ExportGroup, shows_help_alone=True)


@app.callback()
def export() -> None:
    """Export a training run as a model, or a model as a bundle for phones and other programs.

    For example:

        mfagan export RUN --calibrate photos/ --benchmark bench/set5

        mfagan export mfa-s-x4 --to onnx,ncnn,litert --out phone.zip

        mfagan export mfa-s-x4 --to all --out all.zip --calibrate photos/ --benchmark bench/set14

        mfagan export verify phone.zip

        mfagan export targets mfa-s-x4

        mfagan export web phone.zip --out demo.html

    mfagan export model --help and mfagan export bundle --help list all options of both;
    mfagan export int8 gives a model new int8 files.
    """


@app.command(_MODEL)
def _model_stub() -> None:
    """Export a training run as a model of the catalog: ONNX files and a model card."""


@app.command(_INT8)
def _int8_stub() -> None:
    """Give a model of the catalog new int8 files: tuned in training, or calibrated."""


@app.command("bundle")
def bundle(
    model: ModelArgument,
    *,
    to: TargetsOption = ALL,
    out: Annotated[Path, typer.Option(_OUT, metavar="BUNDLE.zip", help="The bundle to write.")],
    restoration: RestorationOption = None,
    fidelity: FidelityOption = None,
    calibrate: CalibrateOption = None,
    benchmark: BenchmarkOption = None,
    threads: MeasuringThreadsOption = 0,
    rounds: Annotated[int, typer.Option(min=1, help="Timed runs of each file.")] = 15,
    may_replace: Annotated[
        bool, typer.Option("--replace", help="Replace an existing bundle.")
    ] = False,
    runs: RunsOption = None,
    is_json: JsonLinesOption = False,
) -> None:
    """Export a model to one zip with files for each target, verified where they can run here.

    A model with a dial is fixed at --restoration and --fidelity. A target that fails is
    reported, and the others go on; exit code 1 then. An export that was stopped goes on where
    it was when the same command is given again.
    """
    output = Output(is_json=is_json)
    request = BundleRequest(
        source=_source(model, restoration, fidelity, calibrate),
        targets=target_entries(to),
        out=out,
        runs=runs or runs_folder(),
        benchmarks=tuple(benchmark or ()),
        may_replace=may_replace,
        threads=threads,
        rounds=rounds,
    )
    with cancel_on_interrupt() as token:
        manifest = make_bundle(request, _Reporter(output), token=token)
    _show(manifest, out, output)
    failed = [report.title for report in manifest.targets if report.state == "failed"]
    if failed:
        raise ExportError(f"{out}: is written without {', '.join(failed)}, which failed")


@app.command("verify")
def verify(
    bundle_file: Annotated[Path, typer.Argument(metavar="BUNDLE.zip", help="The bundle.")],
    *,
    is_json: JsonLinesOption = False,
) -> None:
    """Check a bundle: names, hashes, card, and the pictures of its ONNX files.

    The same check runs without this product: python check_bundle.py BUNDLE.zip, with the file
    of that name from the bundle, needs onnxruntime, numpy and pillow only.
    """
    output = Output(is_json=is_json)
    try:
        for finding in check_bundle(bundle_file):
            output.event("checked", **finding.__dict__)
            output.text(f"{finding.file}: {finding.text}")
    except BundleRefusedError as error:
        raise ExportError(f"{bundle_file}: {error}") from error


@app.command("targets")
def targets(
    model: Annotated[
        str | None,
        typer.Argument(metavar="[MODEL]", help="Say which targets this model or run can go to."),
    ] = None,
    *,
    restoration: RestorationOption = None,
    fidelity: FidelityOption = None,
    calibrate: CalibrateOption = None,
    runs: RunsOption = None,
    is_json: JsonOption = False,
) -> None:
    """List the export targets, what is installed, and what is possible for a model."""
    output = Output(is_json=is_json)
    states: dict[str, TargetReport] = {}
    if model is not None:
        source = _source(model, restoration, fidelity, calibrate)
        network = load_network(source, runs=runs or runs_folder())
        states = {report.name: report for report in target_states(network, EXPORT_TARGETS)}
    rows = []
    described = []
    for entry in EXPORT_TARGETS:
        missing = f"not installed: {entry.install_hint}" if entry.missing_packages else ""
        reason = states[entry.name].reason if entry.name in states else missing
        rows.append((entry.name, entry.title, reason or "possible", entry.summary))
        described.append(
            {
                "name": entry.name,
                "title": entry.title,
                "summary": entry.summary,
                "extra": entry.extra,
                "missing": list(entry.missing_packages),
                "reason": reason,
            }
        )
    if is_json:
        output.document({"model": model, "targets": described})
    output.table(("Target", "Title", "Here", "For"), rows)


app.command("web")(web)


class _Reporter:
    """Shows the events of an export as lines of text, or writes them as JSON."""

    def __init__(self, output: Output) -> None:
        self._output = output

    def __call__(self, kind: str, /, **values: object) -> None:
        self._output.event(kind, **values)
        match kind:
            case "converting":
                self._output.note(f"{values['target']}: converting")
            case "verifying":
                self._output.note(f"{values['target']}: verifying {values['file']}")
            case "target":
                reason = f" ({values['reason']})" if values["reason"] else ""
                kept = ", kept from before" if values["kept"] else ""
                self._output.note(f"{values['name']}: {values['state']}{kept}{reason}")
            case _:
                pass


def _source(
    model: str, restoration: float | None, fidelity: float | None, calibrate: Path | None
) -> BundleSource:
    return BundleSource(
        name=model, restoration=restoration, fidelity=fidelity, calibration=calibrate
    )


def _show(manifest: BundleManifest, out: Path, output: Output) -> None:
    rows = []
    for report in manifest.targets:
        rows += [
            (
                item.file.name,
                report.state,
                format_bytes(item.bytes),
                f"{item.verification.largest_difference:.1e}" if item.verification else "",
                f"{item.verification.p50_ms:.1f} ms" if item.verification else "",
            )
            for item in report.files
        ]
        if not report.files:
            rows.append((report.title, report.state, "", "", ""))
    output.table(("File", "State", ">Size", ">Difference", ">Latency"), rows)
    output.text(f"Written: {out}")


def _torch_command(name: str) -> Any:  # noqa: ANN401 - a click command, of typer's own click
    if importlib.util.find_spec("torch") is None:
        raise MissingExtraError(
            'mfagan export of models needs torch: pip install "mfagan-studio[train]"'
        )
    from engine.cli.commands import export_int8, export_model  # noqa: PLC0415 - loads for seconds

    module = export_model if name == _MODEL else export_int8
    command = typer.main.get_command(module.app)
    command.name = name
    return command
