from __future__ import annotations

import pytest
from PySide6.QtGui import QAction, QImage, QKeySequence
from PySide6.QtWidgets import QToolButton, QWidget
from pytestqt.qtbot import QtBot

from app.state.theme import load_theme
from app.widgets.theming import ThemeService
from app.widgets.window_actions import build_action_specs
from app.window.tool_bar import ToolBar


@pytest.fixture
def actions() -> dict[str, QAction]:
    """The commands of the window, without a window."""
    found = {spec.name: QAction(spec.text) for spec in build_action_specs()}
    for spec in build_action_specs():
        found[spec.name].setShortcuts([QKeySequence(key) for key in spec.keys])
    return found


@pytest.fixture
def bar(qtbot: QtBot, theming: ThemeService, actions: dict[str, QAction]) -> ToolBar:
    commands = [(spec, actions[spec.name]) for spec in build_action_specs()]
    bar = ToolBar(theming, commands=commands, pages=QWidget())
    qtbot.addWidget(bar)
    return bar


def _button(bar: ToolBar, name: str) -> QToolButton:
    return next(b for b in bar.findChildren(QToolButton) if b.accessibleName() == name)


def test_a_button_calls_its_command_and_follows_it(
    bar: ToolBar, actions: dict[str, QAction]
) -> None:
    calls: list[str] = []
    actions["settings"].triggered.connect(lambda: calls.append("settings"))

    _button(bar, "Settings").click()
    actions["settings"].setEnabled(False)
    _button(bar, "Settings").click()

    assert calls == ["settings"]
    assert not _button(bar, "Settings").isEnabled()


def test_tool_tips_name_the_keys_in_use(bar: ToolBar, actions: dict[str, QAction]) -> None:
    assert _button(bar, "Presentation").toolTip() == "Presentation (F5)"

    actions["present"].setShortcut("Ctrl+Y")
    bar.show_shortcuts()

    assert _button(bar, "Presentation").toolTip() == "Presentation (Ctrl+Y)"


def test_the_button_of_the_theme_shows_what_a_click_leads_to(
    bar: ToolBar, theming: ThemeService
) -> None:
    def shown() -> QImage:
        return _button(bar, "Light or dark").icon().pixmap(24).toImage()

    assert shown() == theming.icon("sun").pixmap(24).toImage()

    theming.apply(load_theme("light"))

    assert shown() == theming.icon("moon").pixmap(24).toImage()


def test_buttons_of_commands_that_mean_nothing_are_hidden(bar: ToolBar) -> None:
    bar.show_commands({"settings", "new_run"})

    shown = [each.accessibleName() for each in bar.findChildren(QToolButton) if not each.isHidden()]
    assert shown == ["New run", "Settings"]
