from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.services.pictures.compared_pictures import ComparedPictures
from app.services.pictures.picture_levels import RgbPixels
from app.services.pictures.tile_store import TileKey, TileStore
from app.state.view_transform import ViewTransform
from app.state.viewer_state import Side
from app.widgets.compare.compare_frames import CompareFrames
from engine.api import Region
from tests.helpers.viewer_pictures import GlassPicture, SlopedPicture

_VIEW = QRect(0, 0, 300, 200)


@pytest.fixture
def pictures() -> ComparedPictures:
    return ComparedPictures(before=SlopedPicture(), after=SlopedPicture(factor=3))


def _view(zoom: float) -> ViewTransform:
    view = ViewTransform(
        output_width_px=1500, output_height_px=1200, view_width_px=300, view_height_px=200
    )
    return replace(view, zoom=zoom, center_x=700.3, center_y=600.7, is_fitted=False)


def _pixels(image: QImage) -> RgbPixels:
    view = np.frombuffer(image.constBits(), np.uint8)
    return view.reshape(image.height(), image.bytesPerLine() // 4, 4)[..., :3].copy()


def _sharp(
    frames: CompareFrames,
    tiles: TileStore,
    view: ViewTransform,
    pictures: ComparedPictures,
    qtbot: QtBot,
) -> RgbPixels:
    """Draw until no tile is missing."""
    frames.frame(Side.AFTER, view, pictures)
    while not (frames.is_complete and tiles.is_idle):
        qtbot.waitUntil(lambda: tiles.is_idle, timeout=5000)
        frames.take_arrivals()
        frames.frame(Side.AFTER, view, pictures)
    return _pixels(frames.frame(Side.AFTER, view, pictures))


@pytest.mark.parametrize("zoom", [0.37, 0.5, 1.0, 1.7, 3.0])
def test_a_panned_frame_equals_one_that_is_drawn_afresh(
    tiles: TileStore, pictures: ComparedPictures, zoom: float, qtbot: QtBot
) -> None:
    frames = CompareFrames(tiles)
    view = _view(zoom)
    panned = _sharp(frames, tiles, view, pictures, qtbot)
    for dx, dy in ((-23, -11), (40, 3), (0, -57), (-23, 17)):
        view = view.panned(dx, dy)
        panned = _sharp(frames, tiles, view, pictures, qtbot)

    fresh = _sharp(CompareFrames(tiles), tiles, view, pictures, qtbot)

    difference = np.abs(panned.astype(int) - fresh)
    # Two ways to the same place may round a smooth pixel differently, never by much.
    assert difference.max() <= 2


def test_a_pan_draws_only_what_came_into_view(
    tiles: TileStore,
    pictures: ComparedPictures,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    frames = CompareFrames(tiles)
    view = _view(1.0)
    _sharp(frames, tiles, view, pictures, qtbot)
    drawn: list[QRect] = []
    draw = frames.draw

    def record(*args: object, **options: object) -> object:
        drawn.append(options["area"])  # type: ignore[arg-type]  # as `frame` gives it
        return draw(*args, **options)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(frames, "draw", record)
    frames.frame(Side.AFTER, view.panned(-20, -10), pictures)

    assert sum(area.width() * area.height() for area in drawn) == 300 * 200 - 280 * 190


def test_only_the_place_of_a_new_tile_is_drawn_again(
    tiles: TileStore, pictures: ComparedPictures, qtbot: QtBot
) -> None:
    frames = CompareFrames(tiles)
    view = _view(1.0)
    before = _sharp(frames, tiles, view, pictures, qtbot)
    after = pictures.after
    assert after is not None
    place = Region(left=600, top=550, width=20, height=20)
    tiles.expire(after, area=place)
    frames.expire_side(Side.AFTER)
    frames.frame(Side.AFTER, view, pictures)
    assert not frames.is_complete

    again = _sharp(frames, tiles, view, pictures, qtbot)

    assert np.array_equal(before, again)


def test_what_the_divider_hides_is_not_drawn_while_panning(
    tiles: TileStore, pictures: ComparedPictures, qtbot: QtBot
) -> None:
    frames = CompareFrames(tiles)
    view = _view(1.0)
    _sharp(frames, tiles, view, pictures, qtbot)
    left_half = QRect(0, 0, 150, 200)
    view = view.panned(-30, 0)

    frames.frame(Side.AFTER, view, pictures, area=left_half)
    whole = _sharp(frames, tiles, view, pictures, qtbot)

    assert np.array_equal(whole, _sharp(CompareFrames(tiles), tiles, view, pictures, qtbot))


def test_a_missing_tile_is_stood_in_for_by_the_nearest_coarser_one(
    tiles: TileStore, qtbot: QtBot
) -> None:
    picture = SlopedPicture()
    pictures = ComparedPictures(before=picture)
    frames = CompareFrames(tiles)
    _sharp(frames, tiles, _view(0.2), pictures, qtbot)
    assert tiles.get(TileKey(picture.picture_id, 0, 2, 2)) is None

    image = frames.frame(Side.BEFORE, _view(1.0), pictures)

    assert not frames.is_complete
    assert len({image.pixelColor(x, 100).rgb() for x in range(300)}) > 20


def test_squares_are_seen_through_a_transparent_picture_and_move_with_it(
    tiles: TileStore, qtbot: QtBot
) -> None:
    pictures = ComparedPictures(before=SlopedPicture(), after=GlassPicture(), has_alpha=True)
    frames = CompareFrames(tiles)
    view = _view(1.0)

    still = _sharp(frames, tiles, view, pictures, qtbot)
    moved = _sharp(frames, tiles, view.panned(-37, -5), pictures, qtbot)

    clear, opaque = still[:, 160:, 0], still[:, :140, 0]
    assert set(np.unique(clear)) == {0xA6, 0xC9}
    assert set(np.unique(opaque)) == {255}
    assert np.array_equal(moved[:-5, :-37], still[5:, 37:])
