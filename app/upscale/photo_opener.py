"""Decodes photos for the viewer, one at a time, and the next one ahead on request."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.services.engine_service import EngineService
from app.services.pictures.detail_map import DetailMap
from app.services.pictures.picture_levels import RasterLevels
from app.services.task_runner import Report, Task, TaskRunner
from app.state.queue_store import QueueItem
from app.upscale.open_photo import DecodedPhoto, OpenPhoto
from engine.api import CancelToken, EngineError


@dataclass(slots=True, kw_only=True, eq=False)
class _Reading:
    """A photo that is being decoded, or was decoded ahead and waits."""

    path: Path
    result: Path | None
    task: Task
    photo: OpenPhoto | None = None
    error: Exception | None = None


class PhotoOpener(QObject):
    """Lives in the window's thread; decoding happens on workers.

    Signals:
        opening: Path of the photo that is being decoded.
        opened: The `OpenPhoto`, which now belongs to the receiver.
        prepared: The `OpenPhoto` that was decoded ahead and waits.
        dropped: An `OpenPhoto` that was decoded ahead and never requested; it is about to close.
        failed: Path and error.
    """

    opening = Signal(object)
    opened = Signal(object)
    prepared = Signal(object)
    dropped = Signal(object)
    failed = Signal(object, object)

    def __init__(
        self, engine_service: EngineService, runner: TaskRunner, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._engine_service = engine_service
        self._runner = runner
        self._current: _Reading | None = None
        self._ahead: _Reading | None = None

    @property
    def is_idle(self) -> bool:
        """Whether no requested photo is still being decoded."""
        return self._current is None

    @property
    def has_ahead(self) -> bool:
        """Whether a photo was decoded ahead and waits."""
        return self._ahead is not None and self._ahead.photo is not None

    def open(self, path: Path, done: QueueItem | None = None) -> None:
        """Decode a photo, with the finished result of ``done`` if there is one."""
        # One photo at a time: the last one requested is the one that is wanted.
        if self._current is not None:
            self._drop(self._current)
        ahead, self._ahead = self._ahead, None
        # Decoded ahead with another result, it would show the wrong picture: decode again.
        if ahead is not None and (ahead.path, ahead.result) == (path, _result(done)):
            reading = ahead
        else:
            if ahead is not None:
                self._drop(ahead)
            reading = self._read(path, done)
        self._current = reading
        self.opening.emit(path)
        self._hand_over(reading)

    def prepare(self, path: Path, done: QueueItem | None = None) -> None:
        """Decode the photo that will be opened next, and keep it until then."""
        ahead = self._ahead
        if ahead is not None and (ahead.path, ahead.result) == (path, _result(done)):
            return
        if ahead is not None:
            self._drop(ahead)
        self._ahead = self._read(path, done)

    def forget_ahead(self) -> None:
        """Close what was decoded ahead."""
        ahead, self._ahead = self._ahead, None
        if ahead is not None:
            self._drop(ahead)

    def stop(self) -> None:
        """Cancel what is being decoded."""
        self.forget_ahead()
        current, self._current = self._current, None
        if current is not None:
            self._drop(current)

    def _read(self, path: Path, done: QueueItem | None) -> _Reading:
        def work(_report: Report, token: CancelToken) -> object:
            return self._decode(path, done, token)

        task = self._runner.create(work)
        reading = _Reading(path=path, result=_result(done), task=task)
        task.succeeded.connect(lambda decoded: self._on_decoded(reading, decoded))
        task.failed.connect(lambda error: self._on_failed(reading, error))
        task.start()
        return reading

    def _decode(self, path: Path, done: QueueItem | None, token: CancelToken) -> DecodedPhoto:
        photo = self._engine_service.open(path, token)
        try:
            original = RasterLevels(photo.color, icc=photo.info.icc, alpha=photo.alpha)
            decoded = DecodedPhoto(
                photo=photo,
                original=original,
                details=DetailMap.of(original),
                estimates=self._engine_service.estimates(photo),
            )
            result = _result(done)
            if done is None or result is None or not result.is_file():
                return decoded
            # A result that cannot be read must not keep its photo from opening.
            with contextlib.suppress(EngineError):
                opened = self._engine_service.open(result, token)
                return replace(decoded, result=opened, choice=done.choice)
        except BaseException:
            # Cancelled included: without an owner its scratch files would stay open.
            photo.close()
            raise
        return decoded

    def _on_decoded(self, reading: _Reading, decoded: DecodedPhoto) -> None:
        # Another photo was requested while this one was being decoded.
        if reading not in (self._current, self._ahead):
            decoded.close()
            return
        reading.photo = OpenPhoto(decoded)
        if reading is self._ahead:
            self.prepared.emit(reading.photo)
        self._hand_over(reading)

    def _on_failed(self, reading: _Reading, error: Exception) -> None:
        reading.error = error
        self._hand_over(reading)

    def _hand_over(self, reading: _Reading) -> None:
        if reading is not self._current:
            return
        if reading.photo is not None:
            self._current = None
            self.opened.emit(reading.photo)
        elif reading.error is not None:
            self._current = None
            self.failed.emit(reading.path, reading.error)

    def _drop(self, reading: _Reading) -> None:
        if reading.photo is not None:
            # Told first: the receiver drops what it holds of the photo while its ids are known.
            self.dropped.emit(reading.photo)
            reading.photo.close()
        else:
            reading.task.cancel()


def _result(done: QueueItem | None) -> Path | None:
    return done.result if done is not None else None
