from __future__ import annotations

import csv
import io
import math

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QAccessible, QColor, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.charts.curve import Curve
from app.charts.line_chart import LineChart
from app.state.theme import load_theme
from app.widgets.theming import ThemeService
from tests.unit.app.charts.pixels import count_of, near_colors

_X = np.arange(0.0, 1001.0, 100.0)
_RED = QColor("#ff0000")
_BLUE = QColor("#0000ff")


def _curve(
    name: str, y: NDArray[np.float64], color: QColor = _RED, *, faded: bool = False
) -> Curve:
    return Curve(name=name, x=_X, y=y, color=color, faded=faded)


@pytest.fixture
def chart(line_chart: LineChart) -> LineChart:
    """Two curves of eleven points, from 20 to 30 dB and from 25 to 27 dB."""
    line_chart.set_curves(
        [
            _curve("small", np.linspace(20, 30, 11)),
            _curve("large", np.linspace(25, 27, 11), _BLUE),
        ]
    )
    return line_chart


def _read(chart: LineChart) -> str:
    """Return what a screen reader finds as the description of the chart."""
    interface = QAccessible.queryAccessibleInterface(chart)
    return interface.text(QAccessible.Text.Description)


def _picture(chart: LineChart) -> QImage:
    return chart.image(QSize(500, 300), 1.0)


def test_both_curves_are_drawn_in_their_colors(chart: LineChart) -> None:
    picture = _picture(chart)

    assert near_colors(picture, _RED) > 200
    assert near_colors(picture, _BLUE) > 200


def test_a_spike_of_one_point_in_a_million_is_seen(line_chart: LineChart) -> None:
    x = np.arange(1_000_000.0)
    y = np.zeros(1_000_000)
    y[345_678] = 1.0
    line_chart.set_curves([Curve(name="run", x=x, y=y, color=_RED)])
    frame = line_chart.frame

    picture = line_chart.grab().toImage()

    spike = QPoint(round(frame.x_px(345_678)), round(frame.plot.center().y()))
    near = [picture.pixelColor(spike.x() + shift, spike.y()) for shift in (-1, 0, 1)]
    assert _RED in near


def test_the_first_view_has_all_points_and_grows_with_them(chart: LineChart) -> None:
    chart.append("small", np.array([1500.0]), np.array([42.0]))

    x_span, y_span = chart.view
    assert (x_span.low, x_span.high) == (0, 1500)
    assert y_span.low < 20
    assert y_span.high > 42


def test_a_view_that_was_chosen_stays_while_points_come(chart: LineChart) -> None:
    chart.zoom(0.5)
    view = chart.view

    chart.append("large", np.array([1100.0]), np.array([99.0]))
    chart.set_curves([_curve("small", np.zeros(11))])

    assert chart.view == view
    chart.reset_view()
    assert chart.view != view


def test_points_for_an_unknown_curve_are_refused(chart: LineChart) -> None:
    with pytest.raises(KeyError):
        chart.append("other", np.zeros(1), np.zeros(1))


def test_points_go_to_the_curve_that_is_not_faded(line_chart: LineChart) -> None:
    line_chart.set_curves(
        [_curve("run", np.zeros(11), faded=True), _curve("run", np.full(11, 2.0))]
    )

    line_chart.append("run", np.array([1100.0]), np.array([5.0]))

    rows = list(csv.reader(io.StringIO(line_chart.csv())))
    assert rows[11] == ["run", "1000.0", "0.0"]
    assert rows[-1] == ["run", "1100.0", "5.0"]


def test_a_click_on_the_legend_hides_a_curve_and_fits_the_view(chart: LineChart) -> None:
    button = chart.legend.buttons["small"]

    QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    assert near_colors(_picture(chart), _RED, left=100) == 0
    assert chart.view[1].low > 24
    chart.set_curves([_curve("small", np.linspace(20, 30, 11)), _curve("new", np.zeros(11))])
    assert not chart.legend.buttons["small"].isChecked(), "it stays hidden"
    assert chart.legend.buttons["new"].isChecked()


def test_keys_hide_a_curve_too(chart: LineChart) -> None:
    button = chart.legend.buttons["large"]
    button.setFocus()

    QTest.keyClick(button, Qt.Key.Key_Space)

    assert not button.isChecked()
    assert QAccessible.queryAccessibleInterface(button).text(QAccessible.Text.Name) == "large"


def test_a_single_curve_needs_no_legend(line_chart: LineChart) -> None:
    line_chart.set_curves([_curve("run", np.zeros(11))])

    assert line_chart.legend.buttons == {}


def test_colors_of_the_theme_are_given_in_turn_and_by_name(line_chart: LineChart) -> None:
    x = np.arange(3.0)
    names = ["a", "b", "a", "c"]
    line_chart.set_curves([Curve(name=name, x=x, y=x) for name in names])

    colors = [line_chart.color_of(name).name() for name in ("a", "b", "c")]

    theme = load_theme("dark")
    assert colors == [theme.color(f"curve_{number}") for number in (1, 2, 3)]


def test_another_theme_draws_in_its_own_colors(
    line_chart: LineChart, theming: ThemeService
) -> None:
    line_chart.set_curves([Curve(name="run", x=_X, y=_X)])
    dark = line_chart.grab().toImage()

    theming.apply(load_theme("light"))

    light = line_chart.grab().toImage()
    assert dark.pixelColor(300, 8).lightness() < 60
    assert light.pixelColor(300, 8).lightness() > 240


def test_smoothing_draws_a_calm_line_over_a_faint_one(line_chart: LineChart) -> None:
    rng = np.random.default_rng(0)
    x = np.arange(20_000.0)
    line_chart.set_curves([Curve(name="run", x=x, y=rng.normal(size=20_000), color=_RED)])
    raw = count_of(_picture(line_chart), _RED)

    line_chart.set_smoothing(0.99)

    smoothed = count_of(_picture(line_chart), _RED)
    assert 400 < smoothed < raw / 5
    line_chart.set_smoothing(0)
    assert count_of(_picture(line_chart), _RED) == raw


def test_a_faded_curve_is_fainter_than_the_others(line_chart: LineChart) -> None:
    line_chart.set_curves([_curve("run", np.zeros(11), faded=True)])

    picture = _picture(line_chart)

    assert near_colors(picture, _RED) == 0


def test_marks_are_drawn_at_their_steps_and_said(line_chart: LineChart) -> None:
    line_chart.set_curves([_curve("run", np.zeros(11))])
    before = line_chart.grab().toImage()

    line_chart.set_marks([(500.0, "resumed")])

    after = line_chart.grab().toImage()
    column = round(line_chart.frame.x_px(500))
    row = range(60, 300)
    changed = [y for y in row if before.pixel(column, y) != after.pixel(column, y)]
    assert len(changed) > 80
    assert "resumed" in line_chart.svg().decode()


def test_the_pointer_reads_x_and_tells_when_it_leaves(chart: LineChart) -> None:
    heard: list[float] = []
    chart.hovered.connect(heard.append)
    frame = chart.frame

    QTest.mouseMove(chart, QPoint(round(frame.x_px(300)), 200))
    assert heard[-1] == pytest.approx(300, abs=3)
    assert chart.cursor_x == heard[-1]

    QTest.mouseMove(chart, QPoint(2, 2))
    assert math.isnan(heard[-1])
    assert chart.cursor_x is None


def test_the_read_out_is_drawn_without_drawing_the_curves_again(chart: LineChart) -> None:
    plain = chart.grab().toImage()

    chart.set_cursor(500.0)

    assert chart.grab().toImage() != plain
    chart.set_cursor(None)
    assert chart.grab().toImage() == plain


def test_a_screen_reader_says_what_the_chart_is_and_how_it_is_read(chart: LineChart) -> None:
    chart.setAccessibleName("Losses")

    interface = QAccessible.queryAccessibleInterface(chart)

    assert interface.text(QAccessible.Text.Name) == "Losses"
    assert "Arrow keys" in _read(chart)


def test_arrow_keys_walk_along_the_points_and_each_is_said(chart: LineChart) -> None:
    heard: list[float] = []
    chart.hovered.connect(heard.append)

    QTest.keyClick(chart, Qt.Key.Key_Home)
    QTest.keyClick(chart, Qt.Key.Key_Right)
    QTest.keyClick(chart, Qt.Key.Key_Right)

    assert heard == [0, 100, 200]
    assert _read(chart) == "Step 200, small: 22, large: 25.4"
    QTest.keyClick(chart, Qt.Key.Key_Left)
    assert _read(chart) == "Step 100, small: 21, large: 25.2"
    QTest.keyClick(chart, Qt.Key.Key_End)
    assert chart.cursor_x == 1000
    QTest.keyClick(chart, Qt.Key.Key_Right)
    assert chart.cursor_x == 1000


def test_keys_skip_points_that_are_too_near_unless_control_is_held(line_chart: LineChart) -> None:
    x = np.arange(100_000.0)
    line_chart.set_curves([Curve(name="run", x=x, y=x)])
    QTest.keyClick(line_chart, Qt.Key.Key_Home)

    QTest.keyClick(line_chart, Qt.Key.Key_Right)
    assert line_chart.cursor_x == 1000

    QTest.keyClick(line_chart, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert line_chart.cursor_x == 1001


def test_a_point_walked_to_is_brought_into_view(chart: LineChart) -> None:
    x_span, y_span = chart.view
    chart.set_view(x_span.zoomed(0.1, at=0.0), y_span)

    QTest.keyClick(chart, Qt.Key.Key_End)

    assert chart.view[0].contains(1000)


def test_keys_walk_through_the_points_of_curves_that_are_shown(chart: LineChart) -> None:
    chart.append("small", np.array([1100.0]), np.array([31.0]))
    QTest.mouseClick(chart.legend.buttons["small"], Qt.MouseButton.LeftButton)

    QTest.keyClick(chart, Qt.Key.Key_End)

    assert chart.cursor_x == 1000


def test_a_log_axis_keeps_what_was_hidden_and_smoothed(chart: LineChart) -> None:
    QTest.mouseClick(chart.legend.buttons["large"], Qt.MouseButton.LeftButton)

    chart.set_axes("Step", "PSNR (dB)", y_log=True)

    assert not chart.legend.buttons["large"].isChecked()
    assert 1 < chart.view[1].low < math.log10(20)
    assert near_colors(_picture(chart), _BLUE, left=100) == 0


def test_times_are_read_as_durations(line_chart: LineChart) -> None:
    line_chart.set_axes("Time", "Loss", x_is_time=True)
    line_chart.set_curves([Curve(name="run", x=np.array([0.0, 7500.0]), y=np.array([1.0, 2.0]))])

    QTest.keyClick(line_chart, Qt.Key.Key_End)

    assert _read(line_chart) == "2:05 h, run: 2"


def test_an_empty_chart_is_drawn_and_walked_without_harm(line_chart: LineChart) -> None:
    empty = np.empty(0)
    line_chart.set_curves([Curve(name="run", x=empty, y=empty)])
    QTest.keyClick(line_chart, Qt.Key.Key_Right)
    line_chart.set_curves([Curve(name="run", x=_X, y=np.full(11, np.nan))])
    QTest.keyClick(line_chart, Qt.Key.Key_Right)

    assert not line_chart.grab().isNull()


@pytest.mark.parametrize("value", [0.0, 1e-300, 1e300, -5.0, np.inf])
def test_any_value_is_drawn_without_harm(line_chart: LineChart, value: float) -> None:
    y = np.array([1.0, value] * 5 + [1.0])
    for is_log in (False, True):
        line_chart.set_axes("Step", "Loss", x_log=is_log, y_log=is_log)
        line_chart.set_curves([_curve("run", y)])
        line_chart.set_smoothing(0.5)
        line_chart.zoom(0.01, at=QPointF(200, 200))

        assert not line_chart.grab().isNull()


def test_the_table_has_every_point(chart: LineChart) -> None:
    rows = list(csv.reader(io.StringIO(chart.csv())))

    assert rows[0] == ["curve", "Step", "PSNR (dB)"]
    assert len(rows) == 1 + 2 * 11
    assert rows[1] == ["small", "0.0", "20.0"]


def test_the_drawing_has_curves_and_texts(chart: LineChart) -> None:
    chart.setAccessibleName("Quality")

    drawing = chart.svg().decode()

    assert drawing.startswith("<?xml")
    for text in ("PSNR (dB)", "Step", "small", "large", "Quality", "#ff0000", "#0000ff"):
        assert text in drawing
    assert "<image" not in drawing


def test_a_picture_has_the_size_and_the_density_asked_for(chart: LineChart) -> None:
    picture = chart.image(QSize(400, 250), 2.0)

    assert picture.size() == QSize(800, 500)
    assert picture.devicePixelRatio() == 2
    # The legend is in it, too.
    assert near_colors(picture, _RED, bottom=60) > 20


def test_the_chart_has_a_ring_while_it_has_the_focus(chart: LineChart, qtbot: QtBot) -> None:
    qtbot.waitExposed(chart)
    chart.activateWindow()
    focus = QColor(load_theme("dark").color("focus"))
    assert chart.grab().toImage().pixelColor(300, 1) != focus

    chart.setFocus()

    qtbot.waitUntil(chart.hasFocus)
    assert chart.grab().toImage().pixelColor(300, 1) == focus


def test_a_chart_in_a_card_has_the_ground_of_the_card(
    chart: LineChart, theming: ThemeService
) -> None:
    chart.set_ground("raised", is_framed=False)

    picture = chart.grab().toImage()

    assert picture.pixelColor(300, 0) == theming.color("raised")
    assert picture.pixelColor(300, 390) == theming.color("raised")


def test_curves_that_are_given_again_cost_no_drawing(chart: LineChart, qtbot: QtBot) -> None:
    heard: list[None] = []
    button = chart.legend.buttons["small"]
    chart.view_changed.connect(lambda: heard.append(None))

    for extra in (0, 0, 5):
        small = np.append(np.linspace(20, 30, 11), np.full(extra, 31.0))
        x = np.append(_X, 1100 + np.arange(extra))
        chart.set_curves(
            [
                Curve(name="small", x=x, y=small, color=_RED),
                _curve("large", np.linspace(25, 27, 11), _BLUE),
            ]
        )

    assert len(heard) == 1, "only the last time anything was new"
    assert chart.view[0].high == 1104
    assert chart.legend.buttons["small"] is button
