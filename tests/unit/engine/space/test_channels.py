from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.config.parts import GeneratorRecipe
from engine.config.spaces import ChannelsSpaceRecipe
from engine.core.errors import ConfigError
from engine.models.generators.build import build_generator
from engine.profiling.network_cost import count_network_cost
from engine.space.channels import ChannelsSpace

FAMILIES = ["compact", "srresnet", "rrdbnet", "span", "selfcal", "mfanet"]


def space_of(family: str, *, groups: int = 3) -> ChannelsSpace:
    generator = GeneratorRecipe(family=family, scale=2, blocks=4)
    return ChannelsSpace(
        ChannelsSpaceRecipe(generator=generator, channels=(8, 4), widths=(2, 4, 6), groups=groups)
    )


@pytest.mark.parametrize("family", FAMILIES)
@settings(max_examples=4)
@given(seed=st.integers(0, 1 << 30))
def test_every_family_is_built_and_costs_what_is_counted(family: str, seed: int) -> None:
    space = space_of(family)
    random = np.random.default_rng(seed)
    candidate = space.mutate(space.draw_by_cost(random), random)

    network = build_generator(space.generator(candidate)).folded()

    measured = count_network_cost(network, height_px=16, width_px=8)
    assert space.macs(candidate, height_px=16, width_px=8) == measured.macs
    assert space.count == 2 * 3**3


def test_blocks_of_a_group_share_a_width() -> None:
    space = space_of("srresnet")

    made = space.generator(space.candidate([4, 2, 6, 4]))

    assert (made.channels, made.widths) == (4, (2, 2, 6, 4))
    assert space.describe(space.candidate([4, 2, 6, 4])) == "4: 2 6 4"
    pairs = space_of("mfanet").generator(space_of("mfanet").candidate([4, 2, 6, 4])).inner
    assert pairs == ((2, 2), (2, 2), (6, 6), (4, 4))


def test_networks_of_different_depth_have_different_ids() -> None:
    deep = ChannelsSpace(
        ChannelsSpaceRecipe(
            generator=GeneratorRecipe(family="compact", blocks=9), channels=(8,), widths=(4,)
        )
    )
    flat = ChannelsSpace(
        ChannelsSpaceRecipe(
            generator=GeneratorRecipe(family="compact", blocks=4), channels=(8,), widths=(4,)
        )
    )

    assert deep.smallest.id != flat.smallest.id


def test_a_family_without_widths_offers_the_channels_alone() -> None:
    generator = GeneratorRecipe(family="tpsr")
    space = ChannelsSpace(ChannelsSpaceRecipe(generator=generator, channels=(8, 16)))

    assert space.count == 2
    assert space.generator(space.largest) == GeneratorRecipe(family="tpsr", channels=16)
    with pytest.raises(ConfigError, match="tpsr has no widths"):
        ChannelsSpace(ChannelsSpaceRecipe(generator=generator, channels=(8,), widths=(4,)))
