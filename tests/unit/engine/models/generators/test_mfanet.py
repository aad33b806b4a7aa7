from __future__ import annotations

import pytest
import torch
from torch import nn
from typing_extensions import override

from engine.config.parts import GeneratorRecipe
from engine.core.errors import ConfigError
from engine.models.generators.base import Generator
from engine.models.generators.build import build_generator
from engine.models.generators.mfanet import MfaNet
from tests.contracts.generator_contract import GeneratorContract


class TestMfaNet(GeneratorContract):
    @pytest.fixture
    @override
    def generator(self) -> Generator:
        torch.manual_seed(0)
        return MfaNet(scale=2, channels=8, blocks=2)


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_it_starts_close_to_repeating_pixels(scale: int) -> None:
    torch.manual_seed(0)
    lr = torch.rand(1, 3, 12, 12)

    with torch.no_grad():
        sr = MfaNet(scale=scale, channels=16, blocks=2)(lr)

    repeated = nn.functional.interpolate(lr, scale_factor=scale, mode="nearest")
    assert float((sr - repeated).abs().mean()) < 0.2


def test_the_folded_network_holds_plain_convolutions_only() -> None:
    folded = MfaNet(scale=4, channels=32, blocks=4).folded()

    assert {type(m) for m in folded.modules() if not list(m.children())} == {nn.Conv2d}
    assert not folded.training


def grow(*, blocks: int, into: int) -> tuple[MfaNet, MfaNet, tuple[str, ...]]:
    """Return a network, a deeper one with its weights, and what that one had to make up."""
    small = MfaNet(scale=2, channels=8, blocks=blocks)
    large = MfaNet(scale=2, channels=8, blocks=into)
    large.load_state_dict(small.state_dict(), strict=False)
    missing = tuple(name for name in large.state_dict() if name not in small.state_dict())
    return small, large, missing


def test_a_deeper_network_starts_as_the_one_it_grew_from_and_can_learn() -> None:
    torch.manual_seed(0)
    small, large, missing = grow(blocks=2, into=5)
    lr = torch.rand(2, 3, 9, 9)
    assert not torch.equal(large(lr), small(lr))

    large.silence_new_parts(missing)

    assert torch.equal(large(lr), small(lr))
    large(lr).square().mean().backward()
    slopes = [parameter.grad for parameter in large.gather.parameters()]
    assert all(slope is not None and bool(slope.abs().sum() > 0) for slope in slopes)


def test_a_network_without_any_taken_block_is_not_silenced() -> None:
    torch.manual_seed(0)
    net = MfaNet(scale=2, channels=8, blocks=2)
    before = {name: value.clone() for name, value in net.state_dict().items()}

    net.silence_new_parts([name for name in before if name.startswith(("blocks", "gather"))])

    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())


def test_a_recipe_may_give_each_layer_its_width() -> None:
    made = build_generator(GeneratorRecipe(channels=6, inner=((2, 3), (4, 5))))

    assert isinstance(made, MfaNet)
    assert made.inner == ((2, 3), (4, 5))
    assert made.folded()(torch.rand(1, 3, 8, 8)).shape == (1, 3, 32, 32)


@pytest.mark.parametrize(
    ("recipe", "message"),
    [
        (GeneratorRecipe(blocks=3, inner=((2, 3),)), "widths of 1 blocks, but there are 3"),
        (GeneratorRecipe(family="rrdbnet", inner=((2, 3),)), "only mfanet has inner widths"),
    ],
)
def test_inner_widths_that_do_not_fit_are_refused(recipe: GeneratorRecipe, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        build_generator(recipe)
