"""The finished part of a result that is still being computed."""

from __future__ import annotations

import numpy as np

from app.services.pictures.picture_levels import RgbPixels, next_picture_id, shrink, to_rgba
from app.services.pictures.preview_levels import PreviewLevels
from engine.api import Raster, Region

_OVERVIEW_LEVEL = 3


class RunningLevels:
    """A picture that grows tile by tile; where it has none yet, a preview can be shown.

    Parts are added on the thread of the run and read on loader threads. The
    raster belongs to the run: once it is closed, `read` raises `ValueError`.

    Attributes:
        under: Preview of the same size that is shown where nothing is finished.
    """

    is_sparse = True

    def __init__(self, raster: Raster, *, alpha: Raster | None = None) -> None:
        self.picture_id = next_picture_id()
        self.width_px = raster.width_px
        self.height_px = raster.height_px
        self.icc: bytes | None = None
        self.under: PreviewLevels | None = None
        self._raster = raster
        self._alpha = alpha
        self._finished: list[Region] = []
        step = 1 << _OVERVIEW_LEVEL
        self._overview = np.zeros((-(-self.height_px // step), -(-self.width_px // step), 4), "u1")

    @property
    def raster(self) -> Raster:
        """The raster that the run writes to."""
        return self._raster

    def add(self, region: Region) -> None:
        """Mark ``region`` as finished; for the thread of the run."""
        step = 1 << _OVERVIEW_LEVEL
        left, top = region.left // step, region.top // step
        small = Region(
            left=left,
            top=top,
            width=-(-region.right // step) - left,
            height=-(-region.bottom // step) - top,
        )
        self._finished.append(region)
        part = self._overview[small.top : small.bottom, small.left : small.right]
        part[...] = shrink(self._base(small.scaled(step)), _OVERVIEW_LEVEL)

    def read(self, level: int, region: Region) -> RgbPixels:
        """Return ``(h, w, 4)`` pixels of ``region`` in pixels of ``level``; alpha 0 is a hole."""
        if level < _OVERVIEW_LEVEL:
            pixels = shrink(self._base(region.scaled(1 << level)), level)
        else:
            pixels = self._reduced(level - _OVERVIEW_LEVEL, region)
        under = self.under
        if under is None or (under.width_px, under.height_px) != (self.width_px, self.height_px):
            return pixels
        below = under.read(level, region)
        has_result = pixels[..., 3:] > 0
        return np.where(has_result, pixels, below)

    def _reduced(self, steps: int, region: Region) -> RgbPixels:
        wanted = region.scaled(1 << steps)
        part = self._overview[wanted.top : wanted.bottom, wanted.left : wanted.right]
        missing = (wanted.height - part.shape[0], wanted.width - part.shape[1])
        if any(missing):
            part = np.pad(part, ((0, missing[0]), (0, missing[1]), (0, 0)), mode="edge")
        return shrink(part, steps)

    def _base(self, wanted: Region) -> RgbPixels:
        """Return the finished part of ``wanted``, which may reach over the edge; the rest is 0."""
        pixels = np.zeros((wanted.height, wanted.width, 4), np.uint8)
        # A copy: the run adds to the list on its own thread meanwhile.
        for done in tuple(self._finished):
            if done.intersects(wanted):
                self._copy(_overlap(done, wanted), wanted, pixels)
        return pixels

    def _copy(self, part: Region, wanted: Region, pixels: RgbPixels) -> None:
        rows = slice(part.top - wanted.top, part.bottom - wanted.top)
        columns = slice(part.left - wanted.left, part.right - wanted.left)
        result = to_rgba(self._raster, self._alpha, part)
        pixels[rows, columns, 3] = 255
        pixels[rows, columns, : result.shape[2]] = result


def _overlap(first: Region, second: Region) -> Region:
    left, top = max(first.left, second.left), max(first.top, second.top)
    return Region(
        left=left,
        top=top,
        width=min(first.right, second.right) - left,
        height=min(first.bottom, second.bottom) - top,
    )
