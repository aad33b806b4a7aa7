from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from engine.catalog.card_file import read_card
from engine.catalog.further_training import further_training
from engine.config.recipe_file import load_recipe
from engine.config.search import FinetuneRecipe
from engine.core.errors import ModelError
from tests.helpers.small_searches import write_search
from tests.helpers.tiny_models import tiny_card


def test_the_recipe_builds_the_same_network_from_the_weights_of_the_model(tmp_path: Path) -> None:
    folder = write_search(tmp_path / "search") / "candidates" / "cccc000003" / "model"
    card = read_card(next(folder.glob("*.json")))

    text = further_training(card, folder, FinetuneRecipe(folder="/photos", steps=40))

    path = tmp_path / "recipe.yaml"
    path.write_text(text)
    recipe = load_recipe(path)
    assert recipe.init_weights == str(folder / card.files[0].file)
    assert msgspec.to_builtins(recipe.generator) == card.architecture.config
    assert (recipe.data.folder, recipe.schedule.steps) == ("/photos", 40)
    assert recipe.validate_every == 10


def test_a_model_that_does_not_say_how_it_is_built_is_refused(tmp_path: Path) -> None:
    card = tiny_card()
    odd = msgspec.structs.replace(card.architecture, config={"channels": -1})

    with pytest.raises(ModelError, match="does not say how to build"):
        further_training(
            msgspec.structs.replace(card, architecture=odd), tmp_path, FinetuneRecipe(folder="p")
        )
