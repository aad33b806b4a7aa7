from __future__ import annotations

import pytest

from engine.config.overrides import apply_overrides, read_overrides, set_values
from engine.config.renamed_keys import current_recipe
from engine.core.errors import ConfigError


def overrides(**texts: str) -> dict[str, object]:
    tree: dict[str, object] = {"data": {"folder": "photos"}, "seed": 1}
    names = {name.replace("__", "."): text for name, text in texts.items()}
    apply_overrides(tree, read_overrides(names, rename=current_recipe, warn=pytest.fail))
    return tree


def test_values_are_yaml_and_groups_are_made_on_the_way() -> None:
    tree = overrides(seed="2", data__folder="mine", weights__color="1.5", error="l2")

    assert tree == {
        "data": {"folder": "mine"},
        "seed": 2,
        "weights": {"color": 1.5},
        "error": "l2",
    }


def test_a_whole_group_can_be_set() -> None:
    assert overrides(data="{folder: a, patch_px: 8}")["data"] == {"folder": "a", "patch_px": 8}


def test_a_name_that_leads_through_a_value_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"--set seed\.first: 'seed' is a value"):
        overrides(seed__first="1")


def test_a_value_that_is_not_yaml_is_refused_with_what_was_written() -> None:
    with pytest.raises(ConfigError, match=r"--set seed=\[: the value: is not YAML"):
        overrides(seed="[")
    with pytest.raises(ConfigError, match=r"--set channels=\[: the value: is not YAML"):
        set_values({}, {"channels": "["})


def test_an_override_says_how_it_was_written() -> None:
    found = read_overrides({"quantise": "no"}, rename=current_recipe, warn=lambda _: None)

    assert list(found) == ["quantize"]
    assert (found["quantize"].said, found["quantize"].value) == ("--set quantise=no", False)
