"""Enlarges what the next questions need, ahead and on a thread of its own."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.judging.judged import EnlargedCrop, JudgedModel, Render
from app.services.pictures.screen_colors import show_in_srgb
from app.services.task_runner import Report, TaskRunner
from engine.api import CancelToken

MAXIMUM_BYTES = 192 * 2**20


class CropKey(NamedTuple):
    """A photo and the id of the model that enlarges it."""

    photo: str
    model: str


class PreparedCrops(QObject):
    """Pictures for the questions, as the screen shows them.

    One picture is made at a time, in the order in which they are wanted; what was made stays
    while there is memory for it.

    Signals:
        arrived: The `CropKey` of a picture that is there now.
        failed: The `CropKey` of one that cannot be made, and the error.
    """

    arrived = Signal(object)
    failed = Signal(object, object)

    def __init__(
        self, models: Sequence[JudgedModel], render: Render, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._models = {model.id: model for model in models}
        self._render = render
        self._runner = TaskRunner(threads=1, parent=self)
        self._images: OrderedDict[CropKey, QImage] = OrderedDict()
        self._errors: dict[CropKey, Exception] = {}
        self._wanted: list[CropKey] = []
        self._making: CropKey | None = None
        self._is_closed = False

    @property
    def is_idle(self) -> bool:
        """Whether everything that was wanted is there, or failed."""
        return self._making is None

    def get(self, key: CropKey) -> QImage | None:
        """Return a picture if it is there."""
        image = self._images.get(key)
        if image is not None:
            self._images.move_to_end(key)
        return image

    def want(self, keys: Sequence[CropKey]) -> None:
        """Make ``keys`` next, in this order; those that failed before are tried again."""
        self._wanted = list(keys)
        self._errors.clear()
        self._go_on()

    def shut_down(self) -> None:
        """Stop the work and wait for its thread."""
        self._is_closed = True
        self._runner.cancel_all()
        self._runner.wait_for_done()

    def _go_on(self) -> None:
        missing = [k for k in self._wanted if k not in self._images and k not in self._errors]
        if self._making is not None or self._is_closed or not missing:
            return
        key = self._making = missing[0]
        render, model = self._render, self._models[key.model]

        def work(_report: Report, token: CancelToken) -> object:
            return _to_image(render(model, Path(key.photo), token))

        task = self._runner.create(work)
        task.succeeded.connect(partial(self._on_made, key))
        task.failed.connect(partial(self._on_failed, key))
        task.start()

    def _on_made(self, key: CropKey, image: QImage) -> None:
        self._making = None
        self._images[key] = image
        used = sum(each.sizeInBytes() for each in self._images.values())
        for old in [old for old in self._images if old not in self._wanted]:
            if used <= MAXIMUM_BYTES:
                break
            used -= self._images.pop(old).sizeInBytes()
        self.arrived.emit(key)
        self._go_on()

    def _on_failed(self, key: CropKey, error: Exception) -> None:
        self._making = None
        self._errors[key] = error
        self.failed.emit(key, error)
        self._go_on()


def _to_image(crop: EnlargedCrop) -> QImage:
    """Return the crop in sRGB, owning its pixels; transparency lies on black, as in the viewer."""
    pixels = crop.pixels
    height, width, channels = pixels.shape
    layout = QImage.Format.Format_RGB888 if channels == 3 else QImage.Format.Format_RGBA8888
    shared = QImage(pixels.tobytes(), width, height, width * channels, layout)
    image = show_in_srgb(shared, crop.icc).convertToFormat(
        QImage.Format.Format_ARGB32_Premultiplied
    )
    # A copy: the bytes above live only as long as this call.
    return image.copy()
