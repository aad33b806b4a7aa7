"""Bicubic resampling between rasters, window by window: memory stays bounded.

The result is that of `resize_bicubic` on the whole picture.
"""

from __future__ import annotations

import numpy as np

from engine.core.cancellation import CancelToken
from engine.core.images import ImageF32
from engine.core.tiling import Region, plan_tiles
from engine.imaging.code_values import to_codes, to_float
from engine.imaging.raster import Raster
from engine.imaging.resize import AxisWeights, axis_weights
from engine.inference.banded import BandedMatrix, dense_weights, on_one_thread
from engine.inference.layers import Layers, PictureLayers
from engine.inference.progress import OnProgress, OnTile, ProgressMeter, Stage, TileDone

_SOURCE_WINDOW_PX = 1024
_MIN_ALPHA = np.float32(0.5 / 65535)


class ResampledView:
    """A raster seen at another size; only the windows read are computed."""

    def __init__(self, source: PictureLayers, *, height_px: int, width_px: int) -> None:
        """See ``source`` at a size of ``height_px`` by ``width_px``."""
        self._source = source
        self.height_px, self.width_px = height_px, width_px

    @property
    def window_px(self) -> int:
        """Side of the windows to read, so that their source stays small."""
        across = self._source.colour.width_px / self.width_px
        down = self._source.colour.height_px / self.height_px
        return max(8, int(_SOURCE_WINDOW_PX / max(across, down, 1)))

    def read(self, region: Region) -> tuple[ImageF32, ImageF32 | None]:
        """Return colour and alpha in ``region``; colour is weighted by alpha.

        Values may leave ``[0, 1]`` a little.

        Shape:
            - ``(height, width, C)`` and ``(height, width, 1)``, float32.
        """
        of = self._source.colour
        top, rows = _window(of.height_px, self.height_px, range(region.top, region.bottom))
        left, columns = _window(of.width_px, self.width_px, range(region.left, region.right))
        window = Region(left=left, top=top, width=columns.in_px, height=rows.in_px)

        def resample(image: ImageF32) -> ImageF32:
            planes = np.ascontiguousarray(np.moveaxis(image, 2, 0))
            with on_one_thread():
                return np.moveaxis(columns.mix_columns(rows.mix_rows(planes)), 0, 2)

        colour = to_float(self._source.colour.read(window))
        if self._source.alpha is None:
            return resample(colour), None
        alpha = to_float(self._source.alpha.read(window))
        opacity = resample(alpha)
        if (alpha == 1).all():
            return resample(colour), opacity
        weighted = resample(colour * alpha) / np.maximum(opacity, _MIN_ALPHA)
        return np.where(opacity > _MIN_ALPHA, weighted, resample(colour)), opacity


def resize_layers(
    source: PictureLayers,
    target: Layers,
    *,
    token: CancelToken | None = None,
    stage: Stage | None = None,
    on_progress: OnProgress | None = None,
    on_tile: OnTile | None = None,
) -> float:
    """Fill ``target`` with ``source`` at the target's size.

    Args:
        source: Picture to resample.
        target: Rasters of the wanted size, with alpha if ``source`` has one.
        token: Checked before each window.
        stage: Place of this work in the job, for progress.
        on_progress: Told after each window.
        on_tile: Told which part of ``target`` is finished.

    Returns:
        The seconds it took; time spent held is not counted.

    Raises:
        JobCancelled: If ``token`` was cancelled.
        DiskFullError: If the disk of the scratch file is full.
    """
    width_px, height_px = target.colour.width_px, target.colour.height_px
    view = ResampledView(source, height_px=height_px, width_px=width_px)
    tiles = plan_tiles(width_px, height_px, tile_px=view.window_px, overlap_px=0).tiles
    meter = ProgressMeter(len(tiles), stage=stage or Stage(name="resize"), on_progress=on_progress)
    for tile in tiles:
        if token is not None:
            token.check()
        with meter.tile():
            colour, alpha = view.read(tile.core)
            _write(target.colour, tile.core, colour)
            if target.alpha is not None and alpha is not None:
                _write(target.alpha, tile.core, alpha)
        if on_tile is not None:
            on_tile(TileDone(region=tile.core, layers=target))
    return meter.busy_s


def _write(raster: Raster, region: Region, image: ImageF32) -> None:
    raster.write(region, to_codes(image, raster.dtype))


def _window(in_px: int, out_px: int, wanted: range) -> tuple[int, BandedMatrix]:
    """Return where the source of some output pixels starts, and how they are mixed from it.

    Weights of a whole side would take seconds and gigabytes for one of ten million pixels.
    """
    weights = axis_weights(in_px, out_px, wanted=wanted)
    first, last = int(weights.indices.min()), int(weights.indices.max())
    part = AxisWeights(indices=weights.indices - first, weights=weights.weights)
    return first, BandedMatrix(dense_weights(part, last - first + 1))
