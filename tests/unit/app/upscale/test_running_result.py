from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.services.pictures.running_levels import RunningLevels
from app.services.pictures.tile_store import TileKey, TileStore, WantedTile
from app.state.processing import ProcessingChoice
from app.upscale.running_result import RunningResult
from engine.api import Raster

_CHOICE = ProcessingChoice(model_id="tiny")


@pytest.fixture
def raster(tmp_path: Path) -> Iterator[Raster]:
    with Raster.create(
        height_px=32, width_px=48, channels=3, dtype=np.uint8, scratch_folder=tmp_path
    ) as raster:
        raster.write(raster.whole, np.full((32, 48, 3), 90, np.uint8))
        yield raster


def test_a_picture_is_new_once_and_takes_the_profile_of_its_photo(
    raster: Raster, tiles: TileStore
) -> None:
    running, picture = RunningResult(tiles), RunningLevels(raster)

    news = [running.take(picture, _CHOICE, icc=b"profile") for _ in range(2)]

    assert news == [True, False]
    assert (running.picture, running.choice) == (picture, _CHOICE)
    assert picture.icc == b"profile"


def test_what_is_dropped_leaves_no_tile(raster: Raster, tiles: TileStore, qtbot: QtBot) -> None:
    running, picture = RunningResult(tiles), RunningLevels(raster)
    picture.add(raster.whole)
    running.take(picture, _CHOICE, icc=None)
    key = TileKey(picture.picture_id, 0, 0, 0)
    tiles.want(tiles, [WantedTile(key=key, picture=picture)])
    qtbot.waitUntil(lambda: tiles.get(key) is not None, timeout=5000)

    dropped = [running.drop() for _ in range(2)]

    assert dropped == [True, False]
    assert tiles.get(key) is None
    assert running.picture is None
    assert running.choice is None


def test_another_run_replaces_the_one_before(raster: Raster, tiles: TileStore) -> None:
    running, second = RunningResult(tiles), RunningLevels(raster)
    running.take(RunningLevels(raster), _CHOICE, icc=None)

    assert running.take(second, _CHOICE, icc=None)

    assert running.picture is second
