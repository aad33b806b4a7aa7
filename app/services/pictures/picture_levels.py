"""Pictures as the viewer reads them: at full size and at halves of it.

Every class here answers `read` on worker threads; nothing keeps a whole large
picture in memory.
"""

from __future__ import annotations

import itertools
import threading
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from engine.api import ImageUint, Raster, Region, RegionResampler

RgbCodes = NDArray[np.uint8]
"""``(H, W, 3)`` colors, or ``(H, W, 4)`` with alpha, 0 also where nothing is known yet."""

_OVERVIEW_LEVEL = 3
_STRIP_BYTES = 4 * 2**20
_SLICE_PIXELS = 2**16
_ids = itertools.count()


class PictureLevels(Protocol):
    """A picture at sizes that halve from level to level.

    Attributes:
        picture_id: Number that no other picture has.
        width_px: Columns of level 0.
        height_px: Rows of level 0.
        icc: Color profile of the code values, None for sRGB.
        is_sparse: Whether parts may be missing; then `read` gives alpha.
    """

    picture_id: int
    width_px: int
    height_px: int
    icc: bytes | None
    is_sparse: bool

    def read(self, level: int, region: Region) -> RgbCodes:
        """Return the codes of ``region``, in pixels of ``level``."""
        ...


def next_picture_id() -> int:
    """Return a number for a new picture."""
    return next(_ids)


def level_size(picture: PictureLevels, level: int) -> tuple[int, int]:
    """Return columns and rows of ``picture`` at ``level``, at least 1."""
    step = 1 << level
    return -(-picture.width_px // step), -(-picture.height_px // step)


def level_count(picture: PictureLevels) -> int:
    """Return how many levels there are; the last one fits 256 pixels."""
    longest = max(picture.width_px, picture.height_px)
    return max(1, (longest - 1).bit_length() - 7) if longest > 256 else 1


class RasterLevels:
    """The levels of a raster.

    The first ones are averaged from the raster when asked for; from 1/8 on
    they come from an overview, which is built on first use: at once from a
    quarter of the rows, and exactly by `refine`.
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
        self._overview: RgbCodes | None = None

    def read(self, level: int, region: Region) -> RgbCodes:
        """Return the codes of ``region``, in pixels of ``level``."""
        if level < _OVERVIEW_LEVEL:
            return shrink(self._read_base(region, level), level)
        scaled = _scaled(region, level - _OVERVIEW_LEVEL)
        return shrink(_cut(self._get_overview(), scaled), level - _OVERVIEW_LEVEL)

    def refine(self) -> None:
        """Build the overview from every pixel; for a worker thread, takes a while."""
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

    def _get_overview(self) -> RgbCodes:
        with self._lock:
            if self._overview is None:
                self._overview = self._sketch()
            return self._overview

    def _sketch(self) -> RgbCodes:
        step = 1 << _OVERVIEW_LEVEL
        rows, columns = -(-self.height_px // step), -(-self.width_px // step)
        sketch = np.empty((rows, columns, self._channels), np.uint8)
        for row in range(rows):
            top = min(row * step + step // 2 - 1, self.height_px - 1)
            height = min(2, self.height_px - top)
            taken = self._codes(Region(left=0, top=top, width=self.width_px, height=height))
            line = np.repeat(taken, 2 // height, axis=0)
            sketch[row] = _shrink_columns(line, step)
        return sketch

    def _read_base(self, region: Region, level: int) -> RgbCodes:
        wanted = _scaled(region, level)
        width = min(wanted.right, self.width_px) - wanted.left
        height = min(wanted.bottom, self.height_px) - wanted.top
        codes = self._codes(Region(left=wanted.left, top=wanted.top, width=width, height=height))
        missing = (wanted.height - height, wanted.width - width)
        if not any(missing):
            return codes
        return np.pad(codes, ((0, missing[0]), (0, missing[1]), (0, 0)), mode="edge")

    def _codes(self, region: Region) -> RgbCodes:
        return to_rgba(self._raster, self._alpha, region)


class BicubicLevels:
    """A picture enlarged to the size of the result by bicubic interpolation, piece by piece."""

    is_sparse = False

    def __init__(self, original: RasterLevels, *, width_px: int, height_px: int) -> None:
        self.picture_id = next_picture_id()
        self.width_px = width_px
        self.height_px = height_px
        self.icc = original.icc
        self._original = original

    def read(self, level: int, region: Region) -> RgbCodes:
        """Return the codes of ``region``, in pixels of ``level``."""
        width, height = level_size(self, level)
        source_level = self._source_level(width)
        from_width, from_height = level_size(self._original, source_level)
        if (from_width, from_height) == (width, height):
            return self._original.read(source_level, region)
        # Matrix products run outside Python's lock, each in one call.
        resampler = RegionResampler(region, source=(from_width, from_height), size=(width, height))
        codes = self._original.read(source_level, resampler.window)
        mixed = resampler.apply(codes.astype(np.float32))
        np.clip(mixed, 0, 255, out=mixed)
        mixed += np.float32(0.5)
        return mixed.astype(np.uint8)

    def _source_level(self, width: int) -> int:
        """Return the smallest level of the original that is not smaller than ``width``."""
        level = 0
        while level_size(self._original, level + 1)[0] >= width:
            level += 1
        return level


def to_rgba(color: Raster, alpha: Raster | None, region: Region) -> RgbCodes:
    """Return 8-bit codes of a region: RGB, or RGBA if there is an alpha channel."""
    rgb = to_rgb(color.read(region))
    if alpha is None:
        return rgb
    codes = np.empty((region.height, region.width, 4), np.uint8)
    codes[..., :3] = rgb
    codes[..., 3] = to_rgb(alpha.read(region))[..., 0]
    return codes


def to_rgb(codes: ImageUint) -> RgbCodes:
    """Return 8-bit RGB codes for gray or RGB codes of 8 or 16 bit."""
    eight_bit = codes if codes.dtype == np.uint8 else (codes >> 8).astype(np.uint8)
    if codes.shape[2] == 3:
        return np.asarray(eight_bit, np.uint8)
    result = np.empty((*codes.shape[:2], 3), np.uint8)
    result[...] = eight_bit
    return result


def _scaled(region: Region, level: int) -> Region:
    return region.scaled(1 << level)


def _cut(codes: RgbCodes, region: Region) -> RgbCodes:
    part = codes[region.top : region.bottom, region.left : region.right]
    missing = (region.height - part.shape[0], region.width - part.shape[1])
    if any(missing):
        part = np.pad(part, ((0, missing[0]), (0, missing[1]), (0, 0)), mode="edge")
    return part


def shrink(codes: RgbCodes, level: int) -> RgbCodes:
    """Average blocks of ``2 ** level`` squared; the sides are multiples of that."""
    if level == 0:
        return codes
    height, width, channels = codes.shape
    step = 1 << level
    result = np.empty((height >> level, width >> level, channels), np.uint8)
    # Qt averages faster than NumPy but holds the interpreter's lock while it does: in one
    # piece, a large picture would stop the window for as long.
    rows = max(1, _SLICE_PIXELS // (width * step)) * step
    for top in range(0, height, rows):
        part = np.ascontiguousarray(codes[top : top + rows])
        result[top >> level : (top + rows) >> level] = _shrink_slice(part, level)
    return result


def _shrink_slice(codes: RgbCodes, level: int) -> RgbCodes:
    height, width, channels = codes.shape
    layout = QImage.Format.Format_RGB888 if channels == 3 else QImage.Format.Format_RGBA8888
    small = (
        QImage(codes.data, width, height, width * channels, layout)
        .convertToFormat(_working_format(channels))
        .scaled(
            width >> level,
            height >> level,
            Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        .convertToFormat(layout)
    )
    rows = np.frombuffer(small.constBits(), np.uint8).reshape(small.height(), small.bytesPerLine())
    # A copy, not a view: the bytes belong to an image that ends here.
    return rows[:, : small.width() * channels].reshape(small.height(), -1, channels).copy()


def _working_format(channels: int) -> QImage.Format:
    if channels == 3:
        return QImage.Format.Format_RGB32
    return QImage.Format.Format_ARGB32_Premultiplied


def _shrink_columns(line: RgbCodes, step: int) -> RgbCodes:
    """Average two rows and blocks of ``step`` columns to one row."""
    total = line[0].astype(np.uint16) + line[1]
    missing = -total.shape[0] % step
    padded = np.pad(total, ((0, missing), (0, 0)), mode="edge")
    mixed = padded.reshape(-1, step, line.shape[2]).sum(axis=1, dtype=np.uint32)
    return np.asarray((mixed + step) // (2 * step), dtype=np.uint8)
