from __future__ import annotations

from pathlib import Path

import pytest

from engine.config.recipe_file import load_recipe
from engine.config.shipped_recipes import find_recipe
from engine.core.errors import UnknownNameError
from engine.core.places import resources_folder


@pytest.mark.parametrize(
    "path", sorted((resources_folder() / "recipes").glob("*.yaml")), ids=lambda p: p.stem
)
def test_every_shipped_recipe_loads_and_is_found_by_the_name_of_its_file(path: Path) -> None:
    assert load_recipe(path).schedule.steps > 0
    assert find_recipe(path.stem) == path


def test_an_unknown_shipped_recipe_suggests_the_closest() -> None:
    with pytest.raises(UnknownNameError, match="mfa-s-x4-classic"):
        find_recipe("mfa-s-x4-classik")
