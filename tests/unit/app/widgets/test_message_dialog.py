from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.widgets.message_dialog import MessageDialog, ShortcutsDialog
from app.widgets.theming import ThemeService


@pytest.fixture
def error(theming: ThemeService, qtbot: QtBot) -> MessageDialog:
    dialog = MessageDialog(
        theming, title="It failed", text="The disk is full.", details="one\ntwo\nthree\nfour"
    )
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def _click(dialog: MessageDialog, button: QPushButton) -> None:
    assert button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_the_details_of_an_error_are_folded_until_they_are_wanted(error: MessageDialog) -> None:
    assert not error.details.isVisible()
    height = error.height()

    _click(error, error.unfold)
    assert error.details.isVisible()
    assert error.height() > height
    _click(error, error.unfold)

    assert not error.details.isVisible()


def test_the_details_are_copied_without_unfolding(error: MessageDialog) -> None:
    _click(error, error.copy)

    assert QGuiApplication.clipboard().text() == "one\ntwo\nthree\nfour"


def test_escape_closes_it(error: MessageDialog) -> None:
    QTest.keyClick(error, Qt.Key.Key_Escape)

    assert not error.isVisible()


def test_the_details_of_a_message_that_is_no_error_are_open(
    theming: ThemeService, qtbot: QtBot
) -> None:
    dialog = MessageDialog(theming, title="About", text="x", details="version", icon="info")
    qtbot.addWidget(dialog)
    dialog.show()

    assert dialog.details.isVisible()
    assert not dialog.unfold.isVisible()


def test_without_details_there_is_nothing_to_copy(theming: ThemeService, qtbot: QtBot) -> None:
    dialog = MessageDialog(theming, title="Done", text="x")
    qtbot.addWidget(dialog)
    dialog.show()

    assert not dialog.copy.isVisible()
    assert not dialog.details.isVisible()


def test_nothing_in_a_text_acts(theming: ThemeService, qtbot: QtBot) -> None:
    dialog = MessageDialog(theming, title="<b>a\u202eb[*]</b>", text="<i>c</i>", details="d\x07")
    qtbot.addWidget(dialog)

    labels = [label for label in dialog.findChildren(QLabel) if label.text()]
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in labels)
    assert r"<b>a\u202eb[*]</b>" in [label.text() for label in labels]
    assert dialog.windowTitle().endswith("b[*][*]</b>")
    assert dialog.details.toPlainText() == r"d\x07"


def test_the_list_of_keys_has_every_line(qtbot: QtBot) -> None:
    dialog = ShortcutsDialog([("File", [("Open", "Ctrl+O")]), ("View", [("Fit", "F")])])
    qtbot.addWidget(dialog)

    texts = {label.text() for label in dialog.findChildren(QLabel)}
    assert {"File", "Open", "Ctrl+O", "View", "Fit", "F"} <= texts
