from __future__ import annotations

import msgspec
import pytest

from engine.config.spaces import SpaceRecipe
from engine.core.errors import ConfigError
from engine.space.build import build_space


@pytest.mark.parametrize(
    ("values", "count"),
    [
        ({"family": "mfanet", "channels": [8], "blocks": [1], "inner": [], "taps": [True]}, 4),
        (
            {
                "family": "channels",
                "generator": {"family": "span", "blocks": 2},
                "channels": [8, 16],
                "widths": [8, 16],
            },
            2 * 2**2,
        ),
        ({"family": "tpsr", "channels": [8], "operations": ["conv3"], "nodes": 2}, 1),
        ({"family": "tpsr-discriminator", "channels": [8], "cells": [2]}, 5**2),
    ],
)
def test_a_recipe_names_its_space(values: dict[str, object], count: int) -> None:
    recipe = msgspec.convert(values, SpaceRecipe)

    assert build_space(recipe, scale=4).count == count


def test_a_space_without_choices_is_refused() -> None:
    recipe = msgspec.convert({"family": "tpsr", "channels": []}, SpaceRecipe)

    with pytest.raises(ConfigError, match="channels: name at least one"):
        build_space(recipe, scale=4)
