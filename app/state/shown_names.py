"""Names of files, folders and models as the window shows them: nothing in them acts or hides.

A name may hold line breaks, characters that turn the reading direction around, and what
Qt takes for markup or for the sign of a key.
"""

from __future__ import annotations

from pathlib import Path

from engine.api import printable


def shown(name: str | Path) -> str:
    """Return ``name`` as one line of plain text."""
    return printable(name)


def shown_lines(text: str) -> str:
    """Return ``text``, which may have several lines, with what acts or hides made visible."""
    return "\n".join(map(shown, text.split("\n")))


def menu_name(name: str | Path) -> str:
    """Return ``name`` for a menu, where an ampersand would mark a key."""
    return shown(name).replace("&", "&&")


def title_name(name: str | Path) -> str:
    """Return ``name`` for the title of a window, where ``[*]`` stands for changes."""
    return shown(name).replace("[*]", "[*][*]")
