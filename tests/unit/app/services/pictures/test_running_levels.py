from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.services.pictures.picture_levels import level_size
from app.services.pictures.preview_levels import PreviewLevels
from app.services.pictures.running_levels import RunningLevels
from app.state.processing import ProcessingChoice
from engine.api import Raster, Region


@pytest.fixture
def raster(tmp_path: Path) -> Iterator[Raster]:
    with Raster.create(
        height_px=120, width_px=200, channels=3, dtype=np.uint8, scratch_folder=tmp_path
    ) as raster:
        raster.write(raster.whole, np.full((120, 200, 3), 90, np.uint8))
        yield raster


def test_only_finished_parts_are_seen(raster: Raster) -> None:
    picture = RunningLevels(raster)
    picture.add(Region(left=0, top=0, width=100, height=60))

    pixels = picture.read(0, raster.whole)

    assert np.all(pixels[:60, :100] == (90, 90, 90, 255))
    assert np.all(pixels[60:, :, 3] == 0)
    assert np.all(pixels[:, 100:, 3] == 0)


@pytest.mark.parametrize("level", [0, 1, 2, 3, 4, 5])
def test_a_finished_run_is_whole_at_every_level(raster: Raster, level: int) -> None:
    picture = RunningLevels(raster)
    for left in (0, 50, 100, 150):
        picture.add(Region(left=left, top=0, width=50, height=70))
        picture.add(Region(left=left, top=70, width=50, height=50))
    width, height = level_size(picture, level)

    pixels = picture.read(level, Region(left=0, top=0, width=width, height=height))

    inner = pixels[: 120 >> level, : 200 >> level]
    assert np.abs(inner.astype(int) - (90, 90, 90, 255)).max() <= 1


def test_a_preview_is_seen_until_the_run_arrives(raster: Raster) -> None:
    preview = PreviewLevels(ProcessingChoice(), factor=4, width_px=200, height_px=120, icc=None)
    preview.put((0, 0), np.full((120, 200, 3), 30, np.uint8))
    picture = RunningLevels(raster)
    picture.under = preview
    picture.add(Region(left=0, top=0, width=40, height=40))

    pixels = picture.read(0, raster.whole)

    assert tuple(pixels[10, 10]) == (90, 90, 90, 255)
    assert tuple(pixels[100, 100]) == (30, 30, 30, 255)


def test_a_run_that_is_over_is_no_longer_read(raster: Raster) -> None:
    picture = RunningLevels(raster)
    picture.add(raster.whole)
    raster.close()

    with pytest.raises(ValueError, match="closed"):
        picture.read(0, Region(left=0, top=0, width=8, height=8))
