from __future__ import annotations

import pytest
import torch
from torch import nn

from engine.config.parts import GeneratorRecipe
from engine.models.generators.build import build_generator
from engine.profiling.network_cost import count_network_cost

# Published counts of parameters, GMAC at 256x256 and at 320x180, and activations in millions.
PUBLISHED = [
    ("rrdbnet", None, None, 16_697_987, 1174.85, 1032.59, 1030.8),
    ("rrdbnet", None, 6, 4_467_779, 373.98, 328.69, 389.0),
    ("srresnet", None, None, 1_517_571, 166.21, 146.08, 292.6),
    ("tpsr", None, None, 61_097, 4.05, 3.56, 17.6),
    ("compact", None, 16, 621_424, 40.58, 35.67, 74.4),
    ("compact", None, 32, 1_213_296, 79.23, 69.64, 141.6),
    ("span", 48, None, 426_288, 27.87, 24.49, 69.2),
    ("span", 28, None, 150_688, 9.83, 8.64, 41.7),
]


@pytest.mark.parametrize("row", PUBLISHED, ids=lambda row: f"{row[0]}-{row[3]}")
def test_generators_cost_what_was_published(
    row: tuple[str, int | None, int | None, int, float, float, float],
) -> None:
    family, channels, blocks, params, gmac, gmac_wide, activations_m = row
    recipe = GeneratorRecipe(family=family, channels=channels, blocks=blocks)
    network = build_generator(recipe).folded()

    square = count_network_cost(network, height_px=256, width_px=256)
    wide = count_network_cost(network, height_px=180, width_px=320)

    assert square.params == params
    assert square.macs / 1e9 == pytest.approx(gmac, abs=0.006)
    assert square.activations / 1e6 == pytest.approx(activations_m, abs=0.06)
    assert wide.macs / 1e9 == pytest.approx(gmac_wide, abs=0.006)


@pytest.mark.parametrize(("channels", "blocks"), [(32, 4), (40, 8)])
def test_our_students_are_far_below_esrgan(channels: int, blocks: int) -> None:
    student = build_generator(GeneratorRecipe(channels=channels, blocks=blocks)).folded()
    teacher = build_generator(GeneratorRecipe(family="rrdbnet"))

    small = count_network_cost(student, height_px=256, width_px=256)
    large = count_network_cost(teacher, height_px=256, width_px=256)

    assert large.macs / small.macs > 42.9
    assert large.activations / small.activations > 8.3


def test_a_linear_layer_and_a_transposed_convolution_are_counted() -> None:
    network = nn.Sequential(
        nn.ConvTranspose2d(3, 4, 2, stride=2, bias=False), nn.Flatten(), nn.Linear(64, 5)
    )

    cost = count_network_cost(network, height_px=2, width_px=2)

    assert cost.macs == 2 * 2 * 3 * 4 * 4 + 64 * 5
    assert cost.activations == 4 * 4 * 4


def test_counting_leaves_the_network_as_it_was() -> None:
    network = nn.Sequential(nn.Conv2d(3, 3, 1), nn.BatchNorm2d(3)).train()
    before = {name: value.clone() for name, value in network.state_dict().items()}

    count_network_cost(network, height_px=4, width_px=4)

    assert network.training
    assert all(torch.equal(before[name], value) for name, value in network.state_dict().items())
