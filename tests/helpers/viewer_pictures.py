"""Pictures made of figures, for tests of what the viewer draws: no file and no raster."""

from __future__ import annotations

import threading

import numpy as np
from typing_extensions import override

from app.services.pictures.picture_levels import RgbPixels, level_size, next_picture_id
from engine.api import Region


class GrayPicture:
    """One gray at every level.

    Attributes:
        gray: The gray; changing it changes the picture.
        read_count: How often it was read.
        began: Set as soon as it is being read.
        may_end: Reading waits until this is set; it is, unless a test clears it.
    """

    is_sparse: bool = False
    icc: bytes | None = None

    def __init__(self, gray: int = 120, *, width_px: int = 800, height_px: int = 600) -> None:
        self.picture_id = next_picture_id()
        self.width_px = width_px
        self.height_px = height_px
        self.gray = gray
        self.read_count = 0
        self.began = threading.Event()
        self.may_end = threading.Event()
        self.may_end.set()

    def read(self, level: int, region: Region) -> RgbPixels:
        self.read_count += 1
        width, height = level_size(self, level)
        assert region.right <= width
        assert region.bottom <= height
        pixels = self.draw(level, region)
        self.began.set()
        assert self.may_end.wait(10)
        return pixels

    def draw(self, _level: int, region: Region) -> RgbPixels:
        """Return the pixels of ``region``."""
        return np.full((region.height, region.width, 3), self.gray, np.uint8)


class SlopedPicture(GrayPicture):
    """Gray that shows where it is, at every level."""

    def __init__(self, *, factor: int = 1) -> None:
        super().__init__(width_px=1500, height_px=1200)
        self._factor = factor

    @override
    def draw(self, level: int, region: Region) -> RgbPixels:
        step = 1 << level
        rows = np.arange(region.top, region.bottom)[:, None] * step
        columns = np.arange(region.left, region.right)[None, :] * step
        gray = ((rows // 7 + columns // 5) * self._factor % 251).astype(np.uint8)
        return np.repeat(gray[:, :, None], 3, axis=2)


class GlassPicture(GrayPicture):
    """White that is opaque in its left 700 pixels and clear in the others."""

    def __init__(self) -> None:
        super().__init__(255, width_px=1500, height_px=1200)

    @override
    def draw(self, level: int, region: Region) -> RgbPixels:
        pixels = np.full((region.height, region.width, 4), self.gray, np.uint8)
        pixels[:, :, 3] = np.where(np.arange(region.left, region.right) << level < 700, 255, 0)
        return pixels
