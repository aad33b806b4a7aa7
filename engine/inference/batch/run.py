"""Works through many photos: one failure stops nothing, an interruption loses nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError, DiskFullError, EngineError, JobCancelled
from engine.core.file_guard import FileGuard
from engine.core.file_identity import file_stamp
from engine.inference.batch.inputs import PhotoInput
from engine.inference.batch.manifest import Manifest, spare_manifest_path
from engine.inference.batch.records import BatchHeader, PhotoRecord
from engine.inference.job.plan import PhotoPlan
from engine.inference.job.result import (
    PhotoResult,
    PhotoUpscaler,
    make_result,
    make_result_folder,
)
from engine.inference.job.settings import UpscaleSettings
from engine.inference.job.upscale_photo import UpscaleReport
from engine.inference.network.dial import DialSetting


class PhotoWork(PhotoUpscaler, Protocol):
    """What a batch does with one photo."""

    def plan(self, photo: PhotoInput) -> PhotoPlan:
        """Decide what will be done with ``photo``, from its header.

        Raises:
            EngineError: If nothing can be made of it.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRequest:
    """A batch.

    Attributes:
        photos: What to work on, in this order.
        settings: What to do with each; the output folder must be given.
        keep_finished: Leave out photos that the manifest lists as finished.
        only_failed: Leave out all photos except those that failed last time.
    """

    photos: tuple[PhotoInput, ...]
    settings: UpscaleSettings
    keep_finished: bool = False
    only_failed: bool = False

    @property
    def output_folder(self) -> Path:
        """Where results go; it is made if it does not exist."""
        folder = self.settings.output_folder
        if folder is None:
            raise ConfigError("a batch needs a folder for its results")
        return folder


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchReport:
    """What became of a batch.

    Attributes:
        records: One for each photo that was worked on, in order.
        left_out: Photos that were finished before.
        fault: Why a later run cannot know all this, None if it can.
    """

    records: tuple[PhotoRecord, ...]
    left_out: tuple[Path, ...]
    fault: str | None = None

    @property
    def failures(self) -> tuple[PhotoRecord, ...]:
        """The photos that failed, with reasons."""
        return tuple(record for record in self.records if record.outcome == "failed")


@dataclass(slots=True, kw_only=True)
class BatchListener:
    """Callbacks of a batch, each optional.

    Attributes:
        on_start: Called before each photo: its index from 0, how many there are, its path.
        on_result: Called after each photo: its record, and the report if a result was made.
    """

    on_start: Callable[[int, int, Path], None] = field(default=lambda _i, _n, _p: None)
    on_result: Callable[[PhotoRecord, UpscaleReport | None], None] = field(
        default=lambda _r, _u: None
    )


def run_batch(
    request: BatchRequest,
    work: PhotoWork,
    *,
    manifest_file: Path,
    token: CancelToken | None = None,
    listener: BatchListener | None = None,
) -> BatchReport:
    """Work through a batch and record what becomes of every photo.

    A photo that fails, in whatever way, is recorded with its reason and the next one
    begins. No photo of the batch is ever replaced by a result, whatever the names. Only a
    full disk and a cancel end the batch early: neither would let the next photo fare
    better, and what is finished stays in the manifest.

    Args:
        request: The batch.
        work: Plans and enlarges one photo.
        manifest_file: Path of the manifest.
        token: Lets the caller pause and stop the batch, also within a photo.
        listener: Called for every photo.

    Raises:
        ConfigError: If an earlier batch is to be resumed with other settings.
        DiskFullError: If the disk is full; the photo is recorded as failed.
        OutputError: If the output folder cannot be written.
        JobCancelled: If ``token`` was cancelled.
    """
    token = token or CancelToken()
    listener = listener or BatchListener()
    make_result_folder(request.output_folder)
    manifest = _open_manifest(request, manifest_file)
    photos, left_out = _select(request, manifest)
    batch = _Batch(work, manifest, _guard(request, manifest), token, listener)
    records = []
    for index, photo in enumerate(photos):
        token.check()
        listener.on_start(index, len(photos), photo.path)
        records.append(batch.run(photo))
    return BatchReport(records=tuple(records), left_out=left_out, fault=manifest.fault)


def photos_of_manifest(manifest: Manifest) -> tuple[PhotoInput, ...]:
    """Return the photos that a recorded batch was started with."""
    return tuple(
        PhotoInput(path=Path(path), folder=Path(folder)) for path, folder in manifest.header.photos
    )


def _open_manifest(request: BatchRequest, path: Path) -> Manifest:
    spare = spare_manifest_path(request.output_folder)
    settings = request.settings.fingerprint()
    # Without --resume a batch begins anew, and so does its record.
    if request.keep_finished or request.only_failed:
        manifest = Manifest.load(path, spare=spare)
        if manifest is not None:
            manifest.check_settings(settings)
            return manifest
    header = BatchHeader(
        output_folder=str(request.output_folder.absolute()),
        settings=settings,
        photos=tuple((str(p.path.absolute()), str(p.folder)) for p in request.photos),
    )
    return Manifest.start(path, header, spare=spare)


def _select(
    request: BatchRequest, manifest: Manifest
) -> tuple[tuple[PhotoInput, ...], tuple[Path, ...]]:
    chosen: list[PhotoInput] = []
    left_out: list[Path] = []
    for photo in request.photos:
        record = manifest.record_of(photo.path)
        failed = record is not None and record.outcome == "failed"
        is_left_out = (request.only_failed and not failed) or (
            request.keep_finished and manifest.is_finished(photo.path)
        )
        if is_left_out:
            left_out.append(photo.path)
        else:
            chosen.append(photo)
    # A photo that an earlier run died of, of memory perhaps, must not block the others: it is last.
    chosen.sort(key=lambda photo: manifest.was_deadly(photo.path))
    return tuple(chosen), tuple(left_out)


def _guard(request: BatchRequest, manifest: Manifest) -> FileGuard:
    """Return the files that no result of the batch may replace."""
    guard = FileGuard(photo.path for photo in request.photos)
    # Of a resumed batch only some photos may be named, and all of them are originals.
    for path, _ in manifest.header.photos:
        guard.protect(Path(path))
    # Results of earlier runs may be replaced by a new result of the same photo, not of another.
    for record in manifest.records():
        if record.outcome == "done" and record.output is not None:
            guard.give(Path(record.output), Path(record.path))
    return guard


@dataclass(frozen=True, slots=True)
class _Batch:
    """Works on the photos of a batch and records what becomes of each."""

    work: PhotoWork
    manifest: Manifest
    guard: FileGuard
    token: CancelToken
    listener: BatchListener

    def run(self, photo: PhotoInput) -> PhotoRecord:
        # Before the photo is read: a change during the work makes the result outdated.
        stamp = file_stamp(photo.path)
        start = time.perf_counter()
        # A kill from here on leaves a photo that was begun and not ended: it comes last next time.
        self.manifest.begin(photo.path)
        try:
            result = self._make(photo)
        except JobCancelled:
            # Stopped by the user, so the photo did not kill the run and keeps its place.
            self.manifest.begin(photo.path, is_called_off=True)
            raise
        except EngineError as error:
            seconds = time.perf_counter() - start
            failed = _failure(photo.path, stamp, error, seconds=seconds)
            self.manifest.add(failed)
            # Every further photo would fail for the same reason.
            if isinstance(error, DiskFullError):
                raise
            self.listener.on_result(failed, None)
            return failed
        seconds = time.perf_counter() - start
        record = photo_record(photo.path.absolute(), result, stamp=stamp, seconds=seconds)
        # Recorded before it is reported: whoever hears of a result may end the process.
        self.manifest.add(record)
        self.listener.on_result(record, result.report)
        return record

    def _make(self, photo: PhotoInput) -> PhotoResult:
        result = make_result(
            self.work.plan(photo),
            self.work,
            guard=self.guard,
            token=self.token,
            announce=lambda part, output: self.manifest.announce(photo.path, part, output),
        )
        # A record is read from other working folders, too.
        return replace(result, path=result.path.absolute())


def photo_record(
    photo: Path, result: PhotoResult, *, stamp: str = "", seconds: float = 0.0
) -> PhotoRecord:
    """Return the record of a photo that was enlarged or skipped.

    Args:
        photo: The photo.
        result: What became of it.
        stamp: Its size and time of change before the work began.
        seconds: Time it took.
    """
    path, output = str(photo), str(result.path)
    if result.report is None:
        reason = "a result with its name is there"
        return PhotoRecord(path=path, stamp=stamp, outcome="skipped", output=output, reason=reason)
    dial = result.report.dial or DialSetting()
    return PhotoRecord(
        path=path,
        stamp=stamp,
        outcome="done",
        output=output,
        seconds=seconds,
        notes=result.report.notes,
        restoration=dial.restoration,
        fidelity=dial.fidelity,
        is_auto=dial.is_auto,
        auto_reason=dial.reason,
    )


def _failure(photo: Path, stamp: str, error: EngineError, *, seconds: float) -> PhotoRecord:
    return PhotoRecord(
        path=str(photo.absolute()),
        stamp=stamp,
        outcome="failed",
        code=error.code,
        reason=str(error),
        seconds=seconds,
    )


def count_outcomes(records: Sequence[PhotoRecord]) -> dict[str, int]:
    """Return how many photos were done, skipped and failed."""
    outcomes = [record.outcome for record in records]
    return {kind: outcomes.count(kind) for kind in ("done", "skipped", "failed")}
