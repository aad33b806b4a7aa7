from __future__ import annotations

import numpy as np
import pytest

from engine.imaging.metadata.reframe import Reframing
from engine.imaging.orientation import upright_codes


def _reframing(orientation: int, *, across: int = 1, down: int = 1) -> Reframing:
    """Return one of a picture of 8x6 pixels, each ``across`` by ``down`` pixels in the result."""
    width, height = (6, 8) if orientation >= 5 else (8, 6)
    size = (width * across, height * down)
    return Reframing(stored_size=(8, 6), orientation=orientation, size=size)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_places_go_where_their_pixels_go(orientation: int) -> None:
    codes = np.zeros((6, 8, 1), np.uint8)
    codes[1:3, 4:7] = 1

    rows, columns, _ = np.nonzero(upright_codes(codes, orientation))
    reframing = _reframing(orientation)

    assert reframing.corner(4, 1, 3, 2) == pytest.approx((columns.min(), rows.min()))
    assert reframing.extent(3, 2) == pytest.approx((np.ptp(columns) + 1, np.ptp(rows) + 1))
    center = (columns.min() + columns.max() + 1) / 2, (rows.min() + rows.max() + 1) / 2
    assert reframing.point(5.5, 2) == pytest.approx(center)
    assert reframing.area([5.5, 2, 3, 2])[:2] == pytest.approx(center)


def test_sides_can_grow_by_different_factors() -> None:
    reframing = _reframing(6, across=2, down=3)

    assert reframing.factors == pytest.approx((2, 3))
    assert reframing.is_sideways
    assert reframing.is_turned
    # The first stored column is the first row, the last stored row the first column.
    assert reframing.point(0, 6) == (0, 0)
    assert reframing.point(8, 0) == (12, 24)
    assert reframing.area([0, 6]) == (0, 0)
    assert reframing.area([0, 6, 2]) == (0, 0, 5)


def test_an_upright_picture_is_not_turned() -> None:
    assert not _reframing(1).is_turned
    assert not _reframing(4).is_sideways
