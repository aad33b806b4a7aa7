from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStyle, QStyleOptionSlider
from pytestqt.qtbot import QtBot

from app.widgets.marked_slider import MarkedSlider
from app.widgets.theming import ThemeService


@pytest.fixture
def slider(qtbot: QtBot, theming: ThemeService) -> MarkedSlider:
    slider = MarkedSlider()
    qtbot.addWidget(slider)
    slider.resize(216, 24)
    slider.show()
    return slider


def _handle_middle(slider: MarkedSlider) -> float:
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    part = QStyle.SubControl.SC_SliderHandle
    handle = slider.style().subControlRect(QStyle.ComplexControl.CC_Slider, option, part, slider)
    return handle.left() + handle.width() / 2


@pytest.mark.parametrize("is_mirrored", [False, True])
@pytest.mark.parametrize("value", [0, 31, 100])
def test_the_mark_is_below_the_middle_of_a_handle_at_its_value(
    slider: MarkedSlider, value: int, *, is_mirrored: bool
) -> None:
    slider.setLayoutDirection(
        Qt.LayoutDirection.RightToLeft if is_mirrored else Qt.LayoutDirection.LeftToRight
    )
    slider.setValue(value)
    bare = slider.grab().toImage()

    slider.set_mark(value)
    marked = slider.grab().toImage()

    row = bare.height() - 1
    changed = [x for x in range(bare.width()) if bare.pixel(x, row) != marked.pixel(x, row)]
    assert changed
    middle = sum(changed) / len(changed) + 0.5
    assert middle == pytest.approx(_handle_middle(slider), abs=1.5)


def test_a_mark_can_be_taken_away(slider: MarkedSlider) -> None:
    bare = slider.grab().toImage()
    slider.set_mark(50)
    assert slider.grab().toImage() != bare

    slider.set_mark(None)

    assert slider.mark is None
    assert slider.grab().toImage() == bare
