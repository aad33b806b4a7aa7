"""Small pictures of photos for lists, read on worker threads."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QColorSpace, QImage, QImageReader

from app.services.task_runner import TaskRunner

THUMBNAIL_PX = 128
_READER_LIMIT_MB = 1024
_SRGB = QColorSpace(QColorSpace.NamedColorSpace.SRgb)


class Thumbnails(QObject):
    """Reads each photo once.

    Signals:
        ready: Path of a photo whose thumbnail is there.
    """

    ready = Signal(object)

    def __init__(self, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._images: dict[Path, QImage] = {}

    def get(self, path: Path) -> QImage | None:
        """Return the thumbnail if it is there, and have it read if not."""
        image = self._images.get(path)
        if image is None:
            self._images[path] = QImage()
            task = self._runner.create(lambda _report, _token: _read(path))
            task.succeeded.connect(lambda read: self._on_read(path, read))
            task.start()
        return None if image is None or image.isNull() else image

    def _on_read(self, path: Path, image: QImage) -> None:
        self._images[path] = image
        if not image.isNull():
            self.ready.emit(path)


def _read(path: Path) -> QImage:
    QImageReader.setAllocationLimit(_READER_LIMIT_MB)
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid():
        reader.setScaledSize(
            size.scaled(
                QSize(2 * THUMBNAIL_PX, 2 * THUMBNAIL_PX),
                Qt.AspectRatioMode.KeepAspectRatioByExpanding,
            )
        )
    image = reader.read()
    return image.convertedToColorSpace(_SRGB) if image.colorSpace().isValid() else image
