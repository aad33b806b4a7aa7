"""Texts of tooltips that break their lines."""

from __future__ import annotations

import html

from app.state.shown_names import shown_lines


def tip_html(text: str) -> str:
    """Return ``text`` for a tooltip: Qt breaks the lines of rich text only."""
    # What is not seen could turn around what is read; a path may break behind each of its folders.
    shown = html.escape(shown_lines(text)).replace("/", "/\u200b").replace("\n", "<br>")
    return f"<qt>{shown}</qt>"
