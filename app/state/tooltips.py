"""Texts of tooltips that break their lines."""

from __future__ import annotations

import html


def tip_html(text: str) -> str:
    """Return ``text`` for a tooltip: Qt breaks the lines of rich text only."""
    # A path may break behind each of its folders.
    shown = html.escape(text).replace("/", "/\u200b").replace("\n", "<br>")
    return f"<qt>{shown}</qt>"
