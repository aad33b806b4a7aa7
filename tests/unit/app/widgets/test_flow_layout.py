from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QWidget
from pytestqt.qtbot import QtBot

from app.state.theme import SPACE_S_PX
from app.widgets.flow_layout import FlowLayout


@pytest.fixture
def boxes(qtbot: QtBot) -> tuple[QWidget, list[QWidget]]:
    """Three widgets of 100 by 30 pixels in a row."""
    parent = QWidget()
    qtbot.addWidget(parent)
    layout = FlowLayout(parent)
    widgets = []
    for _ in range(3):
        widget = QWidget()
        widget.setFixedSize(100, 30)
        layout.addWidget(widget)
        widgets.append(widget)
    parent.show()
    return parent, widgets


def test_widgets_share_a_line_while_they_fit(boxes: tuple[QWidget, list[QWidget]]) -> None:
    parent, widgets = boxes

    parent.resize(100 * 3 + 2 * SPACE_S_PX, 200)

    assert [widget.y() for widget in widgets] == [0, 0, 0]
    assert [widget.x() for widget in widgets] == [0, 100 + SPACE_S_PX, 2 * (100 + SPACE_S_PX)]


def test_what_does_not_fit_goes_to_the_next_line(boxes: tuple[QWidget, list[QWidget]]) -> None:
    parent, widgets = boxes

    parent.resize(250, 200)

    assert [(widget.x(), widget.y()) for widget in widgets] == [
        (0, 0),
        (100 + SPACE_S_PX, 0),
        (0, 30 + SPACE_S_PX),
    ]
    assert _layout(parent).heightForWidth(250) == 60 + SPACE_S_PX


def test_a_mirrored_row_begins_at_the_right(boxes: tuple[QWidget, list[QWidget]]) -> None:
    parent, widgets = boxes
    parent.setLayoutDirection(Qt.LayoutDirection.RightToLeft)

    parent.resize(250, 201)

    assert widgets[0].geometry().right() == 249
    assert widgets[2].geometry().right() == 249


def test_a_hidden_widget_leaves_no_gap(boxes: tuple[QWidget, list[QWidget]]) -> None:
    parent, widgets = boxes
    parent.resize(400, 200)

    widgets[0].hide()
    _layout(parent).activate()

    assert widgets[1].x() == 0


def test_no_line_is_narrower_than_its_widest_widget(boxes: tuple[QWidget, list[QWidget]]) -> None:
    assert _layout(boxes[0]).minimumSize().width() == 100


def _layout(parent: QWidget) -> QLayout:
    layout = parent.layout()
    assert layout is not None
    return layout
