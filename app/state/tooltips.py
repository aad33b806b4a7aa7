"""Texts of tooltips with line breaks."""

from __future__ import annotations

import html

from app.state.shown_names import shown_lines


def tip_html(text: str) -> str:
    """Return ``text`` for a tooltip: Qt breaks the lines of rich text only."""
    # Invisible characters could reverse what is read, so they are shown; a zero-width space lets
    # a long path break after each folder.
    shown = html.escape(shown_lines(text)).replace("/", "/\u200b").replace("\n", "<br>")
    return f"<qt>{shown}</qt>"
