"""Measures how two pictures of the same size differ, in bounded memory."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.core.cancellation import CancelToken
from engine.core.errors import ShapeMismatchError
from engine.core.images import ImageF32
from engine.core.tiling import Region
from engine.imaging.pixel_values import to_float, to_uint
from engine.imaging.raster import Raster
from engine.metrics.luma import to_luma
from engine.metrics.psnr import psnr_db
from engine.metrics.ssim import ssim

# SSIM has an 11-pixel window: bands overlap by 10 rows, so that each window counts once.
_CONTEXT_PX = 10
_BAND_PIXELS = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureDifference:
    """The differences between two pictures.

    Attributes:
        width_px: Width of both.
        height_px: Height of both.
        psnr_y_db: PSNR of the luma; infinity for equal pictures.
        psnr_rgb_db: PSNR of all channels.
        ssim_y: SSIM of the luma; None below 11 pixels per side.
        ssim_rgb: SSIM of all channels; None below 11 pixels per side.
        mean_levels: Mean difference, in 8-bit levels.
        max_levels: Largest difference of any channel, in 8-bit levels.
    """

    width_px: int
    height_px: int
    psnr_y_db: float
    psnr_rgb_db: float
    ssim_y: float | None
    ssim_rgb: float | None
    mean_levels: float
    max_levels: float


class _Sums:
    """Sums over bands, in which every pixel and every SSIM window counts once."""

    def __init__(self) -> None:
        self.square_y = self.square_rgb = self.absolute = self.largest = 0.0
        self.ssim_y = self.ssim_rgb = 0.0
        self.rows = self.window_rows = 0

    def add_pixels(self, first: ImageF32, second: ImageF32) -> None:
        rows = first.shape[0]
        difference = np.abs(first.astype(np.float64) - second)
        # Means of a band weighted by its rows: bands differ in height.
        self.square_rgb += _mean_square(first, second) * rows
        self.square_y += _mean_square(to_luma(first), to_luma(second)) * rows
        self.absolute += float(difference.mean()) * rows
        self.largest = max(self.largest, float(difference.max()))
        self.rows += rows

    def add_windows(self, first: ImageF32, second: ImageF32) -> None:
        rows = first.shape[0] - _CONTEXT_PX
        if rows < 1 or first.shape[1] <= _CONTEXT_PX:
            return
        self.ssim_y += ssim(to_luma(first), to_luma(second)) * rows
        self.ssim_rgb += ssim(first, second) * rows
        self.window_rows += rows


def compare_rasters(
    first: Raster, second: Raster, *, border_px: int = 0, token: CancelToken | None = None
) -> PictureDifference:
    """Return how two pictures differ.

    Gray counts as equal red, green and blue. Pixels are compared as stored,
    whatever their color profiles say.

    Args:
        first: A picture.
        second: A picture of the same size.
        border_px: Pixels to cut from every side first.
        token: Checked before each band.

    Raises:
        ShapeMismatchError: If they differ in size, or the border leaves nothing.
        JobCancelled: If ``token`` was cancelled.
    """
    token = token or CancelToken()
    whole = _common_region(first, second, border_px)
    sums = _Sums()
    for band, context in _bands(whole):
        token.check()
        one, other = _read(first, context), _read(second, context)
        rows = slice(band.top - context.top, band.bottom - context.top)
        sums.add_pixels(one[rows], other[rows])
        sums.add_windows(one, other)
    has_ssim = sums.window_rows > 0
    return PictureDifference(
        width_px=whole.width,
        height_px=whole.height,
        psnr_y_db=_decibels(sums.square_y / sums.rows),
        psnr_rgb_db=_decibels(sums.square_rgb / sums.rows),
        ssim_y=sums.ssim_y / sums.window_rows if has_ssim else None,
        ssim_rgb=sums.ssim_rgb / sums.window_rows if has_ssim else None,
        mean_levels=sums.absolute / sums.rows * 255,
        max_levels=sums.largest * 255,
    )


def draw_difference(
    first: Raster,
    second: Raster,
    target: Raster,
    *,
    gain: float,
    token: CancelToken | None = None,
) -> None:
    """Draw the absolute difference of two pictures times ``gain``.

    Args:
        first: A picture.
        second: A picture of the same size.
        target: RGB raster of that size.
        gain: Factor that makes small differences visible.
        token: Checked before each band.

    Raises:
        ShapeMismatchError: If the pictures differ in size.
        JobCancelled: If ``token`` was cancelled.
    """
    token = token or CancelToken()
    for band, _ in _bands(_common_region(first, second, 0)):
        token.check()
        difference = np.abs(_read(first, band) - _read(second, band)) * np.float32(gain)
        target.write(band, to_uint(np.minimum(difference, 1), target.dtype))


def _common_region(first: Raster, second: Raster, border_px: int) -> Region:
    sizes = [(raster.width_px, raster.height_px) for raster in (first, second)]
    if sizes[0] != sizes[1]:
        raise ShapeMismatchError(
            f"Pictures of {sizes[0][0]} x {sizes[0][1]} and {sizes[1][0]} x {sizes[1][1]} px "
            "cannot be compared; bring them to one size first"
        )
    width, height = (side - 2 * border_px for side in sizes[0])
    if min(width, height) < 1:
        raise ShapeMismatchError(f"A border of {border_px} px leaves nothing to compare")
    return Region(left=border_px, top=border_px, width=width, height=height)


def _bands(whole: Region) -> Iterator[tuple[Region, Region]]:
    """Yield bands that cover ``whole`` once, each also with the rows above it for SSIM.

    ┌──────────┐ ┐ band 1
    │          │ ┘┐          A window of 11 rows that begins in band 1 and ends
    ├──────────┤  ┘ ┐        in band 2 is counted with band 2, whose context are
    │          │    │ band 2 the last 10 rows of band 1.
    └──────────┘    ┘
    """
    # Not so low that the context, which is read twice, costs more than a quarter.
    step = max(_BAND_PIXELS // whole.width, 4 * _CONTEXT_PX)
    for top in range(whole.top, whole.bottom, step):
        height = min(step, whole.bottom - top)
        above = min(_CONTEXT_PX, top - whole.top)
        band = Region(left=whole.left, top=top, width=whole.width, height=height)
        yield (
            band,
            Region(left=whole.left, top=top - above, width=whole.width, height=height + above),
        )


def _read(raster: Raster, region: Region) -> ImageF32:
    image = to_float(raster.read(region))
    return np.repeat(image, 3, axis=2) if image.shape[2] == 1 else image


def _mean_square(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    level = psnr_db(first, second)
    return 0.0 if math.isinf(level) else float(10 ** (-level / 10))


def _decibels(mean_square: float) -> float:
    return math.inf if mean_square == 0 else -10 * math.log10(mean_square)
