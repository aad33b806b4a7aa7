from __future__ import annotations

from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from app.widgets.theming import ThemeService
from app.window.page_switcher import PageSwitcher


def _switcher(qtbot: QtBot, theming: ThemeService, menu: QMenu, *, count: int) -> PageSwitcher:
    qtbot.addWidget(menu)
    switcher = PageSwitcher(theming, menu=menu)
    qtbot.addWidget(switcher)
    for number in range(count):
        name = f"page-{number}"
        switcher.add_page(name, title=name.upper(), icon="model", shortcut=f"Alt+{number + 1}")
    return switcher


def test_one_page_is_offered_nowhere(qtbot: QtBot, theming: ThemeService) -> None:
    menu = QMenu()
    switcher = _switcher(qtbot, theming, menu, count=1)

    assert switcher.isHidden()
    assert [action for action in menu.actions() if action.isVisible()] == []


def test_two_pages_are_offered_as_buttons_and_in_the_menu(
    qtbot: QtBot, theming: ThemeService
) -> None:
    menu = QMenu()
    switcher = _switcher(qtbot, theming, menu, count=2)

    assert not switcher.isHidden()
    entries = [action for action in menu.actions() if not action.isSeparator()]
    assert [entry.text() for entry in entries] == ["PAGE-0", "PAGE-1"]
    assert [entry.shortcut().toString() for entry in entries] == ["Alt+1", "Alt+2"]
    assert all(not button.icon().isNull() for button in switcher.buttons())


def test_button_and_entry_ask_for_the_page_by_its_name(qtbot: QtBot, theming: ThemeService) -> None:
    menu = QMenu()
    switcher = _switcher(qtbot, theming, menu, count=3)
    asked: list[str] = []
    switcher.page_requested.connect(asked.append)

    switcher.buttons()[2].click()
    menu.actions()[-2].trigger()

    assert asked == ["page-2", "page-1"]


def test_the_page_that_is_shown_is_marked_in_both(qtbot: QtBot, theming: ThemeService) -> None:
    menu = QMenu()
    switcher = _switcher(qtbot, theming, menu, count=3)

    switcher.show_current("page-1")

    assert [button.isChecked() for button in switcher.buttons()] == [False, True, False]
    entries = [action for action in menu.actions() if not action.isSeparator()]
    assert [entry.isChecked() for entry in entries] == [False, True, False]
