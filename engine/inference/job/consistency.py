"""Measures how faithful a result is: how far it is from the original when downscaled again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.core.cancellation import CancelToken
from engine.core.tiling import plan_tiles
from engine.imaging.pixel_values import to_float
from engine.inference.job.layers import Layers, PictureLayers
from engine.inference.job.progress import OnProgress, ProgressMeter, Stage
from engine.inference.job.raster_resize import ResampledView


@dataclass(frozen=True, slots=True, kw_only=True)
class Consistency:
    """Difference between the original and the downscaled result.

    Attributes:
        max_levels: Largest difference of any channel of any pixel, in 8-bit levels.
        mean_levels: Mean difference, in 8-bit levels.
    """

    max_levels: float
    mean_levels: float


def measure_consistency(
    result: PictureLayers,
    original: PictureLayers,
    *,
    token: CancelToken | None = None,
    stage: Stage | None = None,
    on_progress: OnProgress | None = None,
) -> Consistency:
    """Return how far ``result``, downscaled bicubically, is from ``original``.

    Args:
        result: The enlarged picture.
        original: The picture it was made from.
        token: Checked before each window.
        stage: Place of this work in the job, for progress.
        on_progress: Called after each window.

    Raises:
        JobCancelled: If ``token`` was cancelled.
    """
    lr = original.color
    # Color alone: weighting it by alpha would compare something else than what was stored.
    view = ResampledView(Layers(color=result.color), height_px=lr.height_px, width_px=lr.width_px)
    worst, total, count = 0.0, 0.0, 0
    tiles = plan_tiles(lr.width_px, lr.height_px, tile_px=view.window_px, overlap_px=0).tiles
    meter = ProgressMeter(len(tiles), stage=stage or Stage(name="check"), on_progress=on_progress)
    for tile in tiles:
        if token is not None:
            token.check()
        with meter.tile():
            downscaled, _ = view.read(tile.core)
            # Clipped: overshoot beyond black and white cannot be stored, so it is no difference.
            gap = np.abs(np.clip(downscaled, 0, 1) - to_float(lr.read(tile.core))) * 255
            worst = max(worst, float(gap.max()))
            total += float(gap.sum(dtype=np.float64))
            count += gap.size
    return Consistency(max_levels=worst, mean_levels=total / count)
