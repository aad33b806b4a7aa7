from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest

from app.charts.point import Point
from app.charts.scatter_chart import ScatterChart

_LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def chart(scatter_chart: ScatterChart) -> ScatterChart:
    """Points from 0 to 100 ms and from 20 to 30 dB."""
    places = [(0.0, 20.0), (50.0, 28.0), (100.0, 30.0)]
    scatter_chart.set_points(
        [Point(id=f"{x:g}", x=x, y=y, is_front=True, is_measured=True, label="") for x, y in places]
    )
    return scatter_chart


def _heard(chart: ScatterChart) -> list[tuple[float | None, float | None]]:
    limits: list[tuple[float | None, float | None]] = []
    chart.limits_changed.connect(lambda x, y: limits.append((x, y)))
    return limits


def _line(chart: ScatterChart, *, x: float | None = None, y: float | None = None) -> QPoint:
    frame, middle = chart.frame, chart.frame.plot.center()
    return QPoint(
        round(middle.x() if x is None else frame.x_px(x)),
        round(middle.y() if y is None else frame.y_px(y)),
    )


def _drag(chart: ScatterChart, begin: QPoint, end: QPoint) -> None:
    QTest.mousePress(chart, _LEFT, pos=begin)
    QTest.mouseMove(chart, (begin + end) / 2)
    QTest.mouseMove(chart, end)
    QTest.mouseRelease(chart, _LEFT, pos=end)


def test_the_line_across_is_dragged_by_itself(chart: ScatterChart) -> None:
    chart.set_limits(80, None)
    heard, view = _heard(chart), chart.view

    _drag(chart, _line(chart, x=80), _line(chart, x=30))

    assert chart.limits[0] == pytest.approx(30, abs=0.5)
    assert heard[-1] == chart.limits
    assert chart.limits[1] is None
    assert chart.view == view, "the data stays"


def test_the_line_of_y_is_dragged_by_itself(chart: ScatterChart) -> None:
    chart.set_limits(None, 22)

    _drag(chart, _line(chart, y=22), _line(chart, y=27))

    assert chart.limits[1] == pytest.approx(27, abs=0.1)


def test_a_grip_makes_a_limit_and_takes_it_away_at_its_end(chart: ScatterChart) -> None:
    heard = _heard(chart)
    grip = chart.limit_handles[0]
    middle = grip.rect().center()

    QTest.mousePress(grip, _LEFT, pos=middle)
    QTest.mouseMove(grip, grip.mapFrom(chart, _line(chart, x=40)))
    QTest.mouseRelease(grip, _LEFT)
    assert chart.limits[0] == pytest.approx(40, abs=0.5)
    assert grip.geometry().center().x() == pytest.approx(_line(chart, x=40).x(), abs=2)

    QTest.mousePress(grip, _LEFT, pos=middle)
    QTest.mouseMove(grip, grip.mapFrom(chart, QPoint(chart.width(), 40)))
    QTest.mouseRelease(grip, _LEFT)
    assert chart.limits == (None, None)
    assert heard[-1] == (None, None)


def test_keys_move_limits_and_a_screen_reader_hears_them(chart: ScatterChart) -> None:
    across, up = chart.limit_handles
    for _ in range(30):
        QTest.keyClick(across, Qt.Key.Key_Left)
    for _ in range(3):
        QTest.keyClick(up, Qt.Key.Key_PageUp)

    x_span, y_span = chart.view
    assert chart.limits[0] == pytest.approx(x_span.at(0.7), abs=0.5)
    assert chart.limits[1] == pytest.approx(y_span.at(0.3), abs=0.05)
    interface = QAccessible.queryAccessibleInterface(across)
    assert interface.text(QAccessible.Text.Name) == "At most: Latency (ms)"
    assert interface.text(QAccessible.Text.Description) == f"\u2264 {chart.limits[0]:g}"
    interface = QAccessible.queryAccessibleInterface(up)
    assert interface.text(QAccessible.Text.Name) == "At least: PSNR (dB)"

    QTest.keyClick(across, Qt.Key.Key_End)
    QTest.keyClick(up, Qt.Key.Key_Home)
    assert chart.limits == (None, None)


def test_the_arrow_keys_of_a_grip_leave_the_points_alone(chart: ScatterChart) -> None:
    QTest.keyClick(chart.limit_handles[0], Qt.Key.Key_Left)

    assert chart.current is None


def test_limits_that_are_set_are_not_heard_back(chart: ScatterChart) -> None:
    heard = _heard(chart)

    chart.set_limits(10, 25)

    assert not heard
    assert chart.limits == (10, 25)


def test_a_limit_has_no_more_digits_than_the_eye_can_tell(chart: ScatterChart) -> None:
    chart.set_limits(80, None)

    _drag(chart, _line(chart, x=80), _line(chart, x=33.3333))

    assert len(f"{chart.limits[0]!r}") <= 4


def test_where_less_is_better_the_limit_of_y_is_its_largest_value(chart: ScatterChart) -> None:
    chart.set_better(y_is_higher=False)
    up = chart.limit_handles[1]

    QTest.keyClick(up, Qt.Key.Key_PageDown)

    assert up.accessibleName() == "At most: PSNR (dB)"
    assert chart.limits[1] == pytest.approx(chart.view[1].at(0.9), abs=0.05)
    QTest.keyClick(up, Qt.Key.Key_End)
    assert chart.limits == (None, None)


def test_a_limit_stays_where_it_is_while_the_view_moves(chart: ScatterChart) -> None:
    chart.set_limits(40, None)
    grip = chart.limit_handles[0]

    chart.pan(-50, 0)

    assert chart.limits[0] == 40
    assert grip.geometry().center().x() == pytest.approx(_line(chart, x=40).x(), abs=2)


def test_limits_are_in_pictures_of_the_chart(chart: ScatterChart) -> None:
    chart.set_limits(40, 26)

    drawing = chart.svg().decode()

    assert "\u2264 40" in drawing
    assert "\u2265 26" in drawing


@pytest.mark.parametrize("limit", [1e9, -1e9, 0.0])
def test_limits_out_of_view_are_drawn_without_harm(chart: ScatterChart, limit: float) -> None:
    chart.set_axes("Latency (ms)", "PSNR (dB)", x_log=True, y_log=True)
    chart.set_limits(limit, limit)

    assert not chart.grab().isNull()
