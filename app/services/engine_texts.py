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


def estimate_text(reason: str) -> str:
    """Return what an estimate rests on, translated: ``JPEG quality about 82, little noise``."""
    # The engine joins its findings into one line, of which each has a translation of its own.
    parts = [_finding(part) for part in reason.split(", ")]
    line = ", ".join(parts)
    return line[:1].upper() + line[1:]


def _finding(part: str) -> str:
    # The first one begins with a capital letter in the line.
    lower = part[:1].lower() + part[1:]
    return shown(_translated(part) or _translated(lower) or part)


def _translated(text: str) -> str | None:
    sentence = sentence_of(text)
    return None if sentence is None else engine_sentence(sentence.code, sentence.values)
