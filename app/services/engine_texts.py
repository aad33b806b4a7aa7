"""Messages of the engine, in the language of the app."""

from __future__ import annotations

from collections.abc import Iterable

from app.services.engine_sentences import engine_kind, engine_sentence
from app.state.shown_names import shown
from engine.api import EngineError, sentence_of


def error_text(error: BaseException) -> str:
    """Return the message of ``error``; one without translation follows the kind of error."""
    text = str(error)
    translated = _translated(text)
    if translated is not None:
        return shown(translated)
    kind = engine_kind(error.code) if isinstance(error, EngineError) else None
    return shown(text) if kind is None else f"{kind}: {shown(text)}"


def note_texts(notes: Iterable[str]) -> list[str]:
    """Return ``notes`` translated; those without a translation stay in English."""
    return [shown(_translated(note) or note) for note in notes]


def _translated(text: str) -> str | None:
    sentence = sentence_of(text)
    return None if sentence is None else engine_sentence(sentence.code, sentence.values)
