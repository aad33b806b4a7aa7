from __future__ import annotations

from pathlib import Path

import pytest

from engine.config.field_names import value_names
from engine.config.recipe_file import load_recipe
from engine.config.recipes import GanRecipe
from engine.config.search_file import load_search, load_tuning_space
from engine.config.shipped_recipes import find_recipe, find_search, find_tuning_space
from engine.core.errors import UnknownNameError
from engine.core.places import resources_folder


@pytest.mark.parametrize(
    "path", sorted((resources_folder() / "recipes").glob("*.yaml")), ids=lambda p: p.stem
)
def test_every_shipped_recipe_loads_and_is_found_by_the_name_of_its_file(path: Path) -> None:
    assert load_recipe(path).schedule.steps > 0
    assert find_recipe(path.stem) == path


def test_an_unknown_shipped_recipe_suggests_the_closest() -> None:
    with pytest.raises(UnknownNameError, match="distill-x4"):
        find_recipe("distil-x4")


@pytest.mark.parametrize("name", ["mfa-s-x4-classic", "mfa-xs-x4-photo-vivid-tone"])
def test_recipes_for_one_degradation_say_what_replaced_them(name: str) -> None:
    with pytest.raises(UnknownNameError, match="dial and dial-vivid replaced"):
        find_recipe(name)


@pytest.mark.parametrize("path", sorted((resources_folder() / "searches").glob("*.yaml")))
def test_every_shipped_search_loads_and_is_found_by_the_name_of_its_file(path: Path) -> None:
    assert load_search(path).budget > 0
    assert find_search(path.stem) == path


@pytest.mark.parametrize("path", sorted((resources_folder() / "tuning").glob("*.yaml")))
def test_every_shipped_space_of_values_loads_and_names_fields_of_recipes(path: Path) -> None:
    space = load_tuning_space(path)
    assert set(space.fields) <= set(value_names(GanRecipe))
    assert find_tuning_space(path.stem) == path
