"""Runs ``mfagan upscale`` and reports its progress."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cli.output import Output
from engine.cli.scratch import scratch_folder
from engine.core.cancellation import CancelToken
from engine.core.errors import EngineError
from engine.core.file_guard import FileGuard
from engine.core.units import format_bytes, format_duration, format_megapixels
from engine.inference.batch.inputs import FoundPhotos, PhotoInput
from engine.inference.batch.manifest import manifest_path
from engine.inference.batch.records import PhotoRecord
from engine.inference.batch.run import (
    BatchListener,
    BatchReport,
    BatchRequest,
    count_outcomes,
    photo_record,
    run_batch,
)
from engine.inference.batch.work import BatchForecast, UpscaleWork
from engine.inference.job.progress import Progress
from engine.inference.job.result import make_result
from engine.inference.job.upscale_photo import UpscaleReport
from engine.inference.network.dial import DialSetting

if TYPE_CHECKING:
    from rich.progress import Progress as ProgressBars
    from rich.progress import TaskID

_EVENT_INTERVAL_S = 0.2
_LOCKED = "the folder cannot be read; check your rights to it"


def run_upscale(
    found: FoundPhotos,
    batch: BatchRequest,
    output: Output,
    token: CancelToken,
    *,
    is_dry_run: bool = False,
) -> int:
    """Enlarge photos and return how many photos and folders failed.

    Args:
        found: The photos of ``batch``, and what was met beside them.
        batch: What to do. With ``output_file`` in its settings the one photo is no batch:
            nothing is recorded, and its failure is raised.
        output: Where to report.
        token: Lets the caller stop it.
        is_dry_run: Whether to report the forecast only.

    Raises:
        EngineError: If the work cannot begin or continue; failures of single
            photos of a batch are reported and counted instead.
    """
    with output.progress() as bars:
        reporter = _Reporter(output, bars, found)
        work = UpscaleWork(
            batch.settings, scratch_folder=scratch_folder(), on_progress=reporter.progressed
        )
        reporter.found()
        # Two tiles to learn this machine's speed pay off when many are to come.
        is_worth_it = is_dry_run or len(batch.photos) > 1
        forecast = _forecast(work, batch, is_measured=is_worth_it)
        reporter.forecast(forecast, is_text_wanted=is_worth_it)
        if is_dry_run:
            return len(found.locked)
        if batch.settings.output_file is not None:
            _run_single(batch.photos[0], work, reporter, token)
            return 0
        report = run_batch(
            batch,
            work,
            manifest_file=manifest_path(batch.output_folder),
            token=token,
            listener=BatchListener(on_start=reporter.started, on_result=reporter.ended),
        )
    reporter.summary(report)
    return len(report.failures) + len(found.locked)


def _forecast(work: UpscaleWork, batch: BatchRequest, *, is_measured: bool) -> BatchForecast:
    try:
        speed = work.measure_speed() if is_measured else None
    except EngineError:
        speed = None  # the run itself will report it, or fall back
    return work.forecast(batch.photos, seconds_per_px=speed)


def _run_single(
    photo: PhotoInput, work: UpscaleWork, reporter: _Reporter, token: CancelToken
) -> None:
    # No record to resume from: with one photo there is nothing to lose.
    reporter.started(0, 1, photo.path)
    result = make_result(work.plan(photo), work, guard=FileGuard([photo.path]), token=token)
    reporter.ended(photo_record(photo.path, result), result.report)


class _Reporter:
    """Reports what happens: bars and lines for users, events for programs."""

    def __init__(self, output: Output, bars: ProgressBars, found: FoundPhotos) -> None:
        self._output, self._bars, self._found = output, bars, found
        self._task: TaskID | None = None
        self._photo = Path()
        self._reported_s = 0.0

    def found(self) -> None:
        """Report the folders that cannot be read and the files that are left out."""
        for folder in self._found.locked:
            self._output.event("locked", path=folder, text=_LOCKED)
            self._output.note(f"Failed {folder}: {_LOCKED}")
        left_out = self._found.left_out()
        if left_out is not None:
            self._output.event("left-out", paths=list(self._found.others), text=left_out)
            self._output.note(left_out)

    def forecast(self, forecast: BatchForecast, *, is_text_wanted: bool) -> None:
        """Report what the work will take, as a text only where users wait long or asked for it."""
        self._output.event(
            "forecast",
            photos=len(forecast.plans),
            unusable=[{"path": path, "text": text} for path, text in forecast.unusable],
            megapixels=round(forecast.megapixels, 3),
            memory_bytes=forecast.memory_bytes,
            disk_bytes=forecast.output_bytes + forecast.scratch_bytes,
            time_s=round(forecast.time_s, 2),
            is_measured=forecast.is_measured,
        )
        if is_text_wanted:
            about = "" if forecast.is_measured else " (a guess)"
            count = len(forecast.plans)
            self._output.note(
                f"{count} {'photo' if count == 1 else 'photos'}, "
                f"{format_megapixels(forecast.megapixels * 1e6)} of results: "
                f"about {format_duration(forecast.time_s)}{about}, "
                f"{format_bytes(forecast.memory_bytes)} memory, "
                f"{format_bytes(forecast.output_bytes + forecast.scratch_bytes)} disk"
            )
            for path, text in forecast.unusable:
                self._output.note(f"Cannot be used: {text if str(path) in text else path}")

    def started(self, index: int, count: int, photo: Path) -> None:
        """Report that a photo begins."""
        self._photo, self._reported_s = photo, 0.0
        self._output.event("photo-started", photo=photo, index=index, count=count)
        title = photo.name if count == 1 else f"{index + 1}/{count} {photo.name}"
        self._task = self._bars.add_task(title, total=1.0)

    def progressed(self, progress: Progress) -> None:
        """Report how far the photo is, throttled to a readable rate."""
        if self._task is not None:
            self._bars.update(self._task, completed=progress.fraction)
        now_s = time.monotonic()
        if now_s - self._reported_s >= _EVENT_INTERVAL_S:
            self._reported_s = now_s
            self._output.event(
                "progress",
                photo=self._photo,
                stage=progress.stage,
                fraction=round(progress.fraction, 4),
                eta_s=round(progress.eta_s, 1),
            )

    def ended(self, record: PhotoRecord, report: UpscaleReport | None) -> None:
        """Report what became of a photo."""
        if self._task is not None:
            self._bars.remove_task(self._task)
            self._task = None
        details = _details(report) if record.outcome == "done" and report else {}
        self._output.event(
            "photo",
            photo=record.path,
            outcome=record.outcome,
            output=record.output,
            code=record.code,
            text=record.reason,
            notes=list(record.notes),
            **details,
        )
        if record.outcome == "done" and report is not None:
            self._output.text(_sentence(report))
            for note in record.notes:
                self._output.note(f"  {note}")
        elif record.outcome == "skipped":
            self._output.note(f"Skipped {record.path}: {record.reason}")
        else:
            self._output.note(f"Failed {_named(record)}")

    def summary(self, report: BatchReport) -> None:
        """Report what became of the batch."""
        counts = count_outcomes(report.records)
        self._output.event("finished", left_out=len(report.left_out), **counts)
        if report.fault is not None:
            self._output.note(f"{report.fault}; --resume would do it again")
        locked = self._found.locked
        # Of a single photo everything has been printed, its error too.
        if len(self._found.photos) == 1 and not report.left_out and not locked:
            return
        left_out = f", {len(report.left_out)} left out" if report.left_out else ""
        self._output.note(
            f"{counts['done']} done, {counts['skipped']} skipped, {counts['failed']} failed"
            f"{left_out}"
        )
        for record in report.failures if len(report.records) > 1 else ():
            self._output.note(f"  {_named(record)}")
        for folder in locked:
            self._output.note(f"  {folder}: {_LOCKED}")
        if report.failures:
            self._output.note("Run the same command with --retry-failed to try only these again.")


def _details(report: UpscaleReport) -> dict[str, object]:
    return {
        "width_px": report.width_px,
        "height_px": report.height_px,
        "size_bytes": report.size_bytes,
        "passes": list(report.passes),
        "restoration": report.dial and report.dial.restoration,
        "fidelity": report.dial and report.dial.fidelity,
        "is_auto": report.dial is not None and report.dial.is_auto,
        "auto_reason": report.dial and report.dial.reason,
        "networks": list(report.uses),
        "tile_px": report.tile_px,
        "upscale_s": round(report.upscale_s, 3),
        "total_s": round(report.total_s, 3),
        "consistency": report.consistency,
        "peak_memory_bytes": report.peak_memory_bytes,
    }


def _sentence(report: UpscaleReport) -> str:
    models = " + ".join(f"{use.model_id} {use.precision}" for use in report.uses) or "bicubic"
    models += _dial_text(report.dial)
    where = ", ".join(dict.fromkeys(use.provider_label for use in report.uses))
    return (
        f"{report.destination}  {report.width_px} x {report.height_px} px, "
        f"{format_bytes(report.size_bytes)}, {models}{' on ' + where if where else ''}, "
        f"{format_duration(report.total_s)}; downscaled again it differs by "
        f"{report.consistency.mean_levels:.2f} of 255"
    )


def _dial_text(dial: DialSetting | None) -> str:
    parts = []
    if dial is not None and dial.restoration is not None:
        why = f"auto: {dial.reason}" if dial.reason else "auto"
        parts.append(f"restoration {dial.restoration:g}{f' ({why})' if dial.is_auto else ''}")
    if dial is not None and dial.fidelity is not None:
        parts.append(f"fidelity {dial.fidelity:g}")
    return "".join(f", {part}" for part in parts)


def _named(record: PhotoRecord) -> str:
    """Return the reason, which mostly names the photo, with its path before it if not."""
    reason = record.reason or ""
    return reason if Path(record.path).name in reason else f"{record.path}: {reason}"
