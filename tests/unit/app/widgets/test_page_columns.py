from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QWidget
from pytestqt.qtbot import QtBot

from app.widgets.page_columns import PageColumns


def test_a_page_hears_when_it_comes_to_the_front_and_leaves_it(qtbot: QtBot) -> None:
    stack, columns, other = QStackedWidget(), PageColumns(), QWidget()
    qtbot.addWidget(stack)
    for page in (other, columns):
        stack.addWidget(page)
    seen: list[str] = []
    columns.shown.connect(lambda: seen.append("shown"))
    columns.hidden.connect(lambda: seen.append("hidden"))
    stack.show()
    assert seen == []

    stack.setCurrentWidget(columns)
    stack.setCurrentWidget(other)

    assert seen == ["shown", "hidden"]
