"""Remembers what sentences were made of, so that whoever shows them can translate them.

Errors and notes are plain English strings everywhere: on a terminal, in files, between
processes. Beside that, this module knows code and values of those that were said last.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass

_MOST_SENTENCES = 4096
_lock = threading.Lock()
_constant: dict[str, Sentence] = {}
_recent: dict[str, Sentence] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """What a sentence says, without its language.

    Attributes:
        code: Stable name; the app has a sentence of that name in each of its languages.
        values: What stands in it, by name.
    """

    code: str
    values: Mapping[str, str]


def say(code: str, template: str, /, **values: object) -> str:
    """Return the English sentence of ``code``, and remember what it was made of.

    Args:
        code: Stable name of the sentence.
        template: English, with the names of ``values`` in braces.
        values: What stands there.
    """
    shown = {name: str(value) for name, value in values.items()}
    text = template.format_map(shown)
    sentence = Sentence(code=code, values=shown)
    with _lock:
        if not values:
            _constant[text] = sentence
            return text
        _recent.pop(text, None)
        _recent[text] = sentence
        if len(_recent) > _MOST_SENTENCES:
            del _recent[next(iter(_recent))]
    return text


def sentence_of(text: str) -> Sentence | None:
    """Return what ``text`` was made of, None if it was not said here or long ago."""
    return _constant.get(text) or _recent.get(text)
