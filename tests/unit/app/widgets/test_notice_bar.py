from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.widgets.notice_bar import NoticeBar


@pytest.fixture
def bar(qtbot: QtBot) -> NoticeBar:
    bar = NoticeBar()
    qtbot.addWidget(bar)
    return bar


def test_it_is_hidden_until_there_is_something_to_show(bar: NoticeBar) -> None:
    assert bar.isHidden()

    bar.add("The disk is full.")

    assert not bar.isHidden()
    assert bar.text == "The disk is full."


def test_a_notice_is_shown_once_also_after_it_was_closed(bar: NoticeBar) -> None:
    bar.add("first")
    bar.add("first")
    assert bar.text == "first"

    QTest.mouseClick(bar.findChildren(QPushButton)[0], Qt.MouseButton.LeftButton)
    assert bar.isHidden()
    bar.add("first")
    assert bar.isHidden()
    bar.add("second")

    assert bar.text == "second"


def test_many_notices_do_not_fill_the_window(bar: NoticeBar) -> None:
    for number in range(7):
        bar.add(f"notice {number}")

    lines = bar.text.splitlines()
    assert lines == ["notice 0", "notice 1", "notice 2", "notice 3", "and 3 more"]
