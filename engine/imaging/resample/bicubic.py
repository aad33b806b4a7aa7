"""Bicubic resampling of whole pictures and of single regions, equal to MATLAB's ``imresize``."""

from __future__ import annotations

import numpy as np

from engine.core.images import ImageF32
from engine.core.tiling import Region
from engine.imaging.resample.banded import BandedMatrix, on_one_thread
from engine.imaging.resample.kernels import AxisWeights, axis_weights


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
        columns, rows = _weights(region, source, size)
        self.window = _window(columns, rows)
        self._columns = BandedMatrix.of_weights(columns)
        self._rows = BandedMatrix.of_weights(rows)

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
    return _window(*_weights(region, source, size))


def _weights(
    region: Region, source: tuple[int, int], size: tuple[int, int]
) -> tuple[AxisWeights, AxisWeights]:
    # Only those of the region: the weights of a side of ten million pixels take gigabytes.
    return (
        axis_weights(source[0], size[0], wanted=range(region.left, region.right)),
        axis_weights(source[1], size[1], wanted=range(region.top, region.bottom)),
    )


def _window(columns: AxisWeights, rows: AxisWeights) -> Region:
    across, down = columns.source, rows.source
    return Region(left=across.start, top=down.start, width=len(across), height=len(down))
