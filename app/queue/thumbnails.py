"""Small pictures of photos for lists, decoded by the engine on a worker thread.

Qt's own readers never see a user's file: they go by its content, draw the SVG that
calls itself PNG, and open what it names.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.services.engine_service import EngineService
from app.services.pictures.picture_levels import RasterLevels, RgbCodes, level_count, level_size
from app.services.pictures.screen_colors import show_in_srgb
from app.services.task_runner import TaskRunner
from engine.api import CancelToken, EngineError, Region

_KEPT = 500
_MAXIMUM_PIXELS = 100_000_000
"""Larger ones take longer than anybody looks at their card."""


class Thumbnails(QObject):
    """Decodes each photo once, and keeps those that were asked for last.

    Signals:
        ready: Path of a photo whose thumbnail is there.
    """

    ready = Signal(object)

    def __init__(self, engine_service: EngineService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine_service = engine_service
        # Of its own: a strip of large photos must not stand before one that is opened.
        self._runner = TaskRunner(threads=1, parent=self)
        self._images: dict[Path, QImage] = {}

    def get(self, path: Path) -> QImage | None:
        """Return the thumbnail if it is there, and have it read if not."""
        image = self._images.get(path)
        if image is None:
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
        """Stop reading, and wait for it to end."""
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
            codes = levels.read(level, Region(left=0, top=0, width=width, height=height))
            return show_in_srgb(_to_image(codes), photo.info.icc)
    except EngineError:
        # The card says by words what is wrong with the file.
        return QImage()


def _to_image(codes: RgbCodes) -> QImage:
    height, width, channels = codes.shape
    kind = QImage.Format.Format_RGB888 if channels == 3 else QImage.Format.Format_RGBA8888
    # A copy: the image does not keep the array.
    return QImage(codes.tobytes(), width, height, width * channels, kind).copy()
