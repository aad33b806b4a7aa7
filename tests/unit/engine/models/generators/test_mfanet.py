from __future__ import annotations

import pytest
import torch
from torch import nn
from typing_extensions import override

from engine.config.parts import GeneratorRecipe
from engine.core.errors import ConfigError
from engine.models.blocks.merged_conv import MergedConv3x3
from engine.models.generators.base import Generator
from engine.models.generators.build import build_generator
from engine.models.generators.mfanet import BodyPlan, MfaNet
from tests.contracts.generator_contract import GeneratorContract


def searched() -> MfaNet:
    """Return a network with everything that a search may choose."""
    return MfaNet(
        scale=2,
        channels=8,
        blocks=3,
        inner=((4, 8), (8, 4), (8, 8)),
        taps=(True, False, True),
        last_kernels=(3, 1, 1),
        tail_kernel=1,
    )


class TestSearchedMfaNet(GeneratorContract):
    @pytest.fixture
    @override
    def generator(self) -> Generator:
        torch.manual_seed(0)
        return searched()


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


def test_a_network_without_any_loaded_block_is_not_silenced() -> None:
    torch.manual_seed(0)
    net = MfaNet(scale=2, channels=8, blocks=2)
    before = {name: value.clone() for name, value in net.state_dict().items()}

    net.silence_new_parts([name for name in before if name.startswith(("blocks", "gather"))])

    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())


def test_a_recipe_may_give_each_layer_its_width() -> None:
    made = build_generator(GeneratorRecipe(channels=6, inner=((2, 3), (4, 5))))

    assert isinstance(made, MfaNet)
    assert made.sizes.inner == ((2, 3), (4, 5))
    assert made.folded()(torch.rand(1, 3, 8, 8)).shape == (1, 3, 32, 32)


@pytest.mark.parametrize(
    ("recipe", "message"),
    [
        (
            GeneratorRecipe(blocks=3, inner=((2, 3),)),
            "values of 1 blocks, but there are 3",
        ),
        (GeneratorRecipe(taps=(True,), last_kernels=(1, 3)), "last_kernels has the values of 2"),
        (GeneratorRecipe(family="span", tail_kernel=1), "only mfanet has tail_kernel"),
        (GeneratorRecipe(family="rrdbnet", inner=((2, 3),)), "only mfanet has inner"),
    ],
)
def test_inner_widths_that_do_not_fit_are_refused(recipe: GeneratorRecipe, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        build_generator(recipe)


def test_tensors_have_the_names_that_checkpoints_of_all_versions_have() -> None:
    merged = {"kernel", "bias", "expand", "mix", "squeeze"}
    plain = {"weight", "bias"}
    layers = {"head": merged, "after": merged, "tail": merged, "anchor": plain, "gather.0": plain}
    layers |= {f"blocks.0.stage_{number}": merged for number in (1, 2, 3)}
    layers |= {"blocks.0.tap_1": plain}

    names = set(MfaNet(scale=2, channels=4, blocks=1).state_dict())

    assert names == {f"{layer}.{kind}" for layer, kinds in layers.items() for kind in kinds}


def test_the_maps_of_the_blocks_are_kept_only_if_asked_for() -> None:
    network = MfaNet(scale=2, channels=4, blocks=3)
    plan = BodyPlan(sizes=network.sizes)
    maps: list[torch.Tensor] = []
    lr = torch.rand(1, 3, 6, 5)

    with torch.no_grad():
        sr = network.run(lr, plan, maps=maps)

        assert torch.equal(sr, network(lr))
    assert [level.shape for level in maps] == [(1, 4, 6, 5)] * 3


def test_a_plan_hands_in_the_convolution_and_the_gate() -> None:
    network = MfaNet(scale=2, channels=4, blocks=2)
    convolved: list[tuple[nn.Module, int, int]] = []
    gated: list[int] = []

    def convolve(
        layer: nn.Module, features: torch.Tensor, width: int, kernel_px: int
    ) -> torch.Tensor:
        convolved.append((layer, width, kernel_px))
        result: torch.Tensor = layer(features)
        return result

    def gate(stage: int, features: torch.Tensor) -> torch.Tensor:
        gated.append(stage)
        return features

    plan = BodyPlan(sizes=network.sizes, convolve=convolve, gate=gate)
    lr = torch.rand(1, 3, 6, 5)
    with torch.no_grad():
        assert torch.equal(network.run(lr, plan), network(lr))

    whole = [m for m in network.modules() if isinstance(m, (nn.Conv2d, MergedConv3x3))]
    assert {id(layer) for layer, _, _ in convolved} == {id(m) for m in whole} - {id(network.anchor)}
    assert gated == [0, 1, 2, 3]
    assert convolved[-1] == (network.tail, 3 * 2**2, 3)


def test_a_block_may_lack_its_tap_and_kernels_may_be_points() -> None:
    network = searched()
    names = set(network.folded().state_dict())

    assert "blocks.0.tap_1.weight" in names
    assert "blocks.1.tap_1.weight" not in names
    shapes = {name: tensor.shape[2:] for name, tensor in network.folded().state_dict().items()}
    assert shapes["blocks.0.stage_3.weight"] == (3, 3)
    assert shapes["blocks.1.stage_3.weight"] == shapes["tail.weight"] == (1, 1)
    # 1 for the head, 3 and 2 and 2 for the blocks, 1 behind them, on each side.
    assert network.receptive_field_px == 2 * (1 + 3 + 2 + 2 + 1) + 1
