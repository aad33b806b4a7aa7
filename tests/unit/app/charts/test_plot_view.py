from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.charts.curve import Curve
from app.charts.line_chart import LineChart


@pytest.fixture
def chart(line_chart: LineChart) -> LineChart:
    """A curve from 0 to 1000."""
    x = np.arange(1001.0)
    line_chart.set_curves([Curve(name="run", x=x, y=x)])
    return line_chart


def _wheel(
    chart: LineChart,
    at: QPointF,
    *,
    notches: float = 1,
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    event = QWheelEvent(
        at,
        QPointF(chart.mapToGlobal(at)),
        QPoint(),
        QPoint(0, round(120 * notches)),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(chart, event)


def test_the_wheel_zooms_about_the_pointer(chart: LineChart) -> None:
    at = QPointF(200, 150)
    before = chart.frame
    under = before.x_at(at.x()), before.y_at(at.y())

    _wheel(chart, at, notches=3)

    after = chart.frame
    assert chart.view[0].width == pytest.approx(1000 / 1.25**3)
    assert (after.x_at(at.x()), after.y_at(at.y())) == pytest.approx(under, rel=0.02)
    _wheel(chart, at, notches=-3)
    assert chart.view[0].width == pytest.approx(1000)


@pytest.mark.parametrize(
    ("at", "modifiers", "moved"),
    [
        (QPointF(300, 395), Qt.KeyboardModifier.NoModifier, (True, False)),
        (QPointF(10, 150), Qt.KeyboardModifier.NoModifier, (False, True)),
        (QPointF(300, 150), Qt.KeyboardModifier.ShiftModifier, (True, False)),
        (QPointF(300, 150), Qt.KeyboardModifier.AltModifier, (False, True)),
    ],
)
def test_one_axis_alone_is_zoomed_on_its_numbers_or_with_a_key(
    chart: LineChart, at: QPointF, modifiers: Qt.KeyboardModifier, moved: tuple[bool, bool]
) -> None:
    before = chart.view

    _wheel(chart, at, modifiers=modifiers)

    assert tuple(a != b for a, b in zip(chart.view, before, strict=True)) == moved


def test_a_drag_moves_the_data_with_the_pointer(chart: LineChart) -> None:
    left = Qt.MouseButton.LeftButton
    begin, end = QPoint(300, 200), QPoint(220, 240)
    before = chart.frame
    under = before.x_at(begin.x()), before.y_at(begin.y())

    QTest.mousePress(chart, left, pos=begin)
    QTest.mouseMove(chart, (begin + end) / 2)
    QTest.mouseMove(chart, end)
    QTest.mouseRelease(chart, left, pos=end)

    after = chart.frame
    assert (after.x_at(end.x()), after.y_at(end.y())) == pytest.approx(under, rel=0.02)


def test_a_double_click_shows_everything_again(chart: LineChart) -> None:
    fitted = chart.view
    chart.zoom(0.3)

    QTest.mouseDClick(chart, Qt.MouseButton.LeftButton, pos=QPoint(300, 200))

    assert chart.view == fitted
    assert chart.is_fitted


def test_keys_zoom_pan_and_reset(chart: LineChart) -> None:
    fitted = chart.view
    QTest.keyClick(chart, Qt.Key.Key_Plus)
    assert chart.view[0].width == pytest.approx(800)

    low, bottom = chart.view[0].low, chart.view[1].low
    QTest.keyClick(chart, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert chart.view[0].low == pytest.approx(low + 100)
    QTest.keyClick(chart, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert chart.view[1].low > bottom

    QTest.keyClick(chart, Qt.Key.Key_Minus)
    assert chart.view[0].width == pytest.approx(1000)
    QTest.keyClick(chart, Qt.Key.Key_Escape)
    assert chart.view == fitted
    QTest.keyClick(chart, Qt.Key.Key_Plus)
    QTest.keyClick(chart, Qt.Key.Key_0)
    assert chart.view == fitted


def test_keys_of_the_window_are_left_to_it(chart: LineChart) -> None:
    view = chart.view

    for key in (Qt.Key.Key_Escape, Qt.Key.Key_A, Qt.Key.Key_Tab):
        event_was_taken = _is_taken(chart, key)
        assert not event_was_taken

    assert chart.view == view


def _is_taken(chart: LineChart, key: Qt.Key) -> bool:
    event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier)
    event.ignore()
    chart.keyPressEvent(event)
    return event.isAccepted()


def test_each_change_of_the_view_is_told_once(chart: LineChart) -> None:
    heard: list[None] = []
    chart.view_changed.connect(lambda: heard.append(None))

    chart.pan(10, 0)
    chart.set_view(*chart.view)

    assert len(heard) == 1


def test_the_chart_is_not_mirrored_with_the_window(chart: LineChart, qapp: QApplication) -> None:
    before = chart.grab().toImage()

    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        assert chart.grab().toImage() == before
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
