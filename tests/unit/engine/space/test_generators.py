from __future__ import annotations

import pytest

from engine.config.parts import GeneratorRecipe
from engine.core.errors import ConfigError
from engine.models.generators.build import GENERATORS, build_generator
from engine.profiling.network_cost import count_network_cost
from engine.space.generators import generator_blocks
from engine.space.layers import Cost, count_cost
from tests.helpers.small_generators import small_sizes

CHANGED = [
    GeneratorRecipe(family="compact", scale=3, channels=5, widths=(4, 7)),
    GeneratorRecipe(family="srresnet", scale=3, channels=6, widths=(2, 9)),
    GeneratorRecipe(family="rrdbnet", scale=4, channels=6, widths=(2, 5)),
    GeneratorRecipe(family="span", scale=2, channels=6, widths=(3, 6, 8)),
    GeneratorRecipe(family="selfcal", scale=2, channels=6, widths=(3, 5)),
    GeneratorRecipe(family="tpsr", channels=5, cells=(("sep3",), (), ("conv3", "sep7"), ())),
    GeneratorRecipe(
        family="mfanet", channels=6, taps=(True, False), last_kernels=(1, 3), tail_kernel=1
    ),
]


def compared(recipe: GeneratorRecipe) -> tuple[Cost, Cost]:
    network = build_generator(recipe).folded()
    measured = count_network_cost(network, height_px=12, width_px=20)
    return count_cost(generator_blocks(recipe), height_px=12, width_px=20), Cost(
        params=measured.params, macs=measured.macs, activations=measured.activations
    )


@pytest.mark.parametrize("recipe", CHANGED, ids=lambda recipe: str(recipe.family))
def test_searched_sizes_cost_what_is_counted(recipe: GeneratorRecipe) -> None:
    counted, measured = compared(recipe)

    assert counted == measured


@pytest.mark.parametrize("family", list(GENERATORS))
def test_every_family_costs_what_is_counted(family: str) -> None:
    counted, measured = compared(small_sizes(family))

    assert counted == measured


@pytest.mark.parametrize("family", list(GENERATORS))
def test_a_recipe_without_sizes_means_the_published_ones(family: str) -> None:
    blocks = generator_blocks(GeneratorRecipe(family=family))

    network = build_generator(GeneratorRecipe(family=family)).folded()
    params = sum(parameter.numel() for parameter in network.parameters())
    assert count_cost(blocks, height_px=1, width_px=1).params == params


def test_an_unknown_family_is_refused() -> None:
    with pytest.raises(ConfigError, match="choose one of compact, mfanet"):
        generator_blocks(GeneratorRecipe(family="resnet"))
