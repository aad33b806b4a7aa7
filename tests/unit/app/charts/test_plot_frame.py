from __future__ import annotations

import math

import pytest
from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import QFont, QFontMetricsF
from pytestqt.qtbot import QtBot

from app.charts.axis import Axis, Span
from app.charts.plot_frame import PlotFrame, lay_out

_LINEAR = (Axis(label="Step"), Axis(label="PSNR (dB)"))
_SPANS = (Span(0.0, 123_456_789.0), Span(-1.2e-5, 9.7e-4))


def _frame(
    size: tuple[int, int], *, text_px: int = 11, axes: tuple[Axis, Axis] = _LINEAR
) -> tuple[PlotFrame, QFontMetricsF]:
    font = QFont()
    font.setPixelSize(text_px)
    metrics = QFontMetricsF(font)
    spans = (Span(-3.0, 8.1), Span(-9.0, -2.2)) if axes[0].is_log else _SPANS
    return lay_out(QSizeF(*size), metrics, axes, spans), metrics


@pytest.mark.parametrize("text_px", [11, 22])
@pytest.mark.parametrize("size", [(220, 150), (480, 280), (1200, 700)])
@pytest.mark.parametrize("is_log", [False, True])
def test_no_text_leaves_the_chart_or_covers_another(
    text_px: int, size: tuple[int, int], *, is_log: bool
) -> None:
    axes = tuple(Axis(label=axis.label, is_log=is_log) for axis in _LINEAR)
    frame, metrics = _frame(size, text_px=text_px, axes=(axes[0], axes[1]))

    texts = frame.texts(metrics)

    card = QRectF(0, 0, *size)
    assert len(texts) > 3
    for number, text in enumerate(texts):
        assert card.contains(text.place), text.text
        for other in texts[number + 1 :]:
            assert not text.place.intersects(other.place), (text.text, other.text)


def test_a_long_label_is_shortened(qtbot: QtBot) -> None:
    axes = (Axis(label="x" * 300), Axis(label="y" * 300))
    frame, metrics = _frame((300, 200), axes=axes)

    labels = [text for text in frame.texts(metrics) if text.is_label]

    assert [label.text[0] for label in labels] == ["x", "y"]
    assert all(QRectF(0, 0, 300, 200).contains(label.place) for label in labels)


def test_places_and_values_are_inverse(qtbot: QtBot) -> None:
    frame, _ = _frame((500, 300))

    for share in (0.0, 0.3, 1.0):
        x, y = frame.x_span.at(share), frame.y_span.at(share)
        assert frame.x_at(frame.x_px(x)) == pytest.approx(x, abs=1e-6)
        assert frame.y_at(frame.y_px(y)) == pytest.approx(y, abs=1e-12)
    assert frame.x_px(frame.x_span.high) == frame.plot.right()
    assert frame.y_px(frame.y_span.high) == frame.plot.top()


def test_the_plot_lies_on_whole_pixels(qtbot: QtBot) -> None:
    for width in range(300, 330):
        plot = _frame((width, 211))[0].plot
        edges = (plot.left(), plot.top(), plot.right(), plot.bottom())
        assert all(math.floor(edge) == edge for edge in edges)


def test_the_plot_does_not_move_with_every_digit(qtbot: QtBot) -> None:
    font = QFont()
    font.setPixelSize(11)
    metrics = QFontMetricsF(font)
    lefts = set()
    for shift in range(40):
        spans = (Span(0.0, 1.0), Span(20 + shift / 10, 20.5 + shift / 10))
        lefts.add(lay_out(QSizeF(500, 300), metrics, _LINEAR, spans).plot.left())

    assert len(lefts) == 1


def test_the_smallest_chart_still_has_a_plot(qtbot: QtBot) -> None:
    frame, _ = _frame((10, 10), text_px=22)

    assert frame.plot.width() > 0
    assert frame.plot.height() > 0
