"""Works through many photos: one failure stops nothing, an interruption loses nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from engine.core.atomic_file import make_folder
from engine.core.cancellation import CancelToken
from engine.core.errors import DiskFullError, EngineError, JobCancelled, OutputExistsError
from engine.core.file_guard import FileGuard
from engine.core.leftovers import remove_leftovers
from engine.inference.batch.inputs import PhotoInput
from engine.inference.batch.manifest import Manifest, spare_manifest_path
from engine.inference.batch.records import BatchHeader, PhotoRecord, photo_stamp
from engine.inference.job.naming import Collision, NameFields, ResultName, output_name
from engine.inference.job.photo_errors import photo_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedResult:
    """What a photo will become.

    Attributes:
        fields: What its name is made of.
        suffix: Extension of its file, with the dot.
    """

    fields: NameFields
    suffix: str


class PhotoWork(Protocol):
    """What a batch does with one photo."""

    def plan(self, photo: Path) -> PlannedResult:
        """Return what ``photo`` will become, from its header.

        Raises:
            EngineError: If nothing can be made of it.
        """
        ...

    def run(self, photo: Path, name: ResultName, token: CancelToken) -> tuple[str, ...]:
        """Make a result of ``photo``, which gets its ``name``, and return notes for the user.

        Raises:
            EngineError: If it cannot be made; nothing stands under its name then.
            JobCancelled: If ``token`` was cancelled.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRequest:
    """A batch.

    Attributes:
        photos: What to work on, in this order.
        output_folder: Where results go; it is made if it does not exist.
        template: Name template, already checked.
        collision: What to do when a result's name is taken.
        settings: Text that is equal for equal settings.
        keep_finished: Leave out photos that the manifest calls finished.
        only_failed: Leave out all photos but those that failed last time.
    """

    photos: tuple[PhotoInput, ...]
    output_folder: Path
    template: str
    collision: Collision = Collision.NUMBER
    settings: str = ""
    keep_finished: bool = False
    only_failed: bool = False


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
    """Whom a batch tells what happens; each is optional.

    Attributes:
        on_start: A photo begins: its place from 0, how many there are, its path.
        on_result: A photo is through.
    """

    on_start: Callable[[int, int, Path], None] = field(default=lambda _i, _n, _p: None)
    on_result: Callable[[PhotoRecord], None] = field(default=lambda _r: None)


def run_batch(
    request: BatchRequest,
    work: PhotoWork,
    *,
    manifest_file: Path,
    token: CancelToken | None = None,
    listener: BatchListener | None = None,
) -> BatchReport:
    """Work through a batch and write down what becomes of every photo.

    A photo that fails, in whatever way, is recorded with its reason and the next one
    begins. No photo of the batch is ever replaced by a result, whatever the names. Only a
    full disk and a cancel end the batch early: neither would let the next photo fare
    better, and what is finished stays in the manifest.

    Args:
        request: The batch.
        work: What to do with one photo.
        manifest_file: Where the manifest stands.
        token: Lets the caller stop and hold the batch, also within a photo.
        listener: Is told of every photo.

    Raises:
        ConfigError: If an earlier batch is to be continued with other settings.
        DiskFullError: If the disk is full; the photo is recorded as failed.
        OutputError: If the output folder cannot be written.
        JobCancelled: If ``token`` was cancelled.
    """
    token = token or CancelToken()
    listener = listener or BatchListener()
    make_result_folder(request.output_folder)
    manifest = _open_manifest(request, manifest_file)
    photos, left_out = _select(request, manifest)
    names = _Names(request, manifest)
    records = []
    for index, photo in enumerate(photos):
        token.check()
        listener.on_start(index, len(photos), photo.path)
        record = _run_photo(photo, work, names, manifest, token)
        records.append(record)
        listener.on_result(record)
    return BatchReport(records=tuple(records), left_out=left_out, fault=manifest.fault)


def photos_of_manifest(manifest: Manifest) -> tuple[PhotoInput, ...]:
    """Return the photos that a recorded batch was started with."""
    return tuple(
        PhotoInput(path=Path(path), folder=Path(folder)) for path, folder in manifest.header.photos
    )


def make_result_folder(folder: Path) -> None:
    """Make a folder for results if it does not exist, and clear it of what dead runs left.

    Raises:
        OutputError: If it cannot be made.
    """
    make_folder(folder)
    remove_leftovers(folder)


def _open_manifest(request: BatchRequest, path: Path) -> Manifest:
    spare = spare_manifest_path(request.output_folder)
    if request.keep_finished or request.only_failed:
        manifest = Manifest.load(path, spare=spare)
        if manifest is not None:
            manifest.check_settings(request.settings)
            return manifest
    header = BatchHeader(
        output_folder=str(request.output_folder.absolute()),
        settings=request.settings,
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
    # What an earlier run died of, of memory perhaps, must not keep the others from their turn.
    chosen.sort(key=lambda photo: manifest.was_deadly(photo.path))
    return tuple(chosen), tuple(left_out)


def _run_photo(
    photo: PhotoInput, work: PhotoWork, names: _Names, manifest: Manifest, token: CancelToken
) -> PhotoRecord:
    path = str(photo.path.absolute())
    stamp = photo_stamp(photo.path)
    start = time.perf_counter()
    manifest.begin(photo.path)
    try:
        with photo_errors(photo.path):
            record = names.record(photo, work, token, stamp=stamp)
    except JobCancelled:
        manifest.begin(photo.path, is_called_off=True)
        raise
    except EngineError as error:
        record = PhotoRecord(
            path=path,
            stamp=stamp,
            outcome="failed",
            code=error.code,
            reason=str(error),
            seconds=time.perf_counter() - start,
        )
        manifest.add(record)
        if isinstance(error, DiskFullError):
            raise
        return record
    manifest.add(record)
    return record


class _Names:
    """Gives every photo of a batch a file of its own, and no photo's."""

    def __init__(self, request: BatchRequest, manifest: Manifest) -> None:
        self._request, self._manifest = request, manifest
        self._guard = FileGuard(photo.path for photo in request.photos)
        for path, _ in manifest.header.photos:
            self._guard.protect(Path(path))
        for record in manifest.records():
            if record.outcome == "done" and record.output is not None:
                self._guard.give(Path(record.output), Path(record.path))
        self._folders = {request.output_folder}

    def record(
        self, photo: PhotoInput, work: PhotoWork, token: CancelToken, *, stamp: str
    ) -> PhotoRecord:
        """Make the result of ``photo`` unless it is to be skipped, and return what came of it."""
        start = time.perf_counter()
        path = str(photo.path.absolute())
        name = self._name(photo, work.plan(photo.path))
        try:
            notes = () if name.is_taken else work.run(photo.path, name, token)
        except OutputExistsError:
            name.is_taken = True
            notes = ()
        output = str(name.path.absolute())
        if name.is_taken:
            reason = "a result with its name is there"
            return PhotoRecord(
                path=path, stamp=stamp, outcome="skipped", output=output, reason=reason
            )
        return PhotoRecord(
            path=path,
            stamp=stamp,
            outcome="done",
            output=output,
            seconds=time.perf_counter() - start,
            notes=notes,
        )

    def _name(self, photo: PhotoInput, planned: PlannedResult) -> ResultName:
        folder = self._request.output_folder / photo.folder
        if folder not in self._folders:
            make_result_folder(folder)
            self._folders.add(folder)
        name = output_name(self._request.template, planned.fields, suffix=planned.suffix)
        return ResultName(
            folder / name,
            self._request.collision,
            self._guard,
            photo=photo.path,
            announce=lambda part, output: self._manifest.announce(photo.path, part, output),
        )


def summarize(records: Sequence[PhotoRecord]) -> dict[str, int]:
    """Return how many photos were done, skipped and failed."""
    outcomes = [record.outcome for record in records]
    return {kind: outcomes.count(kind) for kind in ("done", "skipped", "failed")}
