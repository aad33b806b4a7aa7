from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from app.charts.stamps import Stamps

_RED = QColor(255, 0, 0)
_BLUE = QColor(0, 0, 255)


def _one(x: float, y: float, *, is_filled: bool = True) -> Stamps:
    stamps = Stamps(40, 30, reach_px=12)
    stamps.add(np.array([x]), np.array([y]), _RED, size_px=9, is_filled=is_filled)
    return stamps


@pytest.mark.parametrize(("x", "y"), [(20.5, 15.5), (10.2, 8.9)])
def test_a_disc_lies_around_its_point(qtbot: QtBot, x: float, y: float) -> None:
    image = _one(x, y).image()

    drawn = [
        (column + 0.5, row + 0.5)
        for row in range(30)
        for column in range(40)
        if image.pixelColor(column, row).alpha() > 127
    ]
    middle = np.mean(drawn, axis=0)
    assert middle.tolist() == pytest.approx([x, y], abs=0.6)
    # The area of a disc of 9 pixels.
    assert len(drawn) == pytest.approx(np.pi * 4.5**2, rel=0.1)
    assert image.pixelColor(int(x), int(y)) == _RED


def test_a_diamond_is_hollow(qtbot: QtBot) -> None:
    image = _one(20.5, 15.5, is_filled=False).image()

    row = [image.pixelColor(column, 15).alpha() > 100 for column in range(40)]
    assert not row[20]
    assert sum(row[10:20]) in {1, 2, 3}
    assert sum(row[21:31]) in {1, 2, 3}


@pytest.mark.parametrize(("x", "y"), [(0.0, 0.0), (39.9, 29.9), (-3.0, 15.0), (20.0, 33.0)])
def test_a_mark_on_an_edge_is_cut_there(qtbot: QtBot, x: float, y: float) -> None:
    image = _one(x, y).image()

    count = sum(
        image.pixelColor(column, row).alpha() > 127 for row in range(30) for column in range(40)
    )
    assert 0 < count < 45


def test_a_mark_far_outside_is_left_out(qtbot: QtBot) -> None:
    image = _one(500.0, -500.0).image()

    assert all(
        image.pixelColor(column, row).alpha() == 0 for row in range(30) for column in range(40)
    )


def test_marks_of_a_later_color_cover_earlier_ones(qtbot: QtBot) -> None:
    stamps = _one(20.5, 15.5)
    stamps.add(np.array([22.5]), np.array([15.5]), _BLUE, size_px=9, is_filled=True)

    image = stamps.image()

    assert image.pixelColor(16, 15).name() == _RED.name()
    assert image.pixelColor(20, 15).name() == _BLUE.name()


def test_points_that_share_a_place_are_drawn_once(qtbot: QtBot) -> None:
    stamps = Stamps(40, 30, reach_px=12)
    stamps.add(np.full(50, 20.5), np.full(50, 15.5), _RED, size_px=9, is_filled=True)

    assert stamps.image() == _one(20.5, 15.5).image()
