from __future__ import annotations

from functools import partial

import pytest
from pytestqt.qtbot import QtBot

from app.window.page_commands import PageCommands


@pytest.fixture
def calls() -> list[str]:
    """What was called."""
    return []


@pytest.fixture
def commands(qtbot: QtBot, calls: list[str]) -> PageCommands:
    return PageCommands({name: partial(calls.append, name) for name in ("fit", "flip")})


def test_a_command_that_is_off_is_not_called(commands: PageCommands, calls: list[str]) -> None:
    commands.enable(["flip"], is_enabled=False)

    for name in ("fit", "flip", "blink"):
        commands.call(name)

    assert calls == ["fit"]
    assert not commands.is_enabled("blink"), "it is no command of the page"
    commands.enable(["flip"], is_enabled=True)
    commands.call("flip")
    assert calls == ["fit", "flip"]


def test_only_a_change_is_reported(qtbot: QtBot, commands: PageCommands) -> None:
    commands.enable(["flip"], is_enabled=False)
    commands.mark({"fit": True})

    with qtbot.assertNotEmitted(commands.changed):
        commands.enable(["flip"], is_enabled=False)
        commands.mark({"fit": True})
    with qtbot.waitSignal(commands.changed):
        commands.mark({"fit": False})


def test_commands_that_are_added_later_belong_to_the_page(
    commands: PageCommands, calls: list[str]
) -> None:
    commands.provide({"blink": lambda: calls.append("blink")})

    commands.call("blink")

    assert commands.names == {"fit", "flip", "blink"}
    assert calls == ["blink"]
