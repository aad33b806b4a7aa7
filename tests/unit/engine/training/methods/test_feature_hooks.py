from __future__ import annotations

import pytest
import torch
from torch import nn

from engine.config.parts import GeneratorRecipe
from engine.core.errors import ConfigError
from engine.models.generators.build import build_generator
from engine.training.methods.feature_hooks import FeatureHooks, body_points, measure_widths


def test_maps_are_recorded_in_order_and_only_inside_the_block() -> None:
    layers = [nn.Conv2d(3, width, 1) for width in (3, 3)]
    network = nn.Sequential(*layers)
    hooks = FeatureHooks(layers)
    picture = torch.rand(1, 3, 4, 4)

    with hooks.recording() as maps:
        result = network(picture)
    network(picture)

    assert [level.shape for level in maps] == [(1, 3, 4, 4)] * 2
    assert torch.equal(maps[0], layers[0](picture))
    assert torch.equal(maps[1], result)


def test_an_error_inside_the_block_leaves_no_hook() -> None:
    layer = nn.Conv2d(3, 2, 1)

    with pytest.raises(RuntimeError), FeatureHooks([layer]).recording() as maps:
        layer(torch.rand(1, 5, 4, 4))
    layer(torch.rand(1, 3, 4, 4))

    assert maps == []


@pytest.mark.parametrize("family", ["mfanet", "rrdbnet", "span"])
def test_a_body_has_four_points_of_known_width(family: str) -> None:
    generator = build_generator(GeneratorRecipe(family=family, scale=2, channels=8, blocks=2))

    points = body_points(generator)

    assert len(points) == 4
    assert points[0] is points[1]
    assert points[-1] is list(generator.blocks)[-1]  # type: ignore[arg-type]
    assert measure_widths(generator, points[::2]) == [8, 8]


def test_a_generator_without_blocks_is_refused_by_name() -> None:
    generator = build_generator(GeneratorRecipe(family="compact", scale=2, channels=8, blocks=2))

    with pytest.raises(ConfigError, match="CompactNet has no blocks"):
        body_points(generator)
