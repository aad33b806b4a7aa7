from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.state.view_transform import MAXIMUM_ZOOM, ViewTransform

_VIEW = ViewTransform(
    output_width_px=4000, output_height_px=3000, view_width_px=1000, view_height_px=700
).fitted()


def test_fit_shows_the_whole_picture() -> None:
    left, top = _VIEW.to_view(0, 0)
    right, bottom = _VIEW.to_view(4000, 3000)

    assert min(left, top) >= -1e-6
    assert right <= 1000 + 1e-6
    assert bottom <= 700 + 1e-6


@given(x=st.floats(300, 700), y=st.floats(200, 500), zoom=st.floats(0.6, MAXIMUM_ZOOM))
def test_zooming_holds_the_point_under_the_pointer(x: float, y: float, zoom: float) -> None:
    close = _VIEW.zoomed(2.0, x=500, y=350)
    before = close.to_output(x, y)

    after = close.zoomed(zoom, x=x, y=y)

    # At the border of the picture the bounds win over the pointer.
    if after == after.bounded() and after.zoom > 1.5:
        assert after.to_output(x, y) == pytest.approx(before, abs=1e-6)


def test_another_result_size_keeps_spot_and_size_on_screen() -> None:
    close = _VIEW.zoomed(1.5, x=500, y=350).panned(-120, 80)

    half = close.for_output(2000, 1500)

    assert half.zoom == pytest.approx(2 * close.zoom)
    assert half.center_x * 2 == pytest.approx(close.center_x)
    assert half.center_y * 2 == pytest.approx(close.center_y)


@given(dx=st.floats(-1e5, 1e5), dy=st.floats(-1e5, 1e5))
def test_the_picture_cannot_be_lost_by_panning(dx: float, dy: float) -> None:
    moved = _VIEW.zoomed(1.0, x=500, y=350).panned(dx, dy)

    assert moved.left >= 0
    assert moved.left + 1000 <= 4000
    assert moved.top >= 0
    assert moved.top + 700 <= 3000


def test_a_fitted_view_stays_fitted_when_the_window_changes() -> None:
    assert _VIEW.resized(500, 900).zoom == pytest.approx(500 / 4000)


def test_zoom_has_an_upper_end() -> None:
    assert _VIEW.zoomed(1000, x=0, y=0).zoom == MAXIMUM_ZOOM
