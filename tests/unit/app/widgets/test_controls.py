from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from app.widgets.controls import (
    ElidedLabel,
    Fold,
    Heading,
    JumpSlider,
    PartsLabel,
    Segments,
    longest_parts,
    padded,
    text_label,
)

_LEFT, _RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight


@pytest.fixture
def panel(qtbot: QtBot) -> QWidget:
    panel = QWidget()
    qtbot.addWidget(panel)
    return panel


@pytest.mark.parametrize("kind", ["label", "number"])
def test_text_begins_at_the_side_where_the_layout_begins(panel: QWidget, kind: str) -> None:
    target = text_label("1000 \u00d7 800") if kind == "label" else padded(QSpinBox())
    target.setParent(panel)
    assert target.alignment() & _LEFT

    panel.setLayoutDirection(Qt.LayoutDirection.RightToLeft)

    assert target.alignment() & _RIGHT
    assert target.alignment() & Qt.AlignmentFlag.AlignAbsolute


def test_markup_in_a_label_is_text(qtbot: QtBot) -> None:
    for label in (text_label("<b>x</b>"), ElidedLabel("<b>x</b>")):
        qtbot.addWidget(label)
        assert label.textFormat() is Qt.TextFormat.PlainText


def test_a_long_text_does_not_widen_its_panel(qtbot: QtBot) -> None:
    label = ElidedLabel("a long name " * 40)
    qtbot.addWidget(label)

    assert label.minimumSizeHint().width() < 50
    label.resize(120, 20)
    label.show()
    assert not label.grab().isNull()


def test_the_fact_of_a_heading_goes_below_where_both_do_not_fit(qtbot: QtBot) -> None:
    heading = Heading("Size of the result")
    qtbot.addWidget(heading)
    heading.set_fact("4000 \u00d7 3000 \u00b7 12.0 MP")
    heading.show()
    title, fact = heading.findChildren(QLabel)

    heading.resize(600, 40)
    QApplication.processEvents()
    beside = fact.y() == title.y()
    heading.resize(heading.minimumSizeHint().width(), 60)
    QApplication.processEvents()

    assert beside
    assert fact.y() > title.y()


def test_a_fold_hides_its_content_until_it_is_opened(qtbot: QtBot) -> None:
    content = text_label("details")
    fold = Fold("Details", content)
    qtbot.addWidget(fold)
    fold.show()
    assert not content.isVisible()

    QTest.mouseClick(fold.button, Qt.MouseButton.LeftButton)

    assert content.isVisible()
    assert fold.button.arrowType() is Qt.ArrowType.DownArrow


@pytest.mark.parametrize("is_mirrored", [False, True])
def test_a_click_into_the_groove_jumps_there(qtbot: QtBot, *, is_mirrored: bool) -> None:
    slider = JumpSlider()
    qtbot.addWidget(slider)
    if is_mirrored:
        slider.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    slider.setRange(0, 100)
    slider.resize(220, 24)
    slider.show()

    QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(55, 12))

    assert slider.value() == pytest.approx(75 if is_mirrored else 25, abs=4)
    assert slider.property("mirrored") is is_mirrored


def test_one_segment_is_checked_and_only_a_click_is_reported(qtbot: QtBot) -> None:
    segments = Segments()
    qtbot.addWidget(segments)
    for text in ("a", "b", "c"):
        segments.add(text)
    segments.show()
    chosen: list[int] = []
    segments.chosen.connect(chosen.append)

    segments.set_current(2)
    assert [button.isChecked() for button in segments.buttons()] == [False, False, True]
    assert chosen == []
    QTest.mouseClick(segments.buttons()[1], Qt.MouseButton.LeftButton)
    assert chosen == [1]
    segments.set_current(-1)

    assert not any(button.isChecked() for button in segments.buttons())


def test_a_segment_with_an_icon_alone_has_a_name_for_screen_readers(qtbot: QtBot) -> None:
    segments = Segments()
    qtbot.addWidget(segments)

    assert segments.add("", name="Side by side").accessibleName() == "Side by side"
    assert segments.add("Edge").accessibleName() == "Edge"


@pytest.mark.parametrize(
    ("length", "shown"),
    [(17, "one \u00b7 two \u00b7 three"), (16, "one \u00b7 two"), (8, "one"), (3, "one"), (2, "")],
)
def test_the_last_parts_are_left_out_first(length: int, shown: str) -> None:
    text = "one \u00b7 two \u00b7 three"

    assert longest_parts(text, fits=lambda part: len(part) <= length) == shown


def test_a_label_of_parts_draws_whole_parts(qtbot: QtBot) -> None:
    label, part = (
        PartsLabel("done \u00b7 failed \u00b7 time left"),
        PartsLabel("done \u00b7 failed"),
    )
    for each in (label, part):
        qtbot.addWidget(each)
        each.resize(part.fontMetrics().horizontalAdvance(part.text()) + 4, 20)

    assert label.grab().toImage() == part.grab().toImage()
