from __future__ import annotations

from pathlib import Path

from engine.core import messages
from engine.core.messages import say, sentence_of


def test_a_sentence_is_plain_english_and_known_by_its_text() -> None:
    text = say("lost", "{path}: lost ({reason})", path=Path("/a {b}/c.jpg"), reason=7)

    assert type(text) is str
    assert text == "/a {b}/c.jpg: lost (7)"
    sentence = sentence_of(text)
    assert sentence is not None
    assert sentence.code == "lost"
    assert sentence.values == {"path": "/a {b}/c.jpg", "reason": "7"}


def test_what_nobody_said_is_not_known() -> None:
    assert sentence_of("nobody said this") is None


def test_only_the_last_sentences_are_kept_and_those_without_values_for_ever() -> None:
    constant = say("always", "Always the same.")
    first = say("counted", "Number {n}.", n=0)
    for number in range(1, messages._MOST_SENTENCES + 1):
        say("counted", "Number {n}.", n=number)

    assert sentence_of(first) is None
    assert sentence_of(constant) is not None
    assert sentence_of(f"Number {messages._MOST_SENTENCES}.") is not None
