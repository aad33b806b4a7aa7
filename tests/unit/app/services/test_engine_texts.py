"""Sentences of the engine in the languages of the app."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator

from app.services.engine_sentences import KINDS, SENTENCES
from app.services.engine_texts import error_text, estimate_text, note_texts
from app.state.resources import resource_path
from engine.api import ConfigError, EngineError, UnreadableImageError, read_info
from engine.core.messages import say

_ENGINE = Path(__file__).resolve().parents[4] / "engine"


@pytest.fixture
def german(qapp: QCoreApplication) -> Iterator[None]:
    """The app in German."""
    translator = QTranslator()
    assert translator.load(str(resource_path("translations", "mfagan-studio_de.qm")))
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)


def said_by_the_engine() -> dict[str, set[str]]:
    """Return every template in the engine's source, by its code."""
    said: dict[str, set[str]] = {}
    for path in sorted(_ENGINE.rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        if "from engine.core.messages import" not in source:
            continue
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "say":
                code, template = (ast.literal_eval(argument) for argument in node.args)
                said.setdefault(code, set()).add(template)
    return said


def test_the_app_has_every_sentence_of_the_engine_and_no_other() -> None:
    said = said_by_the_engine()

    assert len(said) > 50
    assert {code: {text} for code, text in SENTENCES.items()} == said


@pytest.mark.usefixtures("german")
def test_every_sentence_has_a_translation_with_the_same_values() -> None:
    for source in (*SENTENCES.values(), *KINDS.values()):
        translated = QCoreApplication.translate("Engine", source)
        fields = [
            {f for _, f, _, _ in string.Formatter().parse(t) if f} for t in (source, translated)
        ]
        assert translated != source
        assert fields[0] == fields[1], source


@pytest.mark.usefixtures("german")
def test_an_error_is_told_in_german_with_its_file(tmp_path: Path) -> None:
    path = tmp_path / "leer {0}.jpg"
    path.write_bytes(b"")
    with pytest.raises(EngineError) as caught:
        read_info(path)

    assert (
        error_text(caught.value)
        == f"{path}: die Datei ist leer; erneut herunterladen oder kopieren"
    )


@pytest.mark.usefixtures("german")
def test_what_has_no_translation_follows_its_kind() -> None:
    assert error_text(UnreadableImageError("odd")) == (
        "Das Bild ist beschädigt oder nicht lesbar: odd"
    )
    assert error_text(RuntimeError("odd")) == "odd"


def test_in_english_an_error_says_what_it_always_said() -> None:
    assert error_text(ConfigError("a plain reason")) == "a plain reason"


@pytest.mark.usefixtures("german")
def test_notes_are_told_in_german() -> None:
    notes = [say("depth-map", "The depth map is left out."), "something new"]

    assert note_texts(notes) == ["Die Tiefenkarte entfällt.", "something new"]


@pytest.mark.usefixtures("german")
def test_what_an_estimate_rests_on_is_translated_finding_by_finding() -> None:
    quality = say("finding-jpeg-quality", "JPEG quality about {quality}", quality=82)
    noise = say("finding-little-noise", "little noise")

    assert estimate_text(f"{quality}, {noise}") == "JPEG-Qualit\u00e4t etwa 82, wenig Rauschen"
    assert estimate_text("Little noise") == "Wenig Rauschen"
    assert estimate_text("Sharp, little noise") == "Sharp, wenig Rauschen"
