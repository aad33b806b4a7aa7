"""``mfagan bench export``: export targets of several models, measured in one run."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.catalog.catalog import Catalog, Origin
from engine.cli.common_options import JsonLinesOption, RunsOption
from engine.cli.export_options import (
    BenchmarkOption,
    CalibrateOption,
    MeasuringThreadsOption,
    TargetsOption,
)
from engine.cli.interrupt import cancel_on_interrupt
from engine.cli.output import Output
from engine.core.errors import ConfigError
from engine.export.targets.target_list import ALL, target_entries
from engine.runs.location import runs_folder

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


def export(
    models: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[MODEL...]",
            help="Ids of models, card files (of a candidate of a search: model/*.json in its "
            "folder), or runs. Default: all shipped models.",
        ),
    ] = None,
    *,
    to: TargetsOption = ALL,
    out: Annotated[
        Path,
        typer.Option(
            metavar="FOLDER",
            help="Folder of files and results; what an interrupted run finished is kept.",
        ),
    ],
    calibrate: CalibrateOption = None,
    benchmark: BenchmarkOption = None,
    threads: MeasuringThreadsOption = 0,
    rounds: Annotated[int, typer.Option(min=1, help="Timed runs of each file.")] = 21,
    has_latency: Annotated[
        bool,
        typer.Option(
            "--latency/--no-latency",
            help="Measure latencies, or leave them to a later run on a quiet machine.",
        ),
    ] = True,
    is_latency_new: Annotated[
        bool,
        typer.Option("--new-latency", help="Measure latencies again that were measured before."),
    ] = False,
    runs: RunsOption = None,
    is_json: JsonLinesOption = False,
) -> None:
    """Export several models to several targets, and measure every file in one run.

    Each file is exported and verified as in a bundle. Then the targets of each
    model run in turns, A B C, A B C, each in its own runtime and process, and at
    last int8 and float32 of all models. FOLDER/measured.md has the tables of
    docs/export.md, FOLDER/matrix.json all figures.

    For example:

        mfagan bench export mfa-s-x4 mfa-xs-x4 --calibrate photos
        --benchmark bench/set14 --out matrix --no-latency

        mfagan bench export mfa-s-x4 mfa-xs-x4 --calibrate photos
        --benchmark bench/set14 --out matrix
    """
    from engine.bench.export_matrix import MatrixRequest, measure_matrix  # noqa: PLC0415 - onnx
    from engine.bench.export_tables import matrix_markdown  # noqa: PLC0415 - onnx loads long

    output = Output(is_json=is_json)
    names = tuple(models or _shipped())
    request = MatrixRequest(
        models=names,
        targets=target_entries(to),
        out=out,
        runs=runs or runs_folder(),
        command=_command(names, to, calibrate, benchmark or (), rounds=rounds),
        calibration=calibrate,
        benchmarks=tuple(benchmark or ()),
        threads=threads,
        rounds=rounds,
        has_latency=has_latency,
        is_latency_new=is_latency_new,
    )
    with cancel_on_interrupt() as token, output.progress() as bars:
        report = measure_matrix(request, _Reporter(output, bars), token=token)
    failed = [
        f"{model.id} {row.target}"
        for model in report.models
        for row in model.rows
        if row.state == "failed"
    ]
    output.event("finished", path=str(out), failed=failed)
    if not is_json:
        output.block(matrix_markdown(report))
    if failed:
        output.warning(f"These failed: {', '.join(failed)}")


class _Reporter:
    """Shows the events of the run as lines and a progress bar, or writes them as JSON."""

    def __init__(self, output: Output, bars: Progress) -> None:
        self._output = output
        self._bars = bars
        self._task: TaskID | None = None

    def __call__(self, kind: str, /, **values: object) -> None:
        self._output.event(kind, **values)
        match kind:
            case "target":
                reason = f" ({values['reason']})" if values["reason"] else ""
                kept = ", kept from before" if values["kept"] else ""
                name = f"{values['model']} {values['name']}"
                self._output.note(f"{name}: {values['state']}{kept}{reason}")
            case "timing":
                what = f"{values['files']} files, {values['rounds']} rounds"
                self._output.note(f"{values['name']}: timing {what}")
            case "progress":
                self._show(values)
            case _:
                pass

    def _show(self, values: dict[str, object]) -> None:
        what = f"Timing {values['timing']}" if "timing" in values else str(values["model"])
        if self._task is None:
            self._task = self._bars.add_task(what)
        self._bars.update(
            self._task,
            description=what,
            completed=float(str(values["done"])),
            total=float(str(values["total"])),
        )


def _shipped() -> list[str]:
    entries = Catalog.open_default().entries()
    found = [entry.card.id for entry in entries if entry.origin is Origin.SHIPPED]
    if not found:
        raise ConfigError("No model is shipped with this installation; see 'mfagan doctor'")
    return found


def _command(
    models: Sequence[str],
    to: str,
    calibrate: Path | None,
    benchmarks: Sequence[Path],
    *,
    rounds: int,
) -> str:
    """Return the command line for reports: names of folders without their places."""
    words = [Path(name).name if name.endswith(".json") else name for name in models]
    words += ["--to", to]
    if calibrate is not None:
        words += ["--calibrate", calibrate.resolve().name]
    for folder in benchmarks:
        words += ["--benchmark", folder.resolve().name]
    return shlex.join(["mfagan", "bench", "export", *words, "--rounds", str(rounds)])
