from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.judging.pair_canvas import PairCanvas


def _plain(color: str, width: int = 400, height: int = 400) -> QImage:
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor(color))
    return image


@pytest.fixture
def canvas(qtbot: QtBot) -> PairCanvas:
    canvas = PairCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(406, 200)
    canvas.show()
    return canvas


def _colors(canvas: PairCanvas) -> tuple[str, str]:
    image = canvas.grab().toImage()
    middle = canvas.height() // 2
    return image.pixelColor(100, middle).name(), image.pixelColor(306, middle).name()


def test_left_is_left_and_right_is_right(canvas: PairCanvas) -> None:
    canvas.show_pair(_plain("red"), _plain("blue"), is_new_photo=True)

    assert _colors(canvas) == ("#ff0000", "#0000ff")


def test_sides_are_not_mirrored_where_lines_run_from_right_to_left(canvas: PairCanvas) -> None:
    canvas.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    canvas.show_pair(_plain("red"), _plain("blue"), is_new_photo=True)

    assert _colors(canvas) == ("#ff0000", "#0000ff")


def test_both_halves_show_the_same_spot(canvas: PairCanvas) -> None:
    marked = _plain("white")
    marked.fill(QColor("white"))
    for y in range(190, 210):
        for x in range(190, 210):
            marked.setPixelColor(x, y, QColor("black"))
    canvas.show_pair(marked, marked.copy(), is_new_photo=True)

    for _ in range(3):
        image = canvas.grab().toImage()
        left = image.copy(2, 40, 196, 150)
        assert left == image.copy(208, 40, 196, 150)
        canvas.zoom_to(canvas.view.zoom * 1.7, at=QPointF(250, 60))
        canvas.pan(13, -9)


def test_a_large_picture_starts_pixel_for_pixel_and_the_view_stays_for_the_next_pair(
    canvas: PairCanvas,
) -> None:
    canvas.show_pair(_plain("red"), _plain("blue"), is_new_photo=True)
    assert canvas.view.zoom == 1
    canvas.zoom_to(2.5)
    canvas.pan(30, 20)
    view = canvas.view

    canvas.show_pair(_plain("green"), _plain("red"), is_new_photo=False)
    assert canvas.view == view
    canvas.show_pair(_plain("green"), _plain("red"), is_new_photo=True)
    assert canvas.view.zoom == 1


def test_a_picture_of_another_scale_is_shown_at_the_same_size(canvas: PairCanvas) -> None:
    canvas.show_pair(_plain("red", 200, 200), _plain("blue"), is_new_photo=True)

    canvas.fit()

    assert _colors(canvas) == ("#ff0000", "#0000ff")
    image = canvas.grab().toImage()
    assert image.pixelColor(20, 195).name() == "#ff0000"
    assert image.pixelColor(226, 195).name() == "#0000ff"


def test_a_shrunk_picture_is_averaged_and_not_thinned_out(canvas: PairCanvas) -> None:
    stripes = _plain("white", 1600, 800)
    for x in range(0, 1600, 2):
        for y in range(800):
            stripes.setPixel(x, y, 0xFF000000)
    canvas.show_pair(stripes, stripes.copy(), is_new_photo=True)
    canvas.fit()

    gray = canvas.grab().toImage().pixelColor(100, 100)
    assert gray.red() == pytest.approx(127, abs=12)


def test_keys_zoom_and_move(canvas: PairCanvas) -> None:
    canvas.show_pair(_plain("red"), _plain("blue"), is_new_photo=True)
    canvas.setFocus()

    QTest.keyClick(canvas, Qt.Key.Key_Plus)
    assert canvas.view.zoom > 1
    before = canvas.view.center_x
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert canvas.view.center_x > before
    QTest.keyClick(canvas, Qt.Key.Key_Minus)
    QTest.keyClick(canvas, Qt.Key.Key_F)
    assert canvas.view.is_fitted


def test_a_message_takes_the_place_of_the_pictures(canvas: PairCanvas) -> None:
    canvas.show_pair(_plain("red"), _plain("blue"), is_new_photo=True)

    canvas.show_message("wait")

    assert canvas.images is None
    assert "#ff0000" not in _colors(canvas)
