"""A renderer for blind tests that draws its pictures, and needs no network."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np

from app.judging.judged import EnlargedCrop, JudgedModel
from engine.api import CancelToken, UnreadableImageError


class DrawnCrops:
    """Draws noise of a level that depends on the model; remembers what it was asked for.

    Attributes:
        asked: Photos and ids of models, in the order of the calls.
        broken: Photos that cannot be read.
        gate: Cleared, it lets calls wait.
    """

    def __init__(self, *, side_px: int = 96) -> None:
        self.asked: list[tuple[str, str]] = []
        self.broken: set[str] = set()
        self.gate = threading.Event()
        self.gate.set()
        self._side_px = side_px

    def __call__(self, model: JudgedModel, photo: Path, token: CancelToken) -> EnlargedCrop:
        """Return a picture of this model and photo."""
        self.asked.append((photo.name, model.id))
        while not self.gate.wait(timeout=0.01):
            token.check()
        if photo.name in self.broken:
            raise UnreadableImageError(f"{photo}: is broken")
        random = np.random.default_rng([ord(model.id[0]), *photo.name.encode()])
        level = 20 * (1 + ord(model.id[0]) % 8)
        pixels = random.integers(0, level, (self._side_px, self._side_px, 3), dtype=np.uint8)
        return EnlargedCrop(pixels=pixels)


def judged_models(count: int = 3) -> list[JudgedModel]:
    """Return models ``a``, ``b``, … whose labels must not be seen before the end."""
    return [
        JudgedModel(
            id=one,
            label=f"Secret {one.upper()}",
            source=None,
            metrics={"lpips": 0.1 * place, "psnr_y_db": 30.0 + place},
        )
        for place, one in enumerate("abcdefgh"[:count], start=1)
    ]
