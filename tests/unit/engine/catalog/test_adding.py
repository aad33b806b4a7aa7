from __future__ import annotations

from pathlib import Path

import pytest

from engine.catalog.adding import add_model
from engine.catalog.catalog import Catalog, imported_models_folder
from engine.core.errors import ModelError
from tests.helpers.small_searches import write_search

_NAME = "cccc000003"


@pytest.fixture
def card_path(tmp_path: Path) -> Path:
    folder = write_search(tmp_path / "search") / "candidates" / _NAME / "model"
    [path] = folder.glob("*.json")
    return path


def test_a_model_is_copied_and_its_source_stays(card_path: Path) -> None:
    catalog = Catalog.open_default()

    card = add_model(card_path, catalog)

    assert catalog.entry(card.id).folder == imported_models_folder()
    assert card_path.is_file()
    # Again: in place of itself.
    assert add_model(card_path, catalog) == card
    assert len(list(imported_models_folder().glob("*.onnx"))) == 1


def test_a_model_whose_file_was_changed_is_not_added(card_path: Path) -> None:
    catalog = Catalog.open_default()
    [weights] = card_path.parent.glob("*.onnx")
    weights.write_bytes(weights.read_bytes()[:-1] + b"x")

    with pytest.raises(ModelError, match="was changed"):
        add_model(card_path, catalog)

    assert list(imported_models_folder().glob("*.onnx")) == []


def test_a_model_of_the_app_is_not_covered(card_path: Path) -> None:
    text = card_path.read_text().replace(f"small-x2-{_NAME}", "mfa-s-x4")
    [weights] = card_path.parent.glob("*.onnx")
    weights.rename(weights.with_name("mfa-s-x4.onnx"))
    named = card_path.with_name("mfa-s-x4.json")
    named.write_text(text)

    with pytest.raises(ModelError, match="a model of the app is called mfa-s-x4"):
        add_model(named, Catalog.open_default())
