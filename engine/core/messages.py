"""Remembers how messages were composed, so that the app can translate them.

Errors and notes are plain English strings everywhere: on a terminal, in files, between
processes. This module keeps the code and the values of the latest of them.
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
    """The content of a message, independent of language.

    Attributes:
        code: Stable name, under which the app has the message in each of its languages.
        values: Values that are inserted, by name.
    """

    code: str
    values: Mapping[str, str]


def say(code: str, template: str, /, **values: object) -> str:
    """Return an English message, and remember how it was composed.

    Args:
        code: Stable name of the message.
        template: English text, with the names of ``values`` in braces.
        values: Values to insert.
    """
    shown = {name: str(value) for name, value in values.items()}
    text = template.format_map(shown)
    sentence = Sentence(code=code, values=shown)
    with _lock:
        # Messages without values are few, and are kept forever.
        if not values:
            _constant[text] = sentence
            return text
        # Moved to the end: the oldest message is forgotten first.
        _recent.pop(text, None)
        _recent[text] = sentence
        if len(_recent) > _MOST_SENTENCES:
            del _recent[next(iter(_recent))]
    return text


def sentence_of(text: str) -> Sentence | None:
    """Return how ``text`` was composed, or None if `say` did not make it recently."""
    return _constant.get(text) or _recent.get(text)
