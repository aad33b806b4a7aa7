"""Paths as text: exactly, for files that we write, and readably, for users.

A file name is bytes. Bytes that are not UTF-8 reach Python as lone surrogates, which neither
JSON in UTF-8 nor a terminal can represent; and a name may contain any control character.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

_SURROGATE = re.compile("[\ud800-\udfff]")
# Control characters move the cursor and color the terminal; bidirectional ones reorder
# what is read; line separators make two lines of one.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
_SHORT = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


def stored_path(path: str) -> str:
    """Return text that UTF-8 can represent and `restored_path` converts back to ``path``."""
    # No path contains a zero byte, so it marks the encoded ones.
    return "\0" + os.fsencode(path).decode("latin-1") if _SURROGATE.search(path) else path


def restored_path(text: str) -> str:
    """Return the path that `stored_path` encoded as ``text``."""
    return os.fsdecode(text[1:].encode("latin-1")) if text.startswith("\0") else text


def printable(text: str | Path) -> str:
    r"""Return ``text`` as one line without characters that control a terminal or hide text.

    Control and bidirectional characters, and bytes that are not text, become escapes such as
    ``\x1b`` and ``\n``; letters of all scripts are kept.
    """
    return _UNSEEN.sub(_escape, str(text))


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    code = ord(character)
    # A surrogate of this range stands for one byte that was not UTF-8 (PEP 383).
    if 0xDC80 <= code <= 0xDCFF:
        code -= 0xDC00
    return _SHORT.get(character) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")
