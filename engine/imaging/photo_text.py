"""Text that files carry beside their pixels: comments, captions, generation parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

COMMENT: Final = "Comment"
"""Keyword of texts without a keyword: the comments of JPEG and GIF."""


@dataclass(frozen=True, slots=True)
class PhotoText:
    """One text of a photo.

    Attributes:
        keyword: Its kind, 1 to 79 characters of Latin-1.
        text: The text.
        language: Language tag such as ``de``; empty if it is not known.
        translated_keyword: The keyword in that language.
    """

    keyword: str
    text: str
    language: str = ""
    translated_keyword: str = ""
