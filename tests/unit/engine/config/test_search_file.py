from __future__ import annotations

from pathlib import Path

import pytest

from engine.config.places import with_absolute_places
from engine.config.search_file import load_search
from engine.config.shipped_recipes import find_search
from engine.config.spaces import MfanetSpaceRecipe
from engine.core.errors import ConfigError


def test_values_inside_a_training_recipe_can_be_changed() -> None:
    changes = {"training.recipe.schedule.steps": "7", "training.recipe.data.folder": "mine"}

    recipe = load_search(find_search("tpsr-generator-x4"), changes)

    assert recipe.training is not None
    assert recipe.training.recipe["schedule"]["steps"] == 7
    placed = with_absolute_places(recipe)
    assert placed.training is not None
    assert Path(placed.training.recipe["data"]["folder"]).is_absolute()


def test_a_misspelled_value_is_still_found() -> None:
    with pytest.raises(ConfigError, match=r"did you mean 'training\.seeds'"):
        load_search(find_search("tpsr-generator-x4"), {"trainin.seeds": "[1]"})


def test_a_space_without_a_family_is_that_of_a_supernet(tmp_path: Path) -> None:
    path = tmp_path / "old.yaml"
    path.write_text(
        "type: search\nname: old\nsupernet: {run_folder: sup}\nproxy: {folder: photos}\n"
        "space: {channels: [8], blocks: [1]}\n"
    )

    assert load_search(path).space == MfanetSpaceRecipe(channels=(8,), blocks=(1,))


def test_a_supernet_has_no_networks_of_another_family(tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(
        "type: search\nname: wrong\nsupernet: {run_folder: sup}\nproxy: {folder: photos}\n"
        "space: {family: tpsr}\n"
    )

    with pytest.raises(ConfigError, match="a supernet is an mfanet"):
        load_search(path)
