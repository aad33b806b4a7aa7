"""Reports of a running job to the window, at a rate that can be shown."""

from __future__ import annotations

import time
from dataclasses import dataclass

from app.services.pictures.running_levels import RunningLevels
from app.services.task_runner import Report
from engine.api import OnProgress, OnTile, Progress, Region, TileDone

_PROGRESS_EVERY_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedPart:
    """A finished part of a result, while the rest is still being computed."""

    picture: RunningLevels
    region: Region


def collected_tiles(report: Report) -> OnTile:
    """Return a callback that collects the tiles of a run in a picture and reports each one."""
    picture: RunningLevels | None = None

    def collect(tile: TileDone) -> None:
        nonlocal picture
        # The run creates the raster of its last step late: it is known with the first tile.
        if picture is None or picture.raster is not tile.layers.color:
            picture = RunningLevels(tile.layers.color, alpha=tile.layers.alpha)
        picture.add(tile.region)
        report(FinishedPart(picture=picture, region=tile.region))

    return collect


def paced_progress(report: Report) -> OnProgress:
    """Return a callback that passes on ten reports per second.

    The consistency check at the end of a run reports hundreds of windows per second, and each
    report costs the window a repaint.
    """
    last_s = 0.0

    def pass_on(progress: Progress) -> None:
        nonlocal last_s
        now_s = time.monotonic()
        if now_s - last_s >= _PROGRESS_EVERY_S:
            last_s = now_s
            report(progress)

    return pass_on
