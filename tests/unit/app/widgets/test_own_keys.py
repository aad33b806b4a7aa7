from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.widgets.own_keys import OwnKeys


@pytest.mark.parametrize(
    ("keys", "has_own", "is_called"),
    [
        ("M", False, True),
        ("M", True, False),
        ("3", True, False),
        ("+", True, False),
        ("Ctrl+M", True, True),
        ("F1", True, True),
    ],
)
def test_typed_keys_stay_on_the_page_and_others_reach_the_window(
    qtbot: QtBot, keys: str, *, has_own: bool, is_called: bool
) -> None:
    window, page, button = QMainWindow(), QWidget(), QPushButton()
    qtbot.addWidget(window)
    QVBoxLayout(page).addWidget(button)
    window.setCentralWidget(page)
    action = QAction(window)
    action.setShortcut(QKeySequence(keys))
    called: list[str] = []
    action.triggered.connect(lambda: called.append(keys))
    window.addAction(action)
    if has_own:
        OwnKeys(page)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=5000)
    button.setFocus()

    QTest.keySequence(button, QKeySequence(keys))

    assert bool(called) == is_called


@pytest.mark.parametrize(("key", "is_called"), [("F", False), ("G", True), ("Ctrl+F", True)])
def test_a_widget_may_claim_a_few_keys_alone(qtbot: QtBot, key: str, *, is_called: bool) -> None:
    window, button = QMainWindow(), QPushButton()
    qtbot.addWidget(window)
    window.setCentralWidget(button)
    action = QAction(window)
    action.setShortcut(QKeySequence(key))
    called: list[str] = []
    action.triggered.connect(lambda: called.append(key))
    window.addAction(action)
    OwnKeys(button, {Qt.Key.Key_F})
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=5000)
    button.setFocus()

    QTest.keySequence(button, QKeySequence(key))

    assert bool(called) == is_called
