from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect

from app.services.pictures.picture_levels import level_count
from app.services.pictures.tile_span import (
    coarser_key,
    coarser_keys,
    find_span,
    finer_keys,
    nearest,
    picture_rect,
    tile_rect,
    tiles_in,
    top_key,
)
from app.services.pictures.tile_store import TILE_PX, TileKey
from app.state.view_transform import ViewTransform
from tests.helpers.viewer_pictures import GrayPicture

_WHOLE = QRect(0, 0, 400, 300)


@pytest.fixture
def picture() -> GrayPicture:
    return GrayPicture(width_px=3000, height_px=2000)


def _view(zoom: float = 1.0, *, x: float = 1500, y: float = 1000) -> ViewTransform:
    view = ViewTransform(
        output_width_px=3000, output_height_px=2000, view_width_px=400, view_height_px=300
    )
    return replace(view, zoom=zoom, center_x=x, center_y=y, is_fitted=False)


@pytest.mark.parametrize(
    ("zoom", "level"), [(4.0, 0), (1.0, 0), (0.75, 0), (0.5, 1), (0.3, 1), (0.25, 2), (0.01, 4)]
)
def test_the_level_is_the_smallest_that_is_not_enlarged(
    picture: GrayPicture, zoom: float, level: int
) -> None:
    span = find_span(_view(zoom), picture, _WHOLE)

    assert span is not None
    assert span.level == level


def test_a_picture_outside_of_the_view_has_no_tiles(picture: GrayPicture) -> None:
    assert find_span(_view(x=9000), picture, _WHOLE) is None
    assert find_span(_view(y=-5000), picture, _WHOLE) is None


@given(
    st.floats(0.05, 8),
    st.floats(0, 3000),
    st.floats(0, 2000),
    st.integers(0, 399),
    st.integers(0, 299),
)
def test_every_pixel_in_view_has_its_tile(
    zoom: float, x: float, y: float, column: int, row: int
) -> None:
    picture, view = GrayPicture(width_px=3000, height_px=2000), _view(zoom, x=x, y=y)
    across, down = view.to_output(column + 0.5, row + 0.5)
    if not (0 <= across < 3000 and 0 <= down < 2000):
        return

    span = find_span(view, picture, _WHOLE)

    assert span is not None
    step = TILE_PX << span.level
    key = TileKey(picture.picture_id, span.level, int(across // step), int(down // step))
    assert key in span.keys(picture.picture_id)


def test_tiles_in_the_middle_come_first(picture: GrayPicture) -> None:
    span = find_span(_view(), picture, QRect(-600, -600, 1600, 1500))
    assert span is not None

    keys = span.keys(picture.picture_id)

    assert len(keys) == span.count == len(set(keys))
    middle = (span.first_column + (span.columns - 1) / 2, span.first_row + (span.rows - 1) / 2)
    ways = [abs(key.column - middle[0]) + abs(key.row - middle[1]) for key in keys]
    assert ways == sorted(ways)


def test_neighboring_tiles_meet_in_the_view(picture: GrayPicture) -> None:
    view = _view(0.37)

    left = tile_rect(view, picture, TileKey(picture.picture_id, 1, 2, 1))
    right = tile_rect(view, picture, TileKey(picture.picture_id, 1, 3, 1))

    assert left.right() == pytest.approx(right.left())
    assert left.width() == pytest.approx(2 * TILE_PX * 0.37)


def test_the_picture_is_placed_on_whole_pixels() -> None:
    assert picture_rect(_view(x=100.4, y=75.4)) == QRect(100, 75, 3000, 2000)
    assert [nearest(place) for place in (0.4, 0.5, 1.5, -0.5)] == [0, 1, 2, 0]


def test_a_coarser_tile_covers_and_finer_ones_fill(picture: GrayPicture) -> None:
    hole = TileKey(picture.picture_id, 1, 3, 2)

    finer = finer_keys([hole], picture)

    assert coarser_key(hole, 2) == TileKey(picture.picture_id, 3, 0, 0)
    assert len(finer) == 4
    assert {coarser_key(key, 1) for key in finer} == {hole}
    assert coarser_keys([hole], picture) == [coarser_key(hole, 2)]
    assert coarser_keys([top_key(picture)], picture) == []
    assert top_key(picture).level == level_count(picture) - 1


def test_finer_tiles_do_not_leave_the_picture(picture: GrayPicture) -> None:
    corner = TileKey(picture.picture_id, 1, 5, 3)

    assert [(key.column, key.row) for key in finer_keys([corner], picture)] == [
        (10, 6),
        (11, 6),
        (10, 7),
        (11, 7),
    ]
    last = TileKey(picture.picture_id, 2, 2, 1)
    assert all(key.column * TILE_PX < 1500 for key in finer_keys([last], picture))


def test_the_tiles_of_several_pictures_are_listed_together(picture: GrayPicture) -> None:
    other = GrayPicture(width_px=300, height_px=200)

    wanted = tiles_in(_view(), [picture, other])

    assert {tile.picture.picture_id for tile in wanted} == {picture.picture_id, other.picture_id}
    assert all(tile.key.picture_id == tile.picture.picture_id for tile in wanted)
