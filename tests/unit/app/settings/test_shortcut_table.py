"""Keys of commands: what a change does to them, and to the keys of other commands."""

from __future__ import annotations

import pytest

from app.settings.shortcut_table import ShortcutTable

_DEFAULTS = {"open": ("Ctrl+O",), "zoom": ("+", "="), "about": ()}
_TABLE = ShortcutTable(defaults=_DEFAULTS, changed={})


def test_a_new_key_is_kept_as_text_and_comes_back() -> None:
    table = _TABLE.with_keys("open", ("Ctrl+L",))

    again = ShortcutTable.from_text(_DEFAULTS, table.to_text())

    assert again.keys("open") == ("Ctrl+L",)
    assert again.keys("zoom") == ("+", "=")
    assert again.owner("Ctrl+O") is None


def test_a_key_is_taken_from_the_command_that_had_it() -> None:
    table = _TABLE.with_keys("about", ("+",))

    assert table.owner("+") == "about"
    assert table.keys("zoom") == ("=",)


def test_the_default_is_no_change() -> None:
    table = _TABLE.with_keys("open", ()).with_default("open")

    assert table.changed == {}
    assert table.to_text() == ""


@pytest.mark.parametrize("text", ["no json", "[1]", '{"open": 3}', '{"gone": ["X"]}'])
def test_what_cannot_be_read_leaves_the_defaults(text: str) -> None:
    assert ShortcutTable.from_text(_DEFAULTS, text) == _TABLE
