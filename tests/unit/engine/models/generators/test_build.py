from __future__ import annotations

import msgspec
import pytest
import torch
from typing_extensions import override

from engine.config.parts import GeneratorRecipe
from engine.core.errors import ConfigError, UnknownNameError
from engine.models.generators.base import Generator
from engine.models.generators.build import GENERATORS, build_generator
from tests.contracts.generator_contract import GeneratorContract
from tests.helpers.small_generators import small_sizes


@pytest.mark.parametrize("family", list(GENERATORS))
class TestEveryGenerator(GeneratorContract):
    @pytest.fixture
    @override
    def generator(self, family: str) -> Generator:
        torch.manual_seed(0)
        return build_generator(msgspec.structs.replace(small_sizes(family), scale=4))


@pytest.mark.parametrize(
    ("family", "scale"),
    [("rrdbnet", 2), ("srresnet", 2), ("srresnet", 3), ("compact", 3), ("span", 2), ("selfcal", 3)],
)
def test_other_scales_are_built(family: str, scale: int) -> None:
    generator = build_generator(GeneratorRecipe(family=family, scale=scale, channels=8, blocks=2))

    assert generator(torch.rand(1, 3, 6, 7)).shape == (1, 3, 6 * scale, 7 * scale)


@pytest.mark.parametrize(
    "recipe",
    [
        GeneratorRecipe(family="tpsr", scale=2),
        GeneratorRecipe(family="tpsr", blocks=3),
        GeneratorRecipe(family="rrdbnet", scale=3, blocks=1),
        GeneratorRecipe(family="selfcal", channels=7),
        GeneratorRecipe(family="span", blocks=1),
    ],
)
def test_a_size_that_a_family_has_not_is_refused_by_name(recipe: GeneratorRecipe) -> None:
    with pytest.raises(ConfigError, match=recipe.family):
        build_generator(recipe)


def test_an_unknown_family_suggests_the_closest() -> None:
    with pytest.raises(UnknownNameError, match="rrdbnet"):
        build_generator(GeneratorRecipe(family="rrdb-net"))
