from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.queue.running_reports import FinishedPart, collected_tiles, paced_progress
from engine.api import Progress, Raster, Region, TileDone
from engine.inference.job.layers import Layers


@pytest.fixture
def rasters(tmp_path: Path) -> Iterator[list[Raster]]:
    made = [
        Raster.create(
            height_px=32, width_px=48, channels=3, dtype=np.uint8, scratch_folder=tmp_path
        )
        for _ in range(2)
    ]
    yield made
    for raster in made:
        raster.close()


def _tile(raster: Raster, left: int) -> TileDone:
    return TileDone(
        region=Region(left=left, top=0, width=24, height=32), layers=Layers(color=raster)
    )


def test_the_tiles_of_a_run_are_collected_in_one_picture(rasters: list[Raster]) -> None:
    news: list[object] = []
    collect = collected_tiles(news.append)

    for left in (0, 24):
        collect(_tile(rasters[0], left))

    parts = [part for part in news if isinstance(part, FinishedPart)]
    assert [part.region.left for part in parts] == [0, 24]
    assert parts[0].picture is parts[1].picture
    assert parts[0].picture.raster is rasters[0]


def test_another_raster_is_another_picture(rasters: list[Raster]) -> None:
    news: list[object] = []
    collect = collected_tiles(news.append)

    for raster in rasters:
        collect(_tile(raster, 0))

    first, second = (part for part in news if isinstance(part, FinishedPart))
    assert first.picture is not second.picture


def test_progress_is_passed_on_ten_times_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = 1000.0
    monkeypatch.setattr("app.queue.running_reports.time.monotonic", lambda: now_s)
    news: list[object] = []
    pass_on = paced_progress(news.append)

    for _ in range(100):
        pass_on(Progress(stage="upscale", done_tiles=1, total_tiles=2, eta_s=1.0))
        now_s += 0.01

    assert len(news) == 10
