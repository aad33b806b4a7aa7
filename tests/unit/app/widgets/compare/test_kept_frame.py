from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QRegion
from pytestqt.qtbot import QtBot

from app.services.pictures.tile_store import TileKey, TileStore, WantedTile
from app.state.view_transform import ViewTransform
from app.widgets.compare.kept_frame import KeptFrame
from tests.helpers.viewer_pictures import GrayPicture

_WHOLE = QRect(0, 0, 100, 80)


@pytest.fixture
def view() -> ViewTransform:
    view = ViewTransform(
        output_width_px=800, output_height_px=600, view_width_px=100, view_height_px=80
    )
    return replace(view, zoom=1.0, center_x=400, center_y=300, is_fitted=False)


def test_everything_has_to_be_drawn_once(view: ViewTransform) -> None:
    frame = KeptFrame()

    assert frame.claim(view, _WHOLE) == QRegion(_WHOLE)
    assert frame.claim(view, _WHOLE).isEmpty()
    assert frame.image.width() == 100
    frame.expire()

    assert not frame.is_current
    assert frame.claim(view, _WHOLE) == QRegion(_WHOLE)


def test_after_a_pan_only_the_strips_that_came_into_view_are_drawn(view: ViewTransform) -> None:
    frame = KeptFrame()
    frame.claim(view, _WHOLE)
    frame.image.fill(QColor(10, 20, 30))

    missing = frame.claim(view.panned(30, 20), _WHOLE)

    assert missing == QRegion(_WHOLE) - QRegion(QRect(30, 20, 70, 60))
    assert frame.image.pixelColor(99, 79) == QColor(10, 20, 30), "what was drawn moved along"


@pytest.mark.parametrize("change", ["zoom", "half a pixel", "far", "size"])
def test_any_other_change_draws_everything_again(view: ViewTransform, change: str) -> None:
    changed = {
        "zoom": replace(view, zoom=2.0),
        "half a pixel": replace(view, center_x=view.center_x + 0.5),
        "far": view.panned(-150, 0),
        "size": replace(view, output_width_px=1600),
    }
    frame = KeptFrame()
    frame.claim(view, _WHOLE)

    assert frame.claim(changed[change], _WHOLE) == QRegion(_WHOLE)


def test_a_frame_that_was_drawn_in_part_is_completed_when_the_view_rests(
    view: ViewTransform,
) -> None:
    frame, half = KeptFrame(), QRect(0, 0, 50, 80)
    frame.claim(view, half)

    missing = frame.claim(view, QRect(40, 0, 20, 80))

    assert missing == QRegion(_WHOLE) - QRegion(half)
    assert frame.claim(view, _WHOLE).isEmpty()


def test_a_tile_that_arrives_is_drawn_where_it_is(
    view: ViewTransform, tiles: TileStore, qtbot: QtBot
) -> None:
    picture = GrayPicture(width_px=800, height_px=600)
    key = TileKey(picture.picture_id, 0, 1, 1)
    wanted = WantedTile(key=key, picture=picture)
    frame = KeptFrame()
    frame.claim(view, _WHOLE)
    frame.wanted[key] = wanted
    states = [(frame.take_arrivals(tiles), frame.is_complete)]

    tiles.want(tiles, [wanted])
    qtbot.waitUntil(lambda: tiles.get(key) is not None, timeout=5000)

    states.append((frame.take_arrivals(tiles), frame.is_complete))
    assert states == [(False, False), (True, True)]
    missing = frame.claim(view, _WHOLE)
    assert not missing.isEmpty()
    assert missing.subtracted(QRegion(_WHOLE)).isEmpty()


def test_a_wanted_tile_that_leaves_the_view_is_no_longer_wanted(view: ViewTransform) -> None:
    picture = GrayPicture(width_px=800, height_px=600)
    frame = KeptFrame()
    # The view shows columns 350 to 450: the tile from 256 to 512 is in it, that from 0 is not.
    for column in (0, 1):
        key = TileKey(picture.picture_id, 0, column, 1)
        frame.claim(view, _WHOLE)
        frame.wanted[key] = WantedTile(key=key, picture=picture)

    frame.claim(view.panned(-10, 0), _WHOLE)

    assert [key.column for key in frame.wanted] == [1]
