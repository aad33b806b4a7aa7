from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QApplication

from app.settings.shortcut_table import RESERVED_KEYS
from app.state.resources import resource_path
from app.widgets.window_actions import ActionSpec, build_action_specs, plain_text, tip_text


@pytest.fixture
def specs(qapp: QApplication) -> tuple[ActionSpec, ...]:
    return build_action_specs()


def test_names_and_keys_are_given_once(specs: tuple[ActionSpec, ...]) -> None:
    names = Counter(spec.name for spec in specs)
    keys = Counter(key for spec in specs for key in spec.keys)

    assert [name for name, count in names.items() if count > 1] == []
    assert [key for key, count in keys.items() if count > 1] == []


def test_keys_are_written_as_qt_writes_them_and_none_moves_in_the_window(
    specs: tuple[ActionSpec, ...],
) -> None:
    keys = [key for spec in specs for key in spec.keys]
    portable = [QKeySequence(key).toString() for key in keys]

    assert portable == keys
    assert not RESERVED_KEYS & set(keys)


@pytest.fixture(params=["en", "de"])
def language(qapp: QApplication, request: pytest.FixtureRequest) -> Iterator[str]:
    """The language of the app, for as long as a test."""
    translator = QTranslator()
    if request.param != "en":
        path = resource_path("translations", f"mfagan-studio_{request.param}.qm")
        assert translator.load(str(path))
        qapp.installTranslator(translator)
    yield request.param
    qapp.removeTranslator(translator)


@pytest.mark.usefixtures("language")
def test_marks_of_one_menu_differ() -> None:
    menus: dict[str, list[str]] = {}
    for spec in build_action_specs():
        _before, has_mark, after = spec.text.replace("&&", "").partition("&")
        if has_mark:
            menus.setdefault(spec.menu, []).append(after[0].lower())

    for menu, marks in menus.items():
        doubled = [mark for mark, count in Counter(marks).items() if count > 1]
        assert doubled == [], menu


def test_every_icon_exists(specs: tuple[ActionSpec, ...]) -> None:
    for spec in specs:
        assert not spec.icon or resource_path("icons", f"{spec.icon}.svg").is_file(), spec.name


def test_texts_for_lists_and_tips_have_no_marks(qapp: QApplication) -> None:
    action = QAction("&Open photos\u2026")

    assert plain_text(action) == "Open photos"
    assert tip_text("Open", action) == "Open"
    action.setShortcut("Ctrl+O")
    assert tip_text("Open", action) == "Open (Ctrl+O)"
