from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.widgets.drag_handle import STEPS, DragHandle


@pytest.fixture
def handle(qtbot: QtBot) -> Iterator[DragHandle]:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(200, 100)
    handle = DragHandle(parent, orientation=Qt.Orientation.Horizontal, side_px=20)
    handle.move(50, 30)
    parent.show()
    yield handle
    parent.close()


def test_it_reports_where_it_is_dragged_and_moves_nothing_itself(handle: DragHandle) -> None:
    places: list[tuple[float, float]] = []
    handle.dragged.connect(lambda place: places.append((place.x(), place.y())))
    handle.setValue(STEPS // 4)

    QTest.mousePress(handle, Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    QTest.mouseMove(handle, QPoint(15, 10))
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=QPoint(15, 10))

    assert places == [(65.0, 40.0)]
    assert handle.value() == STEPS // 4


def test_moving_the_pointer_over_it_drags_nothing(handle: DragHandle) -> None:
    places: list[object] = []
    handle.dragged.connect(places.append)
    handle.setMouseTracking(True)

    QTest.mouseMove(handle, QPoint(4, 4))
    QTest.mouseMove(handle, QPoint(8, 8))

    assert places == []
