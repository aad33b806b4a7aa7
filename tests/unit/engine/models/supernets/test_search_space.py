from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.errors import ConfigError
from engine.models.generators.mfanet import MfaNet
from engine.models.supernets.mfanet import MfaSupernet, SubnetConfig
from engine.models.supernets.search_space import SearchSpace, build_search_space

SPACE = SearchSpace(widths=(4, 6), depths=(1, 3), inner_widths=(2, 4))


@given(seed=st.integers(0, 10_000))
def test_what_is_drawn_is_part_of_the_space_and_of_the_supernet(seed: int) -> None:
    supernet = MfaSupernet(MfaNet(scale=2, channels=6, blocks=3))

    config = SPACE.draw(np.random.default_rng(seed))

    assert config in SPACE
    supernet.check(config)


def test_layers_of_one_subnet_differ_in_width() -> None:
    random = np.random.default_rng(0)

    drawn = [SPACE.draw(random) for _ in range(20)]

    assert any(len({width for pair in config.pairs for width in pair}) == 2 for config in drawn)
    assert {config.channels for config in drawn} == {4, 6}


def test_the_ends_have_the_least_and_the_most_of_everything() -> None:
    assert SPACE.smallest == SubnetConfig(channels=4, blocks=1, inner=((2, 2),))
    assert SPACE.largest == SubnetConfig(channels=6, blocks=3, inner=((4, 4),) * 3)


def test_subnets_are_counted() -> None:
    assert SPACE.count == 2 * (4**1 + 4**3)
    assert SearchSpace(widths=(4, 6), depths=(1, 2, 3)).count == 6


@pytest.mark.parametrize(
    "config",
    [
        SubnetConfig(channels=5, blocks=1, inner=((2, 2),)),
        SubnetConfig(channels=4, blocks=2, inner=((2, 2),) * 2),
        SubnetConfig(channels=4, blocks=1, inner=((3, 2),)),
        SubnetConfig(channels=4, blocks=3, inner=((2, 2),)),
    ],
)
def test_what_cannot_be_drawn_is_not_in_the_space(config: SubnetConfig) -> None:
    assert config not in SPACE


def test_choices_come_in_any_order_and_must_fit() -> None:
    supernet = MfaSupernet(MfaNet(scale=2, channels=6, blocks=3))

    assert build_search_space((6, 4, 4), (3, 1), (4, 2), supernet=supernet) == SPACE
    with pytest.raises(ConfigError, match="not part of"):
        build_search_space((4,), (1,), (8,), supernet=supernet)
    with pytest.raises(ConfigError, match="at least one"):
        build_search_space((), (1,), (), supernet=supernet)
