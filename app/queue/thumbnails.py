"""Thumbnails of photos for lists, decoded by the engine on a worker thread.

Qt's own readers never see a user's file: they go by its content, would render an SVG that is
named PNG, and load the files it refers to.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.services.engine_service import EngineService
from app.services.pictures.picture_levels import RasterLevels, level_count, level_size
from app.services.pictures.tile_store import to_image
from app.services.task_runner import TaskRunner
from engine.api import CancelToken, EngineError, Region

# At most 105 MB, of 256 x 256 pixels with four bytes each.
_KEPT = 400
_MAXIMUM_PIXELS = 100_000_000
"""Larger photos have no thumbnail: decoding one takes seconds."""


class Thumbnails(QObject):
    """Decodes each photo once, and keeps the thumbnails that were requested last.

    Signals:
        ready: Path of a photo whose thumbnail is there.
    """

    ready = Signal(object)

    def __init__(self, engine_service: EngineService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine_service = engine_service
        # A thread of its own: a strip of large photos must not delay one that is being opened.
        self._runner = TaskRunner(threads=1, parent=self)
        self._images: dict[Path, QImage] = {}

    def get(self, path: Path) -> QImage | None:
        """Return the thumbnail if it is ready; otherwise have it decoded and return None."""
        image = self._images.get(path)
        if image is None:
            # An empty image marks it as requested, so that it is decoded once.
            self._images[path] = QImage()
            while len(self._images) > _KEPT:
                del self._images[next(iter(self._images))]
            task = self._runner.create(
                lambda _report, token: read_thumbnail(self._engine_service, path, token)
            )
            task.succeeded.connect(lambda read: self._on_read(path, read))
            task.start()
        return None if image is None or image.isNull() else image

    def shut_down(self) -> None:
        """Stop decoding, and wait for the current one."""
        self._runner.cancel_all()
        self._runner.wait_for_done()

    def _on_read(self, path: Path, image: QImage) -> None:
        self._images[path] = image
        if not image.isNull():
            self.ready.emit(path)


def read_thumbnail(engine_service: EngineService, path: Path, token: CancelToken) -> QImage:
    """Return a photo in sRGB with at most 256 pixels a side, empty if it cannot be decoded."""
    try:
        if engine_service.pixel_count(path) > _MAXIMUM_PIXELS:
            return QImage()
        with engine_service.open(path, token) as photo:
            levels = RasterLevels(photo.color, icc=photo.info.icc, alpha=photo.alpha)
            level = level_count(levels) - 1
            width, height = level_size(levels, level)
            pixels = levels.read(level, Region(left=0, top=0, width=width, height=height))
            return to_image(pixels, photo.info.icc)
    except EngineError:
        # The card tells in words what is wrong with the file.
        return QImage()
