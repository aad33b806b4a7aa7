"""Bicubic resampling of whole pictures and of single regions, equal to MATLAB's ``imresize``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from engine.core.images import ImageF32
from engine.core.tiling import Region
from engine.imaging.resample.banded import BandedMatrix, on_one_thread
from engine.imaging.resample.kernels import axis_weights

_KEPT_AXES: Final = 64
_KEPT_PX: Final = 1024  # four tiles of the viewer


def resize_bicubic(image: ImageF32, *, height_px: int, width_px: int) -> ImageF32:
    """Resample ``image`` with an antialiased bicubic kernel.

    Args:
        image: Picture to resample; not clipped, so overshoot is kept.
        height_px: Height of the result, at least 1.
        width_px: Width of the result, at least 1.

    Returns:
        The resampled picture; clip it before it is rounded to integer pixel values.

    Raises:
        ValueError: If a side is below 1.

    Shape:
        - ``image``: ``(H, W, C)`` or ``(H, W)``, float32.
        - result: ``(height_px, width_px, C)`` or ``(height_px, width_px)``, float32.
    """
    size = (image.shape[1], image.shape[0])
    whole = Region(left=0, top=0, width=width_px, height=height_px)
    resampler = RegionResampler(whole, source=size, size=(width_px, height_px))
    if image.ndim == 2:
        return resampler.apply(image[:, :, None])[:, :, 0]
    return resampler.apply(image)


class RegionResampler:
    """Computes one region of a resampled picture from the source pixels that it depends on.

    Attributes:
        window: The source pixels that `apply` takes.
    """

    def __init__(self, region: Region, *, source: tuple[int, int], size: tuple[int, int]) -> None:
        """Prepare the weights of ``region``.

        Args:
            region: Pixels of the resampled picture.
            source: Columns and rows of the picture that is resampled.
            size: Columns and rows of the resampled picture.

        Raises:
            ValueError: If a side is below 1.
        """
        across = _axis(source[0], size[0], region.left, region.right)
        down = _axis(source[1], size[1], region.top, region.bottom)
        self.window = Region(
            left=across.source.start,
            top=down.source.start,
            width=len(across.source),
            height=len(down.source),
        )
        self._columns, self._rows = across.matrix, down.matrix

    def apply(self, image: ImageF32) -> ImageF32:
        """Return the pixels of the region; they may leave the range of ``image`` a little.

        Shape:
            - ``image``: ``(H, W, C)``, the pixels in `window`.
            - result: ``(height, width, C)`` of the region.
        """
        planes = np.ascontiguousarray(np.moveaxis(image, 2, 0), dtype=np.float32)
        with on_one_thread():
            mixed = self._columns.mix_columns(self._rows.mix_rows(planes))
        return np.ascontiguousarray(np.moveaxis(mixed, 0, 2))


def source_window(region: Region, *, source: tuple[int, int], size: tuple[int, int]) -> Region:
    """Return the source pixels that the pixels in ``region`` depend on.

    Args:
        region: Pixels of the resampled picture.
        source: Columns and rows of the picture that is resampled.
        size: Columns and rows of the resampled picture.
    """
    across = axis_weights(source[0], size[0], wanted=range(region.left, region.right)).source
    down = axis_weights(source[1], size[1], wanted=range(region.top, region.bottom)).source
    return Region(left=across.start, top=down.start, width=len(across), height=len(down))


@dataclass(frozen=True, slots=True)
class _Axis:
    """One axis of a region: the source pixels it depends on, and how they are mixed."""

    source: range
    matrix: BandedMatrix


def _axis(source_px: int, size_px: int, start: int, stop: int) -> _Axis:
    # Tiles in one row or column of a picture share an axis. Long axes are not kept: their
    # matrices are large, and whoever resamples a whole picture needs them once.
    find = _kept_axis if stop - start <= _KEPT_PX else _new_axis
    return find(source_px, size_px, start, stop)


def _new_axis(source_px: int, size_px: int, start: int, stop: int) -> _Axis:
    # Only the region's weights: those of a side of ten million pixels take gigabytes.
    weights = axis_weights(source_px, size_px, wanted=range(start, stop))
    return _Axis(weights.source, BandedMatrix.of_weights(weights))


_kept_axis = lru_cache(maxsize=_KEPT_AXES)(_new_axis)
