"""Works through many photos: one failure stops nothing, an interruption loses nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from engine.core.atomic_file import output_error, remove_leftovers
from engine.core.cancellation import CancelToken
from engine.core.errors import DiskFullError, EngineError, JobCancelled
from engine.inference.batch_inputs import PhotoInput
from engine.inference.manifest import BatchHeader, Manifest, PhotoRecord, photo_stamp
from engine.inference.naming import (
    Collision,
    NameFields,
    claim_path,
    numbered,
    output_name,
    remove_stale_claims,
)


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

    def run(self, photo: Path, output: Path, token: CancelToken) -> tuple[str, ...]:
        """Make ``output`` of ``photo`` and return notes for the user.

        Raises:
            EngineError: If it cannot be made; nothing stands at ``output`` then.
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
    """

    records: tuple[PhotoRecord, ...]
    left_out: tuple[Path, ...]

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

    A photo that fails is recorded with its reason and the next one begins.
    Only a full disk and a cancel end the batch early: neither would let the
    next photo fare better, and what is finished stays in the manifest.

    Args:
        request: The batch.
        work: What to do with one photo.
        manifest_file: Where the manifest stands.
        token: Lets the caller stop and hold the batch, also within a photo.
        listener: Is told of every photo.

    Raises:
        ConfigError: If an earlier batch is to be continued with other settings.
        DiskFullError: If the disk is full; the photo is recorded as failed.
        OutputError: If the output folder or the manifest cannot be written.
        JobCancelled: If ``token`` was cancelled.
    """
    token = token or CancelToken()
    listener = listener or BatchListener()
    manifest = _open_manifest(request, manifest_file)
    _make_folder(request.output_folder)
    photos, left_out = _select(request, manifest)
    names = _Names(request, manifest)
    records = []
    for index, photo in enumerate(photos):
        token.check()
        listener.on_start(index, len(photos), photo.path)
        record = _run_photo(photo, work, names, manifest, token)
        records.append(record)
        listener.on_result(record)
    return BatchReport(records=tuple(records), left_out=left_out)


def photos_of_manifest(manifest: Manifest) -> tuple[PhotoInput, ...]:
    """Return the photos that a recorded batch was started with."""
    return tuple(
        PhotoInput(path=Path(path), folder=Path(folder)) for path, folder in manifest.header.photos
    )


def _open_manifest(request: BatchRequest, path: Path) -> Manifest:
    if request.keep_finished or request.only_failed:
        manifest = Manifest.load(path)
        if manifest is not None:
            manifest.check_settings(request.settings)
            return manifest
    header = BatchHeader(
        output_folder=str(request.output_folder.absolute()),
        settings=request.settings,
        photos=tuple((str(p.path.absolute()), str(p.folder)) for p in request.photos),
    )
    return Manifest.start(path, header)


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
    return tuple(chosen), tuple(left_out)


def _run_photo(
    photo: PhotoInput, work: PhotoWork, names: _Names, manifest: Manifest, token: CancelToken
) -> PhotoRecord:
    path = str(photo.path.absolute())
    stamp = photo_stamp(photo.path)
    start = time.perf_counter()
    try:
        with names.claim(photo, work.plan(photo.path)) as output:
            if output is None:
                reason = "a result with its name is there"
                record = PhotoRecord(path=path, stamp=stamp, outcome="skipped", reason=reason)
            else:
                notes = work.run(photo.path, output, token)
                record = PhotoRecord(
                    path=path,
                    stamp=stamp,
                    outcome="done",
                    output=str(output.absolute()),
                    seconds=time.perf_counter() - start,
                    notes=notes,
                )
    except JobCancelled:
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
    """Gives every photo of a batch a file of its own."""

    def __init__(self, request: BatchRequest, manifest: Manifest) -> None:
        self._request = request
        self._owners = {r.output: r.path for r in manifest.records() if r.output is not None}

    @contextmanager
    def claim(self, photo: PhotoInput, planned: PlannedResult) -> Iterator[Path | None]:
        """Reserve the file for the result of ``photo``; None means to skip it."""
        folder = self._request.output_folder / photo.folder
        _make_folder(folder)
        name = output_name(self._request.template, planned.fields, suffix=planned.suffix)
        with claim_path(self._own(folder / name, photo), self._request.collision) as output:
            yield output
            if output is not None:
                self._owners[str(output.absolute())] = str(photo.path.absolute())

    def _own(self, wanted: Path, photo: PhotoInput) -> Path:
        # a.jpg and a.png want one name: also `replace` must not lose one of them.
        number, source = 1, str(photo.path.absolute())
        while True:
            path = numbered(wanted, number)
            is_source = path.absolute() == photo.path.absolute()
            if not is_source and self._owners.get(str(path.absolute()), source) == source:
                return path
            number += 1


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise output_error(error, folder) from error
    remove_leftovers(folder)
    remove_stale_claims(folder)


def summarise(records: Sequence[PhotoRecord]) -> dict[str, int]:
    """Return how many photos were done, skipped and failed."""
    outcomes = [record.outcome for record in records]
    return {kind: outcomes.count(kind) for kind in ("done", "skipped", "failed")}
