"""Bicubic resampling between rasters, window by window: memory stays bounded.

The result is that of `resize_bicubic` on the whole picture.
"""

from __future__ import annotations

import numpy as np

from engine.core.cancellation import CancelToken
from engine.core.images import ImageF32
from engine.core.tiling import Region, plan_tiles
from engine.imaging.pixel_values import to_float, to_uint
from engine.imaging.resample.bicubic import RegionResampler
from engine.inference.job.layers import Layers, ReadableLayers
from engine.inference.job.progress import OnProgress, OnTile, ProgressMeter, Stage, TileDone

# 1024 x 1024 RGB pixels as float32 are 12 MiB.
_SOURCE_WINDOW_PX = 1024
# Half of the smallest opacity that 16 bits can hold: below, nothing is seen.
_MIN_ALPHA = np.float32(0.5 / 65535)


class ResampledView:
    """A raster resampled to another size; only the windows that are read are computed."""

    def __init__(self, source: ReadableLayers, *, height_px: int, width_px: int) -> None:
        """See ``source`` at a size of ``height_px`` by ``width_px``."""
        self._source = source
        self.height_px, self.width_px = height_px, width_px

    @property
    def window_px(self) -> int:
        """Side of the windows to read in one go, so that what they are mixed from stays small."""
        across = self._source.color.width_px / self.width_px
        down = self._source.color.height_px / self.height_px
        return max(8, int(_SOURCE_WINDOW_PX / max(across, down, 1)))

    def windows(self, region: Region) -> list[Region]:
        """Return the windows, `window_px` large, that cover ``region``."""
        plan = plan_tiles(region.width, region.height, tile_px=self.window_px, overlap_px=0)
        return [tile.core.moved(region.left, region.top) for tile in plan.tiles]

    def copy(self, region: Region, target: Layers, place: Region) -> None:
        """Write ``region`` into ``target`` at ``place``, which is as large."""
        color, alpha = self.read(region)
        target.color.write(place, to_uint(color, target.color.dtype))
        if target.alpha is not None and alpha is not None:
            target.alpha.write(place, to_uint(alpha, target.alpha.dtype))

    def read(self, region: Region) -> tuple[ImageF32, ImageF32 | None]:
        """Return color and alpha in ``region``.

        Color is weighted by alpha, so that what is invisible does not bleed into what is
        seen. Values may leave ``[0, 1]`` a little.

        Shape:
            - ``(height, width, C)`` and ``(height, width, 1)``, float32.
        """
        source = (self._source.color.width_px, self._source.color.height_px)
        resampler = RegionResampler(region, source=source, size=(self.width_px, self.height_px))
        window, resample = resampler.window, resampler.apply
        color = to_float(self._source.color.read(window))
        if self._source.alpha is None:
            return resample(color), None
        alpha = to_float(self._source.alpha.read(window))
        opacity = resample(alpha)
        if (alpha == 1).all():
            # Division by an opacity of 0.99999 would change what must stay equal.
            return resample(color), opacity
        weighted = resample(color * alpha) / np.maximum(opacity, _MIN_ALPHA)
        return np.where(opacity > _MIN_ALPHA, weighted, resample(color)), opacity


def resize_layers(
    source: ReadableLayers,
    target: Layers,
    *,
    size: tuple[int, int] | None = None,
    region: Region | None = None,
    token: CancelToken | None = None,
    stage: Stage | None = None,
    on_progress: OnProgress | None = None,
    on_tile: OnTile | None = None,
) -> float:
    """Fill ``target`` with ``source`` at another size, or with a region of that.

    Args:
        source: Picture to resample.
        target: Rasters to fill, with alpha if ``source`` has one.
        size: Columns and rows of the resampled picture; the target's by default.
        region: Which part of the resampled picture ``target`` holds; all of it by default.
        token: Checked before each window.
        stage: Place of this work in the job, for progress.
        on_progress: Called after each window.
        on_tile: Called with each part of ``target`` that is finished.

    Returns:
        The seconds it took, without pauses.

    Raises:
        JobCancelled: If ``token`` was cancelled.
        DiskFullError: If the disk of the scratch file is full.
    """
    width_px, height_px = size or (target.color.width_px, target.color.height_px)
    wanted = region or target.color.whole
    view = ResampledView(source, height_px=height_px, width_px=width_px)
    windows = view.windows(wanted)
    stage = stage or Stage(name="resize")
    meter = ProgressMeter(len(windows), stage=stage, on_progress=on_progress)
    for window in windows:
        if token is not None:
            token.check()
        place = window.moved(-wanted.left, -wanted.top)
        with meter.tile():
            view.copy(window, target, place)
        if on_tile is not None:
            on_tile(TileDone(region=place, layers=target))
    return meter.busy_s
