"""Exports several models to several targets, as bundles do, and measures all in one run.

::

    models ─► export_targets ─► latencies of each model ─► int8 against float32 ─► matrix.json
              (files, parity,   (all targets in turns)     (all models in turns)   measured.md
               loss, memory)

What is finished is kept in the folder, so that a run that was stopped goes on where it was, and
quality can be measured on a busy machine and latencies later::

    out/matrix.json, measured.md     what is known so far
        int8-latency.json            both precisions of all models, in turns
        mfa-s-x4/                    work folder of `engine.export.bundle.making`
            onnx/  onnx.json  …      files of a target, and its report
            latency.json             its targets, in turns
"""

from __future__ import annotations

import datetime as dt
import hashlib
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import filelock
import msgspec
import numpy as np

import engine
from engine.bench.export_latency import Size, TimedFile, time_files
from engine.bench.export_report import (
    FileLatency,
    LatencyRun,
    MatrixReport,
    ModelResult,
    export_rows,
)
from engine.bench.export_tables import FULL, INT8_TILES_PX, SMALL, matrix_markdown
from engine.core.atomic_file import make_folder, write_bytes_atomic
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError, OutputExistsError
from engine.core.source_revision import find_revision
from engine.core.timing import load_average
from engine.core.version import product_version
from engine.export.bundle.making import BundleRequest, OnEvent, export_targets
from engine.export.bundle.manifest import TargetReport
from engine.export.bundle.source import BundleSource, load_network
from engine.export.targets.plain_network import PlainNetwork
from engine.export.targets.target_list import TargetEntry
from engine.profiling.machine import describe_machine

MATRIX_FILE, TABLES_FILE = "matrix.json", "measured.md"
_LATENCY_FILE, _INT8_FILE = "latency.json", "int8-latency.json"
_TILE_PX = 128

_Run: TypeAlias = tuple[str, TimedFile, Size]
"""Id of a model, one of its files, and the size to time it with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRequest:
    """What to measure.

    Attributes:
        models: Names of models, as `BundleSource` takes them.
        targets: Where to export them to.
        out: Folder of the results.
        runs: Folder of the runs, in which a run is looked up by name.
        command: The command line that reports name.
        calibration: Folder of HR photos that int8 files are calibrated with.
        benchmarks: Folders of HR photos to measure the loss on.
        threads: CPU threads of the measured runs; 0 takes all cores.
        rounds: Timed runs of each file.
        has_latency: Whether to measure latencies.
        is_latency_new: Whether to measure those again that were measured before.
    """

    models: tuple[str, ...]
    targets: tuple[TargetEntry, ...]
    out: Path
    runs: Path
    command: str
    calibration: Path | None = None
    benchmarks: tuple[Path, ...] = ()
    threads: int = 0
    rounds: int = 21
    has_latency: bool = True
    is_latency_new: bool = False


def measure_matrix(
    request: MatrixRequest, on_event: OnEvent, *, token: CancelToken
) -> MatrixReport:
    """Export and measure; a target that fails is reported, and the others go on.

    Raises:
        ConfigError: If a model cannot be loaded, or two are called the same.
        OutputExistsError: If the folder holds something else.
        OutputError: If it cannot be written to.
        LatencyError: If a file that has run before fails while it is timed.
        JobCancelled: If ``token`` was cancelled; what is finished is kept.
    """
    make_folder(request.out)
    _check_own(request.out)
    try:
        with filelock.FileLock(request.out / "lock", timeout=0):
            return _Matrix(request, on_event, token).run()
    except filelock.Timeout as error:
        raise ConfigError(f"{request.out}: another run is writing into it") from error


@dataclass(frozen=True, slots=True)
class _Exported:
    """A model whose files are there."""

    network: PlainNetwork
    reports: tuple[TargetReport, ...]
    folder: Path

    def timed_file(self, target: str, *, threads: int) -> TimedFile | None:
        """Return the first file of a target, None if it does not run here."""
        for report in self.reports:
            if report.name == target and report.state == "verified":
                return TimedFile(
                    target=target,
                    file=report.files[0].file,
                    folder=str(self.folder / target),
                    channels=self.network.channels,
                    threads=threads,
                )
        return None

    def tile(self, file: TimedFile, side_px: int) -> Size:
        """Return the size to time a file with."""
        side = self.network.card.size_rules.fitting_px(side_px)
        return file.file.size or (side, side)


class _Matrix:
    """One run; `measure_matrix` runs it."""

    def __init__(self, request: MatrixRequest, on_event: OnEvent, token: CancelToken) -> None:
        self._request = request
        self._on_event = on_event
        self._token = token
        machine = describe_machine()
        self._threads = request.threads or machine.usable_cores
        self._revision = find_revision(Path(engine.__file__).resolve().parents[1]) or ""
        self._before = _read_report(request.out / MATRIX_FILE)
        self._report = MatrixReport(
            command=request.command,
            product=product_version(),
            processor=machine.processor,
            cores=machine.usable_cores,
            system=machine.system,
            python=machine.python,
            benchmarks=tuple(folder.resolve().name for folder in request.benchmarks),
            targets=tuple(entry.name for entry in request.targets),
            models=(),
        )
        # Also marks the folder as ours.
        self._write()

    def run(self) -> MatrixReport:
        """Export all models, then time them."""
        exported = [self._exported(name) for name in self._request.models]
        # What an earlier run knew of other models.
        self._before = ()
        self._time_models(exported)
        self._time_int8(exported)
        return self._report

    def _exported(self, name: str) -> _Exported:
        source = BundleSource(name=name, calibration=self._request.calibration)
        network = load_network(source, runs=self._request.runs)
        model = network.card.id
        if any(result.id == model for result in self._report.models):
            raise ConfigError(f"{name}: two of the models are called {model}")
        request = BundleRequest(
            source=source,
            targets=self._request.targets,
            out=self._request.out / model,
            runs=self._request.runs,
            benchmarks=self._request.benchmarks,
            threads=self._threads,
            # Timed later, with all targets in turns.
            rounds=1,
        )
        is_kept: list[bool] = []

        def tell(kind: str, /, **values: object) -> None:
            if kind == "target":
                is_kept.append(bool(values["kept"]))
            self._on_event(kind, **{**values, "model": model})

        reports = export_targets(request, network, request.out, tell, token=self._token)
        self._add(network, reports, is_kept=all(is_kept))
        return _Exported(network=network, reports=reports, folder=request.out)

    def _add(
        self, network: PlainNetwork, reports: Sequence[TargetReport], *, is_kept: bool
    ) -> None:
        result = ModelResult(
            id=network.card.id,
            fixed_at=network.card.training.get("fixed_at", {}),
            date=dt.datetime.now(tz=dt.UTC).date().isoformat(),
            revision=self._revision,
            rows=export_rows(reports),
        )
        before = next((one for one in self._before if one.id == result.id), None)
        if is_kept and before is not None:
            # Files of an earlier run are of its day and commit.
            result = msgspec.structs.replace(result, date=before.date, revision=before.revision)
        self._report = msgspec.structs.replace(self._report, models=(*self._report.models, result))
        self._write()

    def _time_models(self, exported: Sequence[_Exported]) -> None:
        """Time the targets of each model in turns."""
        for number, one in enumerate(exported):
            model = one.network.card.id
            targets = [entry.name for entry in self._request.targets]
            found = [one.timed_file(target, threads=self._threads) for target in targets]
            runs = [(model, file, one.tile(file, _TILE_PX)) for file in found if file is not None]
            latency = self._timed(one.folder / _LATENCY_FILE, model, runs)
            models = list(self._report.models)
            models[number] = msgspec.structs.replace(models[number], latency=latency)
            self._report = msgspec.structs.replace(self._report, models=tuple(models))
            self._write()

    def _time_int8(self, exported: Sequence[_Exported]) -> None:
        """Time float32 and int8 of all models in turns, with several tiles."""
        pairs: list[_Run] = []
        for one in exported:
            both = [one.timed_file(target, threads=self._threads) for target in (FULL, SMALL)]
            files = [file for file in both if file is not None]
            if len(files) == len(both):
                pairs += [
                    (one.network.card.id, file, one.tile(file, side))
                    for side in INT8_TILES_PX
                    for file in files
                ]
        int8 = self._timed(self._request.out / _INT8_FILE, "int8", pairs)
        self._report = msgspec.structs.replace(self._report, int8=int8)
        self._write()

    def _timed(self, path: Path, name: str, runs: Sequence[_Run]) -> LatencyRun | None:
        """Return the latencies in ``path`` if they are of these runs, else measure them."""
        key = self._key(runs)
        kept = _read_run(path)
        is_known = kept is not None and kept.key == key
        if not runs or not self._request.has_latency:
            return kept if is_known else None
        if is_known and not self._request.is_latency_new:
            return kept
        self._on_event("timing", name=name, files=len(runs), rounds=self._request.rounds)
        latency = self._measured(key, runs, name)
        write_bytes_atomic(path, msgspec.json.format(msgspec.json.encode(latency), indent=2))
        self._on_event("timed", name=name, latency=msgspec.to_builtins(latency))
        return latency

    def _measured(self, key: str, runs: Sequence[_Run], name: str) -> LatencyRun:
        started = dt.datetime.now(tz=dt.UTC)
        load_before = load_average()
        times = time_files(
            [(file, size) for _, file, size in runs],
            rounds=self._request.rounds,
            token=self._token,
            progress=self._progress(name),
        )
        return LatencyRun(
            key=key,
            started=f"{started:%Y-%m-%d %H:%M}",
            threads=self._threads,
            rounds=self._request.rounds,
            load_before=load_before,
            load_after=load_average(),
            files=_summaries(runs, times.seconds),
            errors={
                f"{runs[number][0]} {runs[number][1].target}": text
                for number, text in times.errors.items()
            },
        )

    def _progress(self, name: str) -> Callable[[int, int], None]:
        return lambda done, total: self._on_event("progress", done=done, total=total, timing=name)

    def _key(self, runs: Sequence[_Run]) -> str:
        parts: list[object] = [self._request.rounds, product_version()]
        for model, file, size in runs:
            hashes = [
                hashlib.sha256(Path(file.folder, path).read_bytes()).hexdigest()
                for path in file.file.paths
            ]
            parts.append((model, file.target, file.threads, size, hashes))
        return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()

    def _write(self) -> None:
        known = {result.id for result in self._report.models}
        waiting = (result for result in self._before if result.id not in known)
        models = (*self._report.models, *waiting)
        report = msgspec.structs.replace(self._report, models=models)
        out = self._request.out
        content = msgspec.json.format(msgspec.json.encode(report), indent=2)
        write_bytes_atomic(out / MATRIX_FILE, content)
        write_bytes_atomic(out / TABLES_FILE, matrix_markdown(report).encode())


def _summaries(runs: Sequence[_Run], seconds: Sequence[Sequence[float]]) -> tuple[FileLatency, ...]:
    full = {
        (model, size): times
        for (model, file, size), times in zip(runs, seconds, strict=True)
        if file.target == FULL
    }
    found = []
    for (model, file, size), times in zip(runs, seconds, strict=True):
        if not times:
            continue
        reference = full.get((model, size), ())
        # Within a round both met the same disturbances.
        ratios = [base / own for base, own in zip(reference, times, strict=False)]
        found.append(
            FileLatency(
                model=model,
                target=file.target,
                height=size[0],
                width=size[1],
                p50_ms=round(1e3 * statistics.median(times), 3),
                p95_ms=round(1e3 * float(np.percentile(times, 95)), 3),
                speed=round(statistics.median(ratios), 4) if ratios else 0.0,
            )
        )
    return tuple(found)


def _check_own(out: Path) -> None:
    """Refuse a folder in which the results would replace something else."""
    if any(out.iterdir()) and not (out / MATRIX_FILE).is_file():
        raise OutputExistsError(f"{out}: holds something else; name an empty or a new folder")


def _read_report(path: Path) -> tuple[ModelResult, ...]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=MatrixReport).models
    except (OSError, msgspec.DecodeError):
        return ()


def _read_run(path: Path) -> LatencyRun | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=LatencyRun)
    except (OSError, msgspec.DecodeError):
        return None
