from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from app.services.pictures.picture_levels import level_count
from app.services.pictures.tile_store import TileKey, TileStore, WantedTile
from app.state.view_transform import ViewTransform
from app.widgets.compare.frame_composer import FrameComposer
from tests.helpers.viewer_pictures import GrayPicture, SlopedPicture

_GROUND = QColor(1, 2, 3)


@pytest.fixture
def frame() -> QImage:
    frame = QImage(333, 259, QImage.Format.Format_RGB32)
    frame.fill(_GROUND)
    return frame


def _view(zoom: float | None = None) -> ViewTransform:
    view = ViewTransform(
        output_width_px=900, output_height_px=700, view_width_px=333, view_height_px=259
    ).fitted()
    if zoom is None:
        return view
    return replace(view, zoom=zoom, is_fitted=False)


def _load(tiles: TileStore, wanted: list[WantedTile], bot: QtBot) -> None:
    tiles.want(tiles, wanted)
    bot.waitUntil(lambda: tiles.is_idle, timeout=5000)


def _compose(
    composer: FrameComposer, frame: QImage, picture: GrayPicture, view: ViewTransform
) -> list[WantedTile]:
    wanted: list[WantedTile] = []
    composer.compose(frame, view, picture, wanted=wanted)
    return wanted


def test_a_frame_is_filled_without_seams_once_its_tiles_are_loaded(
    tiles: TileStore, frame: QImage, qtbot: QtBot
) -> None:
    picture, composer = GrayPicture(77, width_px=900, height_px=700), FrameComposer(tiles)
    _load(tiles, _compose(composer, frame, picture, _view()), qtbot)

    again = _compose(composer, frame, picture, _view())

    assert again == []
    shades = {frame.pixelColor(x, y).red() for x in range(2, 331) for y in (5, 100, 128, 250)}
    assert shades == {77}


def test_nothing_is_drawn_without_tiles_and_they_are_requested(
    tiles: TileStore, frame: QImage
) -> None:
    picture = GrayPicture(77, width_px=900, height_px=700)

    wanted = _compose(FrameComposer(tiles), frame, picture, _view(1.0))

    levels = [tile.key.level for tile in wanted]
    assert levels[0] > levels[-1] == 0, "a coarse tile comes first, to be seen soon"
    assert frame.pixelColor(100, 100) == _GROUND


def test_a_coarse_tile_stands_in_until_the_fine_ones_are_loaded(
    tiles: TileStore, frame: QImage, qtbot: QtBot
) -> None:
    picture, composer = GrayPicture(77, width_px=900, height_px=700), FrameComposer(tiles)
    assert not composer.has_stand_in(picture)
    top = TileKey(picture.picture_id, level_count(picture) - 1, 0, 0)
    _load(tiles, [WantedTile(key=top, picture=picture)], qtbot)

    wanted = _compose(composer, frame, picture, _view(1.0))

    assert composer.has_stand_in(picture)
    assert any(tile.key.level == 0 for tile in wanted)
    assert frame.pixelColor(100, 100) == QColor(77, 77, 77)


def test_only_the_part_that_is_asked_for_is_drawn(
    tiles: TileStore, frame: QImage, qtbot: QtBot
) -> None:
    picture, composer = GrayPicture(77, width_px=900, height_px=700), FrameComposer(tiles)
    _load(tiles, composer.missing(_view(), picture, frame.rect()), qtbot)

    composer.compose(frame, _view(), picture, wanted=[], area=QRect(50, 40, 60, 30))

    drawn = [
        (x, y)
        for x in (49, 50, 109, 110)
        for y in (39, 40, 69, 70)
        if frame.pixelColor(x, y) != _GROUND
    ]
    assert drawn == [(50, 40), (50, 69), (109, 40), (109, 69)]


def test_at_100_percent_pixels_are_exactly_those_of_the_picture(
    tiles: TileStore, qtbot: QtBot
) -> None:
    picture, composer = SlopedPicture(), FrameComposer(tiles)
    view = ViewTransform(
        output_width_px=1500, output_height_px=1200, view_width_px=300, view_height_px=200
    ).at_spot(700.3, 600.7)
    frame = QImage(300, 200, QImage.Format.Format_RGB32)
    _load(tiles, composer.missing(view, picture, frame.rect()), qtbot)

    composer.compose(frame, view, picture, wanted=[])

    # The view begins at (550.3, 500.7): pixels are put on whole ones of the screen.
    for x, y in ((0, 0), (10, 20), (299, 199)):
        column, row = 550 + x, 501 + y
        assert frame.pixelColor(x, y).red() == (row // 7 + column // 5) % 251


@pytest.mark.parametrize("keeps_pixels", [True, False])
def test_enlarged_pixels_are_squares_if_they_should_be(
    tiles: TileStore, qtbot: QtBot, *, keeps_pixels: bool
) -> None:
    picture, composer = SlopedPicture(factor=9), FrameComposer(tiles)
    # Shown at one and a half times its size: smooth unless its pixels are to be seen.
    view = ViewTransform(
        output_width_px=1500, output_height_px=1200, view_width_px=30, view_height_px=1
    )
    view = replace(view, zoom=1.5, center_x=705.0, center_y=602.0, is_fitted=False)
    frame = QImage(30, 1, QImage.Format.Format_RGB32)
    _load(tiles, composer.missing(view, picture, frame.rect()), qtbot)

    composer.compose(frame, view, picture, wanted=[], keeps_pixels=keeps_pixels)

    found = {frame.pixelColor(x, 0).red() for x in range(8, 16)}
    # Two pixels are seen; between them, smooth scaling makes shades of its own.
    assert (len(found) == 2) is keeps_pixels
