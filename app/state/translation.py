"""Marks texts that are declared as data for translation."""

from __future__ import annotations


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:  # noqa: N802  # lupdate looks for this name
    """Return ``text``; it is translated where it is shown, in ``context``."""
    del context
    return text
