from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec import Struct
from PySide6.QtCore import QCoreApplication, QTranslator

from app.state.resources import resource_path
from app.training.field_sentences import FIELD_HELP
from app.training.field_texts import field_help
from engine.api import recipe_fields
from engine.config.recipe_fields import recipe_kinds, recipe_presets, struct_of
from engine.config.recipe_types import attribute_texts, struct_fields
from engine.config.shipped_recipes import shipped_names

_KINDS = (*recipe_kinds(), "search")


@pytest.fixture
def german(qapp: QCoreApplication) -> Iterator[None]:
    """The app in German."""
    translator = QTranslator()
    assert translator.load(str(resource_path("translations", "mfagan-studio_de.qm")))
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)


def _help_of(struct: type[Struct]) -> Iterator[str]:
    """Give the help of every field that a form of ``struct`` may have, whatever is chosen in it."""
    texts = attribute_texts(struct)
    for name, (kind, _default) in struct_fields(struct).items():
        yield texts.get(name, "")
        for group in kind.structs:
            if group.__struct_config__.tag_field:
                yield (group.__doc__ or "").partition("\n")[0]
            yield from _help_of(group)


def test_the_sentences_for_translators_are_those_of_the_engine() -> None:
    said = {text for kind in _KINDS for text in _help_of(struct_of({"type": kind}))}

    gone = FIELD_HELP - said
    assert gone == set(), "remove these from app/training/field_sentences.py"
    # What is not there has words of the app; the next test shows that nothing is left out.
    assert len(FIELD_HELP) > 150


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize("kind", [*_KINDS, *recipe_presets(), *shipped_names("searches")])
def test_every_field_is_explained_in_german(kind: str) -> None:
    english = [
        field.path
        for field in recipe_fields(kind)
        if not field_help(field) or field_help(field) == field.help
    ]

    assert english == [], (
        "add their help to app/training/field_sentences.py, then run make translations "
        "and translate it in resources/translations/mfagan-studio_de.ts"
    )


def test_in_english_rare_fields_have_the_help_of_the_engine(qapp: QCoreApplication) -> None:
    [field] = [one for one in recipe_fields("gan") if one.path == "discriminator.norm"]

    assert field_help(field) == field.help
