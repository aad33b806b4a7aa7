from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtGui import QColor, QColorSpace
from pytestqt.qtbot import QtBot

from app.services.pictures.tile_store import TileKey, TileStore, WantedTile, to_image
from tests.helpers.viewer_pictures import GrayPicture


@pytest.fixture
def tiles(qtbot: QtBot) -> Iterator[TileStore]:
    store = TileStore(budget_bytes=2 * 256 * 256 * 4)
    yield store
    assert store.wait_for_done()


def _key(picture: GrayPicture, column: int) -> TileKey:
    return TileKey(picture.picture_id, 0, column, 0)


def _load(tiles: TileStore, picture: GrayPicture, columns: list[int], qtbot: QtBot) -> None:
    wanted = [WantedTile(key=_key(picture, column), picture=picture) for column in columns]
    tiles.want(tiles, wanted)
    qtbot.waitUntil(lambda: tiles.is_idle, timeout=5000)


def test_the_least_recently_drawn_tile_goes_first(tiles: TileStore, qtbot: QtBot) -> None:
    picture = GrayPicture(width_px=1024, height_px=256)
    _load(tiles, picture, [0, 1], qtbot)
    assert tiles.get(_key(picture, 0)) is not None

    _load(tiles, picture, [2], qtbot)

    assert tiles.get(_key(picture, 0)) is not None
    assert tiles.get(_key(picture, 1)) is None
    assert tiles.used_bytes <= 2 * 256 * 256 * 4


def test_a_discarded_picture_leaves_no_tile(tiles: TileStore, qtbot: QtBot) -> None:
    picture = GrayPicture(width_px=256, height_px=256)
    _load(tiles, picture, [0], qtbot)

    tiles.discard(picture.picture_id)

    assert tiles.get(_key(picture, 0)) is None
    assert tiles.used_bytes == 0


def test_a_stale_tile_is_drawn_until_the_new_one_is_here(tiles: TileStore, qtbot: QtBot) -> None:
    picture = GrayPicture(width_px=256, height_px=256)
    _load(tiles, picture, [0], qtbot)
    picture.gray = 200

    tiles.expire(picture)

    assert tiles.is_stale(_key(picture, 0))
    assert tiles.get(_key(picture, 0)) is not None
    _load(tiles, picture, [0], qtbot)
    tile = tiles.get(_key(picture, 0))
    assert tile is not None
    assert tile.pixelColor(9, 9) == QColor(200, 200, 200)


def test_a_tile_that_changes_while_it_is_read_is_read_again(tiles: TileStore, qtbot: QtBot) -> None:
    picture = GrayPicture(10, width_px=64, height_px=64)
    picture.may_end.clear()
    tiles.want(tiles, [WantedTile(key=_key(picture, 0), picture=picture)])
    assert picture.began.wait(5)

    picture.gray = 200
    tiles.expire(picture)
    picture.may_end.set()
    qtbot.waitUntil(lambda: tiles.is_idle, timeout=5000)

    tile = tiles.get(_key(picture, 0))
    assert tile is not None
    assert tile.pixelColor(5, 5).red() == 200


def test_two_viewers_do_not_take_tiles_from_each_other(tiles: TileStore, qtbot: QtBot) -> None:
    first, second = (
        GrayPicture(width_px=256, height_px=256),
        GrayPicture(width_px=256, height_px=256),
    )

    tiles.want(first, [WantedTile(key=_key(first, 0), picture=first)])
    tiles.want(second, [WantedTile(key=_key(second, 0), picture=second)])
    qtbot.waitUntil(lambda: tiles.is_idle, timeout=5000)

    assert tiles.get(_key(first, 0)) is not None
    assert tiles.get(_key(second, 0)) is not None


def test_pixels_of_a_wide_color_space_are_converted_for_the_screen() -> None:
    pixels = np.full((2, 2, 3), (255, 0, 0), np.uint8)
    icc = QColorSpace(QColorSpace.NamedColorSpace.DisplayP3).iccProfile().data()

    pure = to_image(np.full((2, 2, 3), (120, 140, 110), np.uint8), bytes(icc))

    assert pure.pixelColor(0, 0) != QColor(120, 140, 110)
    assert to_image(pixels, None).pixelColor(0, 0) == QColor(255, 0, 0)
