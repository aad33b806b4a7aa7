"""Numbers with the decimal mark of the app's language."""

from __future__ import annotations

import re

from PySide6.QtCore import QLocale

_POINT = re.compile(r"(?<=\d)\.(?=\d)")


def local_numbers(text: str) -> str:
    """Return ``text`` with the decimal mark of the language in all its numbers."""
    return _POINT.sub(QLocale().decimalPoint(), text)
