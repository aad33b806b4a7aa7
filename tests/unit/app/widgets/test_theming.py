from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.state.theme import BODY_PX, load_theme
from app.widgets.theming import ThemeService, build_palette, build_style_sheet

_MARKS = dict.fromkeys(("icon_down", "icon_up", "icon_check", "icon_tick"), "mark.png")


@pytest.mark.parametrize("name", ["dark", "light"])
def test_the_style_sheet_has_no_open_token(name: str) -> None:
    sheet = build_style_sheet(load_theme(name), _MARKS)

    assert "@" not in re.sub(r"@\dx", "", sheet)
    assert load_theme(name).color("accent") in sheet


def test_a_token_that_no_theme_has_is_an_error() -> None:
    marks = {name: path for name, path in _MARKS.items() if name != "icon_tick"}

    with pytest.raises(KeyError, match="icon_tick"):
        build_style_sheet(load_theme("dark"), marks)


def test_a_theme_is_applied_to_the_whole_application(
    theming: ThemeService, qapp: QApplication, qtbot: QtBot
) -> None:
    light = load_theme("light", text_scale=2.0)

    with qtbot.waitSignal(theming.changed):
        theming.apply(light)

    assert theming.theme is light
    assert QFont(qapp.font()).pixelSize() == 2 * BODY_PX
    window = qapp.palette().color(QPalette.ColorRole.Window)
    assert window.name() == light.color("chrome")
    paths = re.findall(r"url\(([^)]+)\)", qapp.styleSheet())
    assert paths
    assert all(Path(path.strip("'\"")).is_file() for path in paths)
    theming.apply(load_theme("dark"))


def test_icons_grow_with_the_text_but_less(theming: ThemeService) -> None:
    usual = theming.icon_size.width()
    theming.apply(load_theme("dark", text_scale=2.0))

    large = theming.icon_size.width()

    assert usual < large < 2 * usual
    theming.apply(load_theme("dark"))


def test_disabled_texts_have_their_own_color() -> None:
    theme = load_theme("dark")

    palette = build_palette(theme)

    text = palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText)
    assert text.name() == theme.color("text_disabled")
