from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.state.view_transform import ViewTransform
from app.widgets.compare import zoom_canvas
from app.widgets.compare.zoom_canvas import WHEEL_STEP, ZoomCanvas

_SPOT = QPoint(100, 75)


@pytest.fixture
def canvas(qtbot: QtBot) -> ZoomCanvas:
    canvas = ZoomCanvas()
    qtbot.addWidget(canvas)
    canvas.setMouseTracking(True)
    canvas.resize(400, 300)
    canvas.show()
    view = ViewTransform(
        output_width_px=1600, output_height_px=1200, view_width_px=400, view_height_px=300
    )
    canvas.set_view(view.at_spot(800, 600))
    return canvas


def test_the_same_view_is_not_reported_again(canvas: ZoomCanvas) -> None:
    views: list[object] = []
    canvas.view_changed.connect(views.append)

    canvas.set_view(canvas.view)
    canvas.zoom_in()

    assert views == [canvas.view]


def test_steps_in_and_out_are_equal(canvas: ZoomCanvas) -> None:
    canvas.zoom_in()
    assert canvas.view.zoom == pytest.approx(WHEEL_STEP)
    canvas.zoom_out()

    assert canvas.view.zoom == pytest.approx(1.0)


def test_a_double_click_shows_all_and_then_that_place_at_100_percent(canvas: ZoomCanvas) -> None:
    QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=_SPOT)
    assert canvas.view.is_fitted
    held = canvas.view.to_output(_SPOT.x(), _SPOT.y())

    QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=_SPOT)

    assert canvas.view.zoom == pytest.approx(1.0)
    assert canvas.view.to_output(_SPOT.x(), _SPOT.y()) == pytest.approx(held)


@pytest.mark.parametrize(
    ("key", "step"),
    [
        (Qt.Key.Key_Left, (-50, 0)),
        (Qt.Key.Key_Right, (50, 0)),
        (Qt.Key.Key_Up, (0, -37.5)),
        (Qt.Key.Key_Down, (0, 37.5)),
    ],
)
def test_arrows_move_the_window_over_the_photo(
    canvas: ZoomCanvas, key: Qt.Key, step: tuple[float, float]
) -> None:
    QTest.keyClick(canvas, key)

    moved = (canvas.view.center_x - 800, canvas.view.center_y - 600)
    assert moved == pytest.approx(step, abs=0.5)


def test_a_drag_moves_the_photo_with_the_pointer(canvas: ZoomCanvas) -> None:
    held: list[bool] = []
    canvas.held.connect(held.append)

    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=_SPOT)
    assert canvas.cursor().shape() is Qt.CursorShape.ClosedHandCursor
    QTest.mouseMove(canvas, _SPOT + QPoint(60, 40))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=_SPOT + QPoint(60, 40))

    assert (canvas.view.center_x, canvas.view.center_y) == (740, 560)
    assert held == []
    assert canvas.cursor().shape() is Qt.CursorShape.ArrowCursor


def test_a_hand_that_shakes_does_not_drag(canvas: ZoomCanvas) -> None:
    view = canvas.view

    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=_SPOT)
    QTest.mouseMove(canvas, _SPOT + QPoint(QApplication.startDragDistance() // 2, 0))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=_SPOT)

    assert canvas.view == view


def test_a_button_that_is_held_is_reported_until_it_is_released(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zoom_canvas, "HOLD_MS", 0)
    canvas = ZoomCanvas()
    qtbot.addWidget(canvas)
    held: list[bool] = []
    canvas.held.connect(held.append)

    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=_SPOT)
    qtbot.waitUntil(lambda: held == [True], timeout=5000)
    view = canvas.view
    QTest.mouseMove(canvas, _SPOT + QPoint(60, 40))
    assert canvas.view == view, "a held button does not drag"
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=_SPOT)

    assert held == [True, False]


def test_the_pointer_is_reported_and_that_it_left(canvas: ZoomCanvas, qtbot: QtBot) -> None:
    with qtbot.waitSignal(canvas.pointer_moved) as moved:
        QTest.mouseMove(canvas, _SPOT)

    assert moved.args == [QPointF(_SPOT)]


def test_it_rests_a_moment_after_the_last_change(canvas: ZoomCanvas, qtbot: QtBot) -> None:
    with qtbot.waitSignal(canvas.rested, timeout=5000):
        canvas.fit()
        assert canvas.is_moving

    assert not canvas.is_moving
