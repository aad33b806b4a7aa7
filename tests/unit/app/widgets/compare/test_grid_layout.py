"""Panes are as large as they can be, of one size, and in reading order."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect

from app.widgets.compare.grid_layout import GUTTER_PX, grid_panes, grid_shape


@pytest.mark.parametrize(
    ("count", "width", "height", "shape"),
    [
        (1, 900, 600, (1, 1)),
        (2, 900, 600, (2, 1)),
        (2, 500, 900, (1, 2)),
        (3, 1600, 700, (3, 1)),
        (3, 500, 900, (1, 3)),
        (4, 1200, 800, (2, 2)),
        (4, 4000, 700, (4, 1)),
    ],
)
def test_the_shape_follows_the_space(
    count: int, width: int, height: int, shape: tuple[int, int]
) -> None:
    assert grid_shape(count, width, height) == shape


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_panes_have_one_size_and_lie_inside_without_overlapping(count: int) -> None:
    area = QRect(10, 20, 801, 603)

    panes = grid_panes(count, area)

    assert len({pane.size().toTuple() for pane in panes}) == 1
    assert all(area.contains(pane) for pane in panes)
    assert not any(a.intersects(b) for n, a in enumerate(panes) for b in panes[n + 1 :])
    assert [p.topLeft().toTuple()[::-1] for p in panes] == sorted(
        p.topLeft().toTuple()[::-1] for p in panes
    )


def test_neighbors_are_a_gutter_apart() -> None:
    left, right = grid_panes(2, QRect(0, 0, 800, 400))

    assert right.left() - left.right() - 1 == GUTTER_PX


def test_nothing_has_no_pane() -> None:
    assert grid_panes(0, QRect(0, 0, 100, 100)) == ()


def test_an_area_without_room_still_has_panes() -> None:
    assert not grid_panes(4, QRect(0, 0, 2, 2))[0].isEmpty()
