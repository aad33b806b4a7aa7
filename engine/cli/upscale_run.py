"""Runs what ``mfagan upscale`` was asked for and tells how it goes."""

from __future__ import annotations

import time
from dataclasses import dataclass
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
    make_result_folder,
    run_batch,
    summarize,
)
from engine.inference.batch.work import BatchEstimate, UpscaleSettings, UpscaleWork
from engine.inference.job.naming import Collision, ResultName
from engine.inference.job.progress import Progress
from engine.inference.job.upscale_photo import UpscaleReport

if TYPE_CHECKING:
    from rich.progress import Progress as ProgressBars
    from rich.progress import TaskID

_EVENT_INTERVAL_S = 0.2
_LOCKED = "the folder cannot be read; check your rights to it"


@dataclass(frozen=True, slots=True, kw_only=True)
class UpscaleJob:
    """What ``mfagan upscale`` was asked for.

    Attributes:
        found: What to enlarge, and what was met beside it.
        output_folder: Where results go.
        output_file: The one result's file, None to name results by ``template``.
        settings: What to do with each photo.
        template: Name template.
        collision: What to do when a name is taken.
        keep_finished: Leave out what an earlier run finished.
        only_failed: Do only what an earlier run failed at.
        is_dry_run: Only tell what it would take.
    """

    found: FoundPhotos
    output_folder: Path
    output_file: Path | None
    settings: UpscaleSettings
    template: str
    collision: Collision
    keep_finished: bool = False
    only_failed: bool = False
    is_dry_run: bool = False

    @property
    def photos(self) -> tuple[PhotoInput, ...]:
        """What to enlarge."""
        return self.found.photos


def run_job(job: UpscaleJob, voice: Output, token: CancelToken) -> int:
    """Enlarge the photos of ``job`` and return how many photos and folders failed.

    Raises:
        EngineError: If the job cannot begin or go on; failures of single
            photos of a batch are told and counted instead.
    """
    with voice.progress() as bars:
        teller = _Reporter(voice, bars, job)
        work = UpscaleWork(
            job.settings, scratch_folder=scratch_folder(), on_progress=teller.progressed
        )
        teller.found()
        teller.forecast(_estimate(work, job))
        if job.is_dry_run:
            return len(job.found.locked)
        if job.output_file is not None:
            _run_single(job.output_file, job, work, teller, token)
            return 0
        listener = BatchListener(
            on_start=teller.started, on_result=lambda record: teller.ended(record, work.last_report)
        )
        report = run_batch(
            _batch(job),
            work,
            manifest_file=manifest_path(job.output_folder),
            token=token,
            listener=listener,
        )
    teller.summary(report)
    return len(report.failures) + len(job.found.locked)


def _batch(job: UpscaleJob) -> BatchRequest:
    return BatchRequest(
        photos=job.photos,
        output_folder=job.output_folder,
        template=job.template,
        collision=job.collision,
        settings=job.settings.fingerprint(),
        keep_finished=job.keep_finished,
        only_failed=job.only_failed,
    )


def _estimate(work: UpscaleWork, job: UpscaleJob) -> BatchEstimate:
    # Two tiles to learn this machine's speed pay off when many are to come.
    is_worth_it = job.is_dry_run or len(job.photos) > 1
    try:
        speed = work.measure() if is_worth_it else None
    except EngineError:
        speed = None  # the run itself will report it, or fall back
    return work.estimate(job.photos, seconds_per_px=speed)


def _run_single(
    file: Path, job: UpscaleJob, work: UpscaleWork, teller: _Reporter, token: CancelToken
) -> None:
    photo = job.photos[0].path
    make_result_folder(file.parent)
    teller.started(0, 1, photo)
    guard = FileGuard([photo])
    name = ResultName(file, job.collision, guard, photo=photo)
    notes = () if name.is_taken else work.run(photo, name, token)
    record = PhotoRecord(
        path=str(photo),
        stamp="",
        outcome="skipped" if name.is_taken else "done",
        output=str(name.path),
        reason="a result with its name is there" if name.is_taken else None,
        notes=notes,
    )
    teller.ended(record, work.last_report)


class _Reporter:
    """Says what happens: bars and lines for people, events for programs."""

    def __init__(self, voice: Output, bars: ProgressBars, job: UpscaleJob) -> None:
        self._voice, self._bars, self._job = voice, bars, job
        self._task: TaskID | None = None
        self._photo = Path()
        self._told_s = 0.0

    def found(self) -> None:
        """Say what was met beside the photos."""
        for folder in self._job.found.locked:
            self._voice.event("locked", path=folder, text=_LOCKED)
            self._voice.note(f"Failed {folder}: {_LOCKED}")
        left_out = self._job.found.left_out()
        if left_out is not None:
            self._voice.event("left-out", paths=list(self._job.found.others), text=left_out)
            self._voice.note(left_out)

    def forecast(self, estimate: BatchEstimate) -> None:
        """Say what the job will take."""
        self._voice.event(
            "forecast",
            photos=estimate.photo_count,
            unusable=[{"path": path, "text": text} for path, text in estimate.unusable],
            megapixels=round(estimate.megapixels, 3),
            memory_bytes=estimate.memory_bytes,
            disk_bytes=estimate.output_bytes + estimate.scratch_bytes,
            time_s=round(estimate.time_s, 2),
            is_measured=estimate.is_measured,
        )
        if len(self._job.photos) > 1 or self._job.is_dry_run:
            about = "" if estimate.is_measured else " (a guess)"
            self._voice.note(
                f"{estimate.photo_count} photos, "
                f"{format_megapixels(estimate.megapixels * 1e6)} of results: "
                f"about {format_duration(estimate.time_s)}{about}, "
                f"{format_bytes(estimate.memory_bytes)} memory, "
                f"{format_bytes(estimate.output_bytes + estimate.scratch_bytes)} disk"
            )
            for path, text in estimate.unusable:
                self._voice.note(f"Cannot be used: {text if str(path) in text else path}")

    def started(self, index: int, count: int, photo: Path) -> None:
        """Say that a photo begins."""
        self._photo, self._told_s = photo, 0.0
        self._voice.event("photo-started", photo=photo, index=index, count=count)
        title = photo.name if count == 1 else f"{index + 1}/{count} {photo.name}"
        self._task = self._bars.add_task(title, total=1.0)

    def progressed(self, progress: Progress) -> None:
        """Say how far the photo is; not oftener than anybody can read."""
        if self._task is not None:
            self._bars.update(self._task, completed=progress.fraction)
        now_s = time.monotonic()
        if now_s - self._told_s >= _EVENT_INTERVAL_S:
            self._told_s = now_s
            self._voice.event(
                "progress",
                photo=self._photo,
                stage=progress.stage,
                fraction=round(progress.fraction, 4),
                eta_s=round(progress.eta_s, 1),
            )

    def ended(self, record: PhotoRecord, report: UpscaleReport | None) -> None:
        """Say what became of a photo."""
        if self._task is not None:
            self._bars.remove_task(self._task)
            self._task = None
        details = _details(report) if record.outcome == "done" and report else {}
        self._voice.event(
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
            self._voice.text(_sentence(report))
            for note in record.notes:
                self._voice.note(f"  {note}")
        elif record.outcome == "skipped":
            self._voice.note(f"Skipped {record.path}: {record.reason}")
        else:
            self._voice.note(f"Failed {_named(record)}")

    def summary(self, report: BatchReport) -> None:
        """Say what became of the batch."""
        counts = summarize(report.records)
        self._voice.event("finished", left_out=len(report.left_out), **counts)
        if report.fault is not None:
            self._voice.note(f"{report.fault}; --resume would do it again")
        locked = self._job.found.locked
        if len(self._job.photos) == 1 and not report.failures and not locked:
            return
        left_out = f", {len(report.left_out)} left out" if report.left_out else ""
        self._voice.note(
            f"{counts['done']} done, {counts['skipped']} skipped, {counts['failed']} failed"
            f"{left_out}"
        )
        for record in report.failures if len(report.records) > 1 else ():
            self._voice.note(f"  {_named(record)}")
        for folder in locked:
            self._voice.note(f"  {folder}: {_LOCKED}")
        if report.failures:
            self._voice.note("The same command with --retry-failed does only these again.")


def _details(report: UpscaleReport) -> dict[str, object]:
    return {
        "width_px": report.width_px,
        "height_px": report.height_px,
        "size_bytes": report.size_bytes,
        "passes": list(report.passes),
        "networks": list(report.uses),
        "tile_px": report.tile_px,
        "upscale_s": round(report.upscale_s, 3),
        "total_s": round(report.total_s, 3),
        "consistency": report.consistency,
        "peak_memory_bytes": report.peak_memory_bytes,
    }


def _sentence(report: UpscaleReport) -> str:
    models = " + ".join(f"{use.model_id} {use.precision}" for use in report.uses) or "bicubic"
    where = ", ".join(dict.fromkeys(use.provider_label for use in report.uses))
    return (
        f"{report.destination}  {report.width_px} x {report.height_px} px, "
        f"{format_bytes(report.size_bytes)}, {models}{' on ' + where if where else ''}, "
        f"{format_duration(report.total_s)}; made small again it differs by "
        f"{report.consistency.mean_codes:.2f} of 255"
    )


def _named(record: PhotoRecord) -> str:
    """Return the reason, which mostly names the photo, with its path before it if not."""
    reason = record.reason or ""
    return reason if Path(record.path).name in reason else f"{record.path}: {reason}"
