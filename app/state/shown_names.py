"""Names of files, folders and models as the window shows them: as inert plain text.

A name may contain line breaks, characters that reverse the reading direction, and what
Qt interprets as markup or as the mark of a shortcut key.
"""

from __future__ import annotations

from pathlib import Path

from engine.api import printable


def shown(name: str | Path) -> str:
    """Return ``name`` as one line of plain text."""
    return printable(name)


def shown_lines(text: str) -> str:
    """Return ``text``, which may have several lines, with all control characters visible."""
    return "\n".join(map(shown, text.split("\n")))


def menu_name(name: str | Path) -> str:
    """Return ``name`` for a menu, where an ampersand would mark a key."""
    # Two ampersands are shown as one.
    return shown(name).replace("&", "&&")


def title_name(name: str | Path) -> str:
    """Return ``name`` for the title of a window, where ``[*]`` stands for changes."""
    return shown(name).replace("[*]", "[*][*]")
