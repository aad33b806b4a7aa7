from __future__ import annotations

import numpy as np
import pytest

from engine.imaging.metadata.pixel_mapping import PixelMapping
from engine.imaging.orientation import upright_pixels


def _reframing(orientation: int, *, across: int = 1, down: int = 1) -> PixelMapping:
    """Return one of a picture of 8x6 pixels, each ``across`` by ``down`` pixels in the result."""
    width, height = (6, 8) if orientation >= 5 else (8, 6)
    size = (width * across, height * down)
    return PixelMapping(stored_size=(8, 6), orientation=orientation, size=size)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_places_go_where_their_pixels_go(orientation: int) -> None:
    pixels = np.zeros((6, 8, 1), np.uint8)
    pixels[1:3, 4:7] = 1

    rows, columns, _ = np.nonzero(upright_pixels(pixels, orientation))
    mapping = _reframing(orientation)

    assert mapping.corner(4, 1, 3, 2) == pytest.approx((columns.min(), rows.min()))
    assert mapping.extent(3, 2) == pytest.approx((np.ptp(columns) + 1, np.ptp(rows) + 1))
    center = (columns.min() + columns.max() + 1) / 2, (rows.min() + rows.max() + 1) / 2
    assert mapping.point(5.5, 2) == pytest.approx(center)
    assert mapping.area([5.5, 2, 3, 2])[:2] == pytest.approx(center)


def test_sides_can_grow_by_different_factors() -> None:
    mapping = _reframing(6, across=2, down=3)

    assert mapping.factors == pytest.approx((2, 3))
    assert mapping.is_sideways
    assert mapping.is_turned
    # The first stored column is the first row, the last stored row the first column.
    assert mapping.point(0, 6) == (0, 0)
    assert mapping.point(8, 0) == (12, 24)
    assert mapping.area([0, 6]) == (0, 0)
    assert mapping.area([0, 6, 2]) == (0, 0, 5)


def test_an_upright_picture_is_not_turned() -> None:
    assert not _reframing(1).is_turned
    assert not _reframing(4).is_sideways
