from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QColor

from app.charts.column_raster import MOST_COLORS, ColumnRaster

_RED = QColor(255, 0, 0)
_BLUE = QColor(0, 0, 255)


def _alpha(raster: ColumnRaster, height: int) -> list[int]:
    """Return the opacity down the first column of the whole picture."""
    image = raster.image()
    column = [0] * height
    for row in range(image.height()):
        column[raster.first_row + row] = image.pixelColor(0, row).alpha()
    return column


@given(top=st.floats(-6, 14), length=st.floats(0.2, 20))
def test_a_band_covers_each_pixel_by_the_share_it_takes_of_it(top: float, length: float) -> None:
    raster = ColumnRaster(1, 8)

    raster.add(np.array([top]), np.array([top + length]), _RED)

    found = _alpha(raster, 8)
    for row, alpha in enumerate(found):
        share = min(max(min(top + length, row + 1) - max(top, row), 0.0), 1.0)
        # In steps of a fifteenth; a pixel that is touched at its begin is never left out.
        assert alpha / 255 == pytest.approx(share, abs=1.5 / 15)


def test_the_band_drawn_last_is_seen() -> None:
    raster = ColumnRaster(2, 6)
    raster.add(np.array([0.0, 0.0]), np.array([4.0, 4.0]), _RED)
    raster.add(np.array([2.0, np.nan]), np.array([6.0, np.nan]), _BLUE)

    image = raster.image()

    left = [image.pixelColor(0, row).name() for row in range(6)]
    right = [image.pixelColor(1, row).alpha() for row in range(6)]
    assert left == ["#ff0000"] * 2 + ["#0000ff"] * 4
    assert right == [255] * 4 + [0] * 2


def test_bands_outside_the_picture_leave_no_trace() -> None:
    raster = ColumnRaster(2, 5)

    raster.add(np.array([-9.0, 5.0]), np.array([0.0, 99.0]), _RED)

    assert raster.image().isNull()


def test_all_colors_that_fit_are_told_apart() -> None:
    raster = ColumnRaster(1, MOST_COLORS)
    colors = [QColor(number * 9, 10, 200) for number in range(MOST_COLORS)]

    for row, color in enumerate(colors):
        assert not raster.is_full
        raster.add(np.array([float(row)]), np.array([row + 1.0]), color)

    assert raster.is_full
    image = raster.image()
    assert [image.pixelColor(0, row) for row in range(MOST_COLORS)] == colors
