from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from pytestqt.qtbot import QtBot

from app.widgets.compare.held_key import HeldKey

_AT_ONCE, _NEVER = 0, 3_600_000
_PRESS, _RELEASE = QEvent.Type.KeyPress, QEvent.Type.KeyRelease

MakeKey = Callable[[int], tuple[HeldKey, list[str]]]


def _event(kind: QEvent.Type, *, is_repeat: bool = False) -> QKeyEvent:
    no_keys = Qt.KeyboardModifier.NoModifier
    return QKeyEvent(kind, Qt.Key.Key_Space.value, no_keys, " ", is_repeat)


@pytest.fixture
def make_key(qtbot: QtBot) -> MakeKey:
    """Return a key that counts as held after some milliseconds, and what it told."""

    def make(hold_ms: int) -> tuple[HeldKey, list[str]]:
        key = HeldKey(hold_ms=hold_ms)
        told: list[str] = []
        key.pressed.connect(lambda: told.append("pressed"))
        key.let_go.connect(lambda: told.append("let go"))
        return key, told

    return make


def test_a_short_press_is_never_let_go(make_key: MakeKey) -> None:
    key, told = make_key(_NEVER)

    key.press(_event(_PRESS))
    key.release(_event(_RELEASE))

    assert told == ["pressed"]


def test_a_long_press_is_let_go(make_key: MakeKey, qtbot: QtBot) -> None:
    key, told = make_key(_AT_ONCE)

    key.press(_event(_PRESS))
    key.release(_event(_RELEASE))
    qtbot.waitUntil(lambda: told == ["pressed", "let go"], timeout=5000)


def test_repeats_that_come_as_releases_and_presses_are_one_press(
    make_key: MakeKey, qtbot: QtBot
) -> None:
    key, told = make_key(_AT_ONCE)

    key.press(_event(_PRESS))
    for _ in range(5):
        key.release(_event(_RELEASE))
        key.press(_event(_PRESS))
    assert told == ["pressed"]
    key.release(_event(_RELEASE))

    qtbot.waitUntil(lambda: told == ["pressed", "let go"], timeout=5000)


def test_repeats_that_qt_marks_are_left_out(make_key: MakeKey) -> None:
    key, told = make_key(_NEVER)

    key.press(_event(_PRESS))
    key.press(_event(_PRESS, is_repeat=True))
    key.release(_event(_RELEASE, is_repeat=True))

    assert told == ["pressed"]


def test_a_key_that_is_given_up_is_let_go_at_once_and_once(make_key: MakeKey) -> None:
    key, told = make_key(_AT_ONCE)
    key.give_up()
    assert told == []

    key.press(_event(_PRESS))
    key.give_up()
    key.release(_event(_RELEASE))

    assert told == ["pressed", "let go"]
