"""Pictures as the viewer reads them: at full size and at halves of it.

`read` is called on worker threads; nothing keeps a whole large picture in memory.
"""

from __future__ import annotations

import itertools
import threading
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.api import ImageUint, Raster, Region, RegionResampler

RgbPixels = NDArray[np.uint8]
"""``(H, W, 3)`` colors, or ``(H, W, 4)`` with alpha; alpha is also 0 where nothing is known yet."""

_OVERVIEW_LEVEL = 3
_STRIP_BYTES = 4 * 2**20
_ids = itertools.count()


class PictureLevels(Protocol):
    """A picture at sizes that halve from level to level.

    Attributes:
        picture_id: Number that no other picture has.
        width_px: Columns of level 0.
        height_px: Rows of level 0.
        icc: Color profile of the pixel values, None for sRGB.
        is_sparse: Whether parts may be missing; `read` then returns alpha.
    """

    picture_id: int
    width_px: int
    height_px: int
    icc: bytes | None
    is_sparse: bool

    def read(self, level: int, region: Region) -> RgbPixels:
        """Return the pixels of ``region``, in pixels of ``level``."""
        ...


def next_picture_id() -> int:
    """Return a number for a new picture."""
    return next(_ids)


def level_size(picture: PictureLevels, level: int) -> tuple[int, int]:
    """Return columns and rows of ``picture`` at ``level``, at least 1."""
    step = 1 << level
    return -(-picture.width_px // step), -(-picture.height_px // step)


def level_count(picture: PictureLevels) -> int:
    """Return the number of levels; the last one fits into 256 pixels."""
    longest = max(picture.width_px, picture.height_px)
    return max(1, (longest - 1).bit_length() - 7) if longest > 256 else 1


class RasterLevels:
    """The levels of a raster.

    Levels 0 to 2 are averaged from the raster on request. The others come from an overview at
    1/8, which is kept: on first use it is sketched from two of eight rows, because reading a
    large raster takes seconds; `refine` makes it exact later.

        rows of the raster      . . . x x . . .   . . . x x . . .      x: read for the sketch
        rows of the overview           0                 1
    """

    is_sparse = False

    def __init__(
        self, raster: Raster, *, icc: bytes | None = None, alpha: Raster | None = None
    ) -> None:
        self.picture_id = next_picture_id()
        self.width_px = raster.width_px
        self.height_px = raster.height_px
        self.icc = icc
        self._raster = raster
        self._alpha = alpha
        self._channels = 3 if alpha is None else 4
        self._lock = threading.Lock()
        self._overview: RgbPixels | None = None

    def read(self, level: int, region: Region) -> RgbPixels:
        """Return the pixels of ``region``, in pixels of ``level``."""
        if level < _OVERVIEW_LEVEL:
            return shrink(self._read_base(region, level), level)
        scaled = _scaled(region, level - _OVERVIEW_LEVEL)
        return shrink(_cut(self._get_overview(), scaled), level - _OVERVIEW_LEVEL)

    def refine(self) -> None:
        """Build the overview from every pixel; for a worker thread, slow."""
        step = 1 << _OVERVIEW_LEVEL
        size = (-(-self.height_px // step), -(-self.width_px // step), self._channels)
        overview = np.empty(size, np.uint8)
        row_bytes = self.width_px * self._raster.channels * self._raster.dtype.itemsize
        rows = max(1, _STRIP_BYTES // row_bytes // step)
        for top in range(0, overview.shape[0], rows):
            region = Region(
                left=0, top=top, width=overview.shape[1], height=min(rows, overview.shape[0] - top)
            )
            strip = self._read_base(region, _OVERVIEW_LEVEL)
            overview[top : top + region.height] = shrink(strip, _OVERVIEW_LEVEL)
        self._overview = overview

    def _get_overview(self) -> RgbPixels:
        # Two loader threads may ask at once; the second waits instead of sketching it again.
        with self._lock:
            if self._overview is None:
                self._overview = self._sketch()
            return self._overview

    def _sketch(self) -> RgbPixels:
        step = 1 << _OVERVIEW_LEVEL
        rows, columns = -(-self.height_px // step), -(-self.width_px // step)
        sketch = np.empty((rows, columns, self._channels), np.uint8)
        for row in range(rows):
            top = min(row * step + step // 2 - 1, self.height_px - 1)
            height = min(2, self.height_px - top)
            line = self._pixels(Region(left=0, top=top, width=self.width_px, height=height))
            missing = columns * step - self.width_px
            padded = np.pad(line, ((0, 0), (0, missing), (0, 0)), mode="edge")
            sketch[row] = _average(padded, width_px=columns, height_px=1)[0]
        return sketch

    def _read_base(self, region: Region, level: int) -> RgbPixels:
        wanted = _scaled(region, level)
        width = min(wanted.right, self.width_px) - wanted.left
        height = min(wanted.bottom, self.height_px) - wanted.top
        pixels = self._pixels(Region(left=wanted.left, top=wanted.top, width=width, height=height))
        missing = (wanted.height - height, wanted.width - width)
        if not any(missing):
            return pixels
        # Levels round up: at the right and at the bottom a block may reach over the edge.
        return np.pad(pixels, ((0, missing[0]), (0, missing[1]), (0, 0)), mode="edge")

    def _pixels(self, region: Region) -> RgbPixels:
        return to_rgba(self._raster, self._alpha, region)


class BicubicLevels:
    """A picture enlarged to the size of the result by bicubic interpolation, tile by tile."""

    is_sparse = False

    def __init__(self, original: RasterLevels, *, width_px: int, height_px: int) -> None:
        self.picture_id = next_picture_id()
        self.width_px = width_px
        self.height_px = height_px
        self.icc = original.icc
        self._original = original

    def read(self, level: int, region: Region) -> RgbPixels:
        """Return the pixels of ``region``, in pixels of ``level``."""
        width, height = level_size(self, level)
        source_level = self._source_level(width)
        from_width, from_height = level_size(self._original, source_level)
        if (from_width, from_height) == (width, height):
            return self._original.read(source_level, region)
        # Matrix products run outside Python's lock, each in one call.
        resampler = RegionResampler(region, source=(from_width, from_height), size=(width, height))
        pixels = self._original.read(source_level, resampler.window)
        mixed = resampler.apply(pixels.astype(np.float32))
        np.clip(mixed, 0, 255, out=mixed)
        mixed += np.float32(0.5)
        return mixed.astype(np.uint8)

    def _source_level(self, width: int) -> int:
        """Return the smallest level of the original that is not smaller than ``width``."""
        level = 0
        while level_size(self._original, level + 1)[0] >= width:
            level += 1
        return level


def to_rgba(color: Raster, alpha: Raster | None, region: Region) -> RgbPixels:
    """Return 8-bit pixels of a region: RGB, or RGBA if there is an alpha channel."""
    rgb = to_rgb(color.read(region))
    if alpha is None:
        return rgb
    pixels = np.empty((region.height, region.width, 4), np.uint8)
    pixels[..., :3] = rgb
    pixels[..., 3] = to_rgb(alpha.read(region))[..., 0]
    return pixels


def to_rgb(pixels: ImageUint) -> RgbPixels:
    """Return 8-bit RGB pixels for gray or RGB pixels of 8 or 16 bit."""
    eight_bit = pixels if pixels.dtype == np.uint8 else (pixels >> 8).astype(np.uint8)
    if pixels.shape[2] == 3:
        return np.asarray(eight_bit, np.uint8)
    result = np.empty((*pixels.shape[:2], 3), np.uint8)
    result[...] = eight_bit
    return result


def _scaled(region: Region, level: int) -> Region:
    return region.scaled(1 << level)


def _cut(pixels: RgbPixels, region: Region) -> RgbPixels:
    part = pixels[region.top : region.bottom, region.left : region.right]
    missing = (region.height - part.shape[0], region.width - part.shape[1])
    if any(missing):
        part = np.pad(part, ((0, missing[0]), (0, missing[1]), (0, 0)), mode="edge")
    return part


def shrink(pixels: RgbPixels, level: int) -> RgbPixels:
    """Average blocks of ``2 ** level`` squared; the sides are multiples of that."""
    if level == 0:
        return pixels
    height, width, _ = pixels.shape
    return _average(pixels, width_px=width >> level, height_px=height >> level)


def _average(pixels: RgbPixels, *, width_px: int, height_px: int) -> RgbPixels:
    """Return ``pixels`` at another size, each one the mean of the pixels that it covers."""
    # Imported here, on first use: it would make every start longer.
    import cv2  # noqa: PLC0415

    # OpenCV lets go of the interpreter's lock: the window goes on while a large picture is read.
    size = (width_px, height_px)
    if pixels.shape[2] == 3:
        return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    # Colors count as much as they are seen. A plain mean would mix in what lies under
    # transparency, often black, and give every cut-out a dark fringe.
    weighted = cv2.cvtColor(pixels, cv2.COLOR_RGBA2mRGBA)
    small = cv2.resize(weighted, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_mRGBA2RGBA), np.uint8)
