"""The sample pictures of a run, decoded on a worker thread and kept while they are shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from app.services.engine_service import EngineService
from app.services.pictures.picture_levels import RasterLevels, to_rgb
from app.services.pictures.tile_store import to_image
from app.services.task_runner import TaskRunner
from engine.api import CancelToken, EngineError, Photo

# Crops of 256 x 256 pixels: 40 MB of pixels at most.
_KEPT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedImage:
    """A picture in memory.

    Attributes:
        levels: What the viewer draws.
        thumbnail: The whole picture for the film strip.
        photo: Owns the pixels.
    """

    levels: RasterLevels
    thumbnail: QImage
    photo: Photo


class SampleImages(QObject):
    """Decodes pictures in the order in which they are asked for.

    Signals:
        arrived: Path of a picture that is there now.
    """

    arrived = Signal(object)

    def __init__(self, engine_service: EngineService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine_service = engine_service
        self._runner = TaskRunner(threads=1, parent=self)
        self._pictures: dict[Path, LoadedImage] = {}
        self._times: dict[Path, int] = {}
        self._wanted: list[Path] = []
        self._is_reading = False

    @property
    def is_idle(self) -> bool:
        """Whether every picture that was asked for is there or cannot be read."""
        return not (self._is_reading or self._wanted)

    def get(self, path: Path) -> LoadedImage | None:
        """Return a picture if it is there."""
        return self._pictures.get(path)

    def want(self, paths: Iterable[Path]) -> None:
        """Decode these pictures next, in place of what was asked for before.

        A picture that was written again since, as by a resumed run, is decoded again.
        """
        self._wanted = list(dict.fromkeys(paths))
        self._read_next()

    def clear(self) -> None:
        """Forget all pictures."""
        self._wanted = []
        pictures, self._pictures = self._pictures, {}
        self._times.clear()
        for picture in pictures.values():
            picture.photo.close()

    def shut_down(self) -> None:
        """Stop decoding, and wait for the current picture."""
        self._wanted = []
        self._runner.cancel_all()
        self._runner.wait_for_done()
        self.clear()

    def _is_new(self, path: Path) -> bool:
        try:
            time_ns = path.stat().st_mtime_ns
        except OSError:
            return False
        if self._times.get(path) == time_ns:
            return False
        self._times[path] = time_ns
        return True

    def _read_next(self) -> None:
        if self._is_reading:
            return
        # Marked as read when it is read: what is wanted changes while some of it still waits.
        path = next((path for path in self._wanted if self._is_new(path)), None)
        if path is None:
            self._wanted = []
            return
        self._is_reading = True
        self._wanted.remove(path)
        task = self._runner.create(lambda _report, token: _read(self._engine_service, path, token))
        task.succeeded.connect(lambda picture: self._on_read(path, picture))
        task.failed.connect(self._on_failed)
        task.cancelled.connect(self._on_ended)
        task.start()

    def _on_read(self, path: Path, picture: LoadedImage) -> None:
        old = self._pictures.pop(path, None)
        self._pictures[path] = picture
        if old is not None:
            old.photo.close()
        while len(self._pictures) > _KEPT:
            first = next(iter(self._pictures))
            self._pictures.pop(first).photo.close()
            self._times.pop(first, None)
        self.arrived.emit(path)
        self._on_ended()

    @Slot(object)
    def _on_failed(self, _error: Exception) -> None:
        # Half written or damaged: its place in the strip stays empty.
        self._on_ended()

    @Slot()
    def _on_ended(self) -> None:
        self._is_reading = False
        self._read_next()


def _read(engine_service: EngineService, path: Path, token: CancelToken) -> LoadedImage:
    photo = engine_service.open(path, token)
    try:
        pixels = photo.color.read(photo.color.whole)
        image = to_image(to_rgb(pixels), photo.info.icc)
    except (EngineError, ValueError):
        photo.close()
        raise
    return LoadedImage(
        levels=RasterLevels(photo.color, icc=photo.info.icc), thumbnail=image, photo=photo
    )
