from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.widgets.compare.split_handle import GRIP_PX, SplitHandle
from app.widgets.drag_handle import STEPS


@pytest.fixture
def handle(qtbot: QtBot) -> Iterator[SplitHandle]:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(400, 300)
    handle = SplitHandle(window)
    handle.move(100, 100)
    window.show()
    yield handle
    window.close()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (Qt.Key.Key_Left, 490),
        (Qt.Key.Key_Up, 490),
        (Qt.Key.Key_Right, 510),
        (Qt.Key.Key_Down, 510),
        (Qt.Key.Key_PageUp, 400),
        (Qt.Key.Key_PageDown, 600),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_End, STEPS),
        (Qt.Key.Key_A, 500),
    ],
)
def test_keys_move_the_line_in_their_own_direction(
    handle: SplitHandle, key: Qt.Key, value: int
) -> None:
    QTest.keyClick(handle, key)

    assert handle.value() == value


def test_keys_stop_at_the_ends(handle: SplitHandle) -> None:
    handle.setValue(4)

    QTest.keyClick(handle, Qt.Key.Key_Left)

    assert handle.value() == 0


def test_a_drag_reports_places_of_the_window_and_takes_the_focus(handle: SplitHandle) -> None:
    places: list[QPointF] = []
    handle.dragged.connect(places.append)

    QTest.mousePress(handle, Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    QTest.mouseMove(handle, QPoint(40, 10))
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=QPoint(40, 10))
    QTest.mouseMove(handle, QPoint(5, 5))

    assert places == [QPointF(140, 110)]
    assert handle.hasFocus()
    assert handle.value() == STEPS // 2, "the viewer decides what a place means"


def test_the_grip_turns_with_the_line(handle: SplitHandle) -> None:
    across = handle.grab().toImage()
    assert handle.cursor().shape() is Qt.CursorShape.SplitHCursor

    handle.set_across(is_across=False)

    assert handle.cursor().shape() is Qt.CursorShape.SplitVCursor
    assert handle.grab().toImage() != across
    assert handle.sizeHint().width() == GRIP_PX
