"""Text that files carry beside their pixels: comments, captions, generation parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

COMMENT: Final = "Comment"
"""Keyword of a text that has none of its own: the comments of JPEG and GIF."""


@dataclass(frozen=True, slots=True)
class PhotoText:
    """One text.

    Attributes:
        keyword: What it is, 1 to 79 characters of Latin-1.
        text: The text.
        language: Language tag such as ``de``; empty if none is told.
        translated_keyword: The keyword in that language.
    """

    keyword: str
    text: str
    language: str = ""
    translated_keyword: str = ""
