"""People choose their own keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton, QWidget

from app.settings.settings_dialog import SettingsDialog
from app.settings.shortcuts_page import ShortcutsPage
from app.shell.pages import PAGES
from tests.gui.conftest import App, StartApp

_CONTROL = Qt.KeyboardModifier.ControlModifier


def _page(app: App) -> ShortcutsPage:
    page = app.controller.commands.show_settings().fields["keyboard.shortcuts"]
    assert isinstance(page, ShortcutsPage)
    return page


def _choose(page: ShortcutsPage, text: str) -> None:
    found = page.commands.findItems(text, Qt.MatchFlag.MatchExactly)
    page.commands.setCurrentItem(found[0])


def _tip(app: App, name: str) -> str:
    buttons = app.page.viewer_page.findChildren(QToolButton)
    return next(b.toolTip() for b in buttons if b.accessibleName() == name)


def _press(page: ShortcutsPage, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
    QTest.keyClick(page.editor, key, modifiers)
    page.editor.editingFinished.emit()


def test_a_new_key_holds_at_once_and_after_a_start(start_app: StartApp) -> None:
    app = start_app()
    page = _page(app)
    _choose(page, "Open photos")

    _press(page, Qt.Key.Key_L, _CONTROL)

    assert app.shell.window.actions_by_name["open"].shortcut().toString() == "Ctrl+L"
    app.close()
    again = start_app()
    assert again.shell.window.actions_by_name["open"].shortcut().toString() == "Ctrl+L"


def test_a_key_in_use_is_only_taken_after_a_warning(app: App) -> None:
    page = _page(app)
    _choose(page, "Open photos")

    _press(page, Qt.Key.Key_V, _CONTROL)

    actions = app.shell.window.actions_by_name
    assert "Paste a photo" in page.note.text()
    assert actions["paste"].shortcut().toString() == "Ctrl+V"
    page.take.click()
    assert actions["open"].shortcut().toString() == "Ctrl+V"
    assert actions["paste"].shortcuts() == []


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Left])
def test_keys_that_move_in_the_window_are_refused(app: App, key: Qt.Key) -> None:
    page = _page(app)
    _choose(page, "Open photos")

    _press(page, key, Qt.KeyboardModifier.NoModifier)

    assert app.shell.settings.text("keyboard.shortcuts") == ""
    assert page.editor.keySequence().toString() == "Ctrl+O"


def test_default_and_reset_bring_the_old_keys_back(app: App) -> None:
    dialog = app.controller.commands.show_settings()
    page = dialog.fields["keyboard.shortcuts"]
    assert isinstance(page, ShortcutsPage)
    loupe = app.shell.window.actions_by_name["loupe"]
    _choose(page, "Loupe")
    page.clear.click()
    assert loupe.shortcuts() == []
    page.default.click()
    assert loupe.shortcut().toString() == "L"
    _press(page, Qt.Key.Key_J, Qt.KeyboardModifier.NoModifier)
    assert loupe.shortcut().toString() == "J"
    assert "(J)" in _tip(app, "Loupe")

    dialog.reset.click()

    assert loupe.shortcut().toString() == "L"


def test_commands_are_found_by_name_and_by_key(app: App) -> None:
    page = _page(app)

    page.search.setText("ctrl+shift+o")

    rows = range(page.commands.topLevelItemCount())
    items = [page.commands.topLevelItem(row) for row in rows]
    shown = [item.text(0) for item in items if item is not None and not item.isHidden()]
    assert shown == ["Add a folder to the queue"]


@pytest.mark.parametrize("key", [Qt.Key.Key_Tab, Qt.Key.Key_Backtab])
def test_tab_leaves_the_field_for_keys(app: App, key: Qt.Key) -> None:
    page = _page(app)
    _choose(page, "Loupe")
    _bring_forward(page)
    page.editor.setFocus()
    assert _has_focus(page.editor)

    QTest.keyClick(page.editor, key)

    assert not _has_focus(page.editor)
    assert page.editor.keySequence().toString() == "L"
    assert app.shell.settings.text("keyboard.shortcuts") == ""


def test_every_command_of_the_menus_does_something(app: App) -> None:
    connected = set(app.controller.commands.everywhere.names)
    for spec in PAGES:
        app.controller.show_page(spec.name)
        connected |= app.controller.page_in_front.page_commands.names

    assert connected == set(app.shell.window.actions_by_name)


def _bring_forward(page: ShortcutsPage) -> None:
    dialog = page.window()
    assert isinstance(dialog, SettingsDialog)
    dialog.sections.setCurrentRow(dialog.sections.count() - 1)
    assert page.isVisible()


def _has_focus(field: QWidget) -> bool:
    # Of its window, which need not be the active one here.
    focused = field.window().focusWidget()
    return focused is field or field.isAncestorOf(focused)
