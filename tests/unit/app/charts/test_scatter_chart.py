from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QAccessible, QColor
from PySide6.QtTest import QTest

from app.charts.point import Point
from app.charts.scatter_chart import ScatterChart
from app.state.theme import load_theme
from tests.unit.app.charts.pixels import count_of, near_colors

_CTRL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
_LEFT = Qt.MouseButton.LeftButton
_ACCENT = QColor(load_theme("dark").color("accent"))


def _point(
    name: str, x: float, y: float, *, is_front: bool = True, is_measured: bool = True
) -> Point:
    label = f"{name}: {x:g} ms, {y:g} dB"
    return Point(id=name, x=x, y=y, is_front=is_front, is_measured=is_measured, label=label)


_FRONT = [_point("a", 5, 26), _point("b", 10, 28), _point("c", 20, 29)]
_BEHIND = [_point("d", 15, 25, is_front=False), _point("e", 18, 27, is_front=False)]


@pytest.fixture
def chart(scatter_chart: ScatterChart) -> ScatterChart:
    """A front of three points, and two dominated ones."""
    scatter_chart.set_points([_BEHIND[0], *_FRONT, _BEHIND[1]])
    return scatter_chart


class _Heard:
    """Keeps what a chart says."""

    def __init__(self, chart: ScatterChart) -> None:
        self.hovered: list[str] = []
        self.activated: list[str] = []
        self.pinned: list[str] = []
        self.limits: list[tuple[float | None, float | None]] = []
        chart.hovered.connect(self.hovered.append)
        chart.activated.connect(self.activated.append)
        chart.pinned.connect(self.pinned.append)
        chart.limits_changed.connect(lambda x, y: self.limits.append((x, y)))


def _place(chart: ScatterChart, name: str) -> QPoint:
    place = chart.place_of(name)
    assert place is not None
    return place.toPoint()


def _read(chart: ScatterChart) -> str:
    interface = QAccessible.queryAccessibleInterface(chart)
    return interface.text(QAccessible.Text.Description)


@pytest.mark.parametrize("name", ["a", "b", "c", "d", "e"])
def test_a_click_on_a_point_chooses_it(chart: ScatterChart, name: str) -> None:
    heard = _Heard(chart)

    QTest.mouseClick(chart, _LEFT, pos=_place(chart, name) + QPoint(3, -2))

    assert chart.current == name
    assert heard.activated == [name]
    assert heard.pinned == []


@pytest.mark.parametrize("modifier", [_CTRL, _SHIFT])
def test_a_click_with_control_or_shift_pins_and_chooses_nothing(
    chart: ScatterChart, modifier: Qt.KeyboardModifier
) -> None:
    heard = _Heard(chart)

    QTest.mouseClick(chart, _LEFT, modifier, pos=_place(chart, "b"))

    assert heard.pinned == ["b"]
    assert heard.activated == []
    assert chart.current is None


def test_a_click_far_from_all_points_does_nothing(chart: ScatterChart) -> None:
    heard = _Heard(chart)

    QTest.mouseClick(chart, _LEFT, pos=_place(chart, "c") + QPoint(0, 60))

    assert heard.activated == []


def test_a_drag_that_ends_on_a_point_chooses_nothing(chart: ScatterChart) -> None:
    heard = _Heard(chart)
    target = _place(chart, "b")
    view = chart.view

    QTest.mousePress(chart, _LEFT, pos=target)
    for step in range(1, 6):
        QTest.mouseMove(chart, target + QPoint(10 * step, 0))
    QTest.mouseRelease(chart, _LEFT, pos=target + QPoint(50, 0))

    assert heard.activated == []
    assert chart.view[0].low < view[0].low


def test_a_point_of_the_front_is_hit_before_one_as_near_behind_it(
    scatter_chart: ScatterChart,
) -> None:
    scatter_chart.set_points(
        [
            _point("front", 10, 20),
            _point("behind", 10.1, 20, is_front=False),
            _point("far", 20, 30),
        ]
    )
    between = (_place(scatter_chart, "front") + _place(scatter_chart, "behind")) / 2

    assert scatter_chart.point_at(QPointF(between)) == "front"


def test_the_pointer_tells_what_is_under_it_once(chart: ScatterChart) -> None:
    heard = _Heard(chart)

    QTest.mouseMove(chart, _place(chart, "e"))
    QTest.mouseMove(chart, _place(chart, "e") + QPoint(2, 0))
    QTest.mouseMove(chart, _place(chart, "e") + QPoint(60, 60))

    assert heard.hovered == ["e", ""]


def test_arrow_keys_walk_along_the_front_and_each_point_is_said(chart: ScatterChart) -> None:
    heard = _Heard(chart)
    found = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Right):
        QTest.keyClick(chart, key)
        found.append(_read(chart))

    assert heard.hovered == ["a", "b", "c", "c"]
    assert found[0] == "a: 5 ms, 26 dB (1 / 3)"
    assert found[2] == "c: 20 ms, 29 dB (3 / 3)"
    QTest.keyClick(chart, Qt.Key.Key_Left)
    assert chart.current == "b"


def test_without_a_front_keys_walk_along_all_points(scatter_chart: ScatterChart) -> None:
    scatter_chart.set_points(_BEHIND)

    QTest.keyClick(scatter_chart, Qt.Key.Key_Left)

    assert scatter_chart.current == "e"


def test_enter_chooses_and_the_space_bar_pins_the_current_point(chart: ScatterChart) -> None:
    heard = _Heard(chart)
    QTest.keyClick(chart, Qt.Key.Key_Space)
    QTest.keyClick(chart, Qt.Key.Key_Return)
    assert heard.activated == heard.pinned == [], "no point is current yet"

    QTest.keyClick(chart, Qt.Key.Key_Right)
    QTest.keyClick(chart, Qt.Key.Key_Return)
    QTest.keyClick(chart, Qt.Key.Key_Space)

    assert heard.activated == heard.pinned == ["a"]


def test_a_point_walked_to_is_brought_into_view(chart: ScatterChart) -> None:
    x_span, y_span = chart.view
    chart.set_view(x_span.zoomed(0.1, at=5.0), y_span)
    chart.select("b")

    QTest.keyClick(chart, Qt.Key.Key_Right)

    assert chart.view[0].contains(20)


def test_the_choice_stays_while_points_come_and_ends_with_its_point(chart: ScatterChart) -> None:
    chart.select("b")

    chart.set_points([*_FRONT, _point("f", 30, 30)])
    assert chart.current == "b"

    chart.set_points([_FRONT[0]])
    assert chart.current is None


def test_points_without_a_coordinate_are_left_out(scatter_chart: ScatterChart) -> None:
    points = [*_FRONT, _point("x", math.nan, 27), _point("y", 8, math.inf)]
    scatter_chart.set_points(points)

    assert scatter_chart.place_of("x") is None
    assert scatter_chart.place_of("y") is None
    for _ in range(9):
        QTest.keyClick(scatter_chart, Qt.Key.Key_Right)
    assert scatter_chart.current == "c"


def _drawn(chart: ScatterChart, points: Sequence[Point]) -> int:
    chart.set_points(points)
    return near_colors(chart.image(QSize(500, 300), 1.0), _ACCENT, within=30)


def test_measured_points_are_full_and_estimated_ones_hollow(scatter_chart: ScatterChart) -> None:
    measured = [_point("m", 10, 20)]
    estimated = [_point("m", 10, 20, is_measured=False)]

    for points, is_full in ((measured, True), (estimated, False)):
        assert _drawn(scatter_chart, points) > 25
        middle = scatter_chart.grab().toImage().pixelColor(_place(scatter_chart, "m"))
        assert (middle == _ACCENT) is is_full


def test_dominated_points_are_fainter_than_the_front(scatter_chart: ScatterChart) -> None:
    assert _drawn(scatter_chart, [_point("d", 1, 1, is_front=False)]) == 0
    assert _drawn(scatter_chart, [_point("d", 1, 1)]) > 0


def test_pinned_points_carry_letters_in_their_order(chart: ScatterChart) -> None:
    chart.pin(["c", "a", "gone"])

    drawing = chart.svg().decode()

    assert ">A<" in drawing.replace("\n", "")
    assert ">B<" in drawing.replace("\n", "")
    assert ">C<" not in drawing.replace("\n", "")
    assert "<image" not in drawing


def test_a_thousand_points_are_drawn_where_they_are(scatter_chart: ScatterChart) -> None:
    rng = np.random.default_rng(0)
    places = rng.uniform(0, 100, (1000, 2))
    points = [
        _point(str(number), x, y, is_measured=number % 2 == 0)
        for number, (x, y) in enumerate(places.tolist())
    ]
    scatter_chart.set_points(points)
    picture = scatter_chart.grab().toImage()

    hits = 0
    for point in points:
        middle = _place(scatter_chart, point.id)
        area = picture.copy(middle.x() - 6, middle.y() - 6, 13, 13)
        hits += near_colors(area, _ACCENT) > 10

    assert hits == 1000


def test_labels_can_be_left_to_the_page(chart: ScatterChart) -> None:
    card = QColor(load_theme("dark").color("raised"))
    QTest.mouseMove(chart, _place(chart, "a"))
    assert count_of(chart.grab().toImage(), card) > 300

    chart.set_read_out(is_shown=False)

    assert count_of(chart.grab().toImage(), card) < 100


def test_the_table_has_every_point(chart: ScatterChart) -> None:
    rows = list(csv.reader(io.StringIO(chart.csv())))

    assert rows[0] == ["id", "Latency (ms)", "PSNR (dB)", "front", "measured"]
    assert rows[1] == ["d", "15", "25", "0", "1"]
    assert len(rows) == 6


def test_a_log_axis_moves_the_points(chart: ScatterChart) -> None:
    def share() -> float:
        a, b, c = (_place(chart, name).x() for name in "abc")
        return (b - a) / (c - a)

    assert share() == pytest.approx(1 / 3, abs=0.02)
    chart.set_axes("Latency (ms)", "PSNR (dB)", x_log=True)
    assert share() == pytest.approx(1 / 2, abs=0.02)


def test_an_empty_chart_is_drawn_and_walked_without_harm(scatter_chart: ScatterChart) -> None:
    scatter_chart.set_points([])
    QTest.keyClick(scatter_chart, Qt.Key.Key_Right)
    scatter_chart.set_points([_point("x", math.nan, math.nan)])
    QTest.keyClick(scatter_chart, Qt.Key.Key_Right)

    assert scatter_chart.current is None
    assert not scatter_chart.grab().isNull()
