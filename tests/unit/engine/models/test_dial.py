from __future__ import annotations

import copy

import pytest
import torch
from torch import Tensor

from engine.config.parts import GeneratorRecipe
from engine.models.dial import DialNetwork, folded_tensors
from engine.models.generators.base import Generator
from engine.models.generators.build import GENERATORS, build_generator

LR = torch.rand(1, 3, 9, 8, generator=torch.Generator().manual_seed(1))


def trained(family: str = "mfanet", *, seed: int = 0) -> Generator:
    """Return a small network with every weight away from where it starts."""
    torch.manual_seed(seed)
    blocks = None if family == "tpsr" else 2
    network = build_generator(GeneratorRecipe(family=family, scale=4, channels=8, blocks=blocks))
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    return network


def dial(family: str = "mfanet") -> DialNetwork:
    return DialNetwork([trained(family, seed=0), trained(family, seed=1)])


def told(*values: float) -> Tensor:
    return torch.tensor(values)


@pytest.mark.parametrize("family", sorted(GENERATORS))
def test_at_its_ends_it_is_the_networks_it_was_made_of(family: str) -> None:
    network = dial(family)

    with torch.no_grad():
        for end, value in zip(network.ends, (0.0, 1.0), strict=True):
            assert isinstance(end, Generator)
            exact = end.folded()(LR)
            assert torch.equal(network(LR, told(value)), exact)
            assert torch.equal(network.fixed(value)(LR), exact)


@pytest.mark.parametrize("family", sorted(GENERATORS))
@pytest.mark.parametrize("value", [0.13, 0.5, 0.87])
def test_the_plain_network_of_a_value_makes_the_same_pictures(family: str, value: float) -> None:
    network = dial(family)

    with torch.no_grad():
        assert torch.equal(network(LR, told(value)), network.fixed(value)(LR))


def test_a_searched_network_may_have_a_dial() -> None:
    sizes = GeneratorRecipe(
        scale=2, channels=8, blocks=2, inner=((4, 6), (8, 8)), taps=(False, True),
        last_kernels=(1, 3), tail_kernel=1,
    )  # fmt: skip
    network = DialNetwork([build_generator(sizes), build_generator(sizes)])

    with torch.no_grad():
        assert torch.equal(network(LR, told(0.3)), network.fixed(0.3)(LR))


def test_a_batch_of_several_values_is_that_of_their_plain_networks() -> None:
    network = dial()
    values = [0.25, 0.25, 1.0, 0.25, 0.0]
    lr = torch.rand(5, 3, 8, 8)

    with torch.no_grad():
        together = network(lr, told(*values))
        alone = [network.fixed(v)(lr[n : n + 1]) for n, v in enumerate(values)]

    assert torch.allclose(together, torch.cat(alone), atol=1e-6)


def test_what_is_mixed_are_kernels_and_not_branches() -> None:
    network = dial()
    zero, one = (folded_tensors(end) for end in network.ends)

    kernel = network.fixed(0.5).state_dict()["head.weight"]

    assert torch.allclose(kernel, (zero["head.weight"] + one["head.weight"]) / 2, atol=1e-6)
    branches = copy.deepcopy(network.ends[0])
    with torch.no_grad():
        for mine, other in zip(branches.parameters(), network.ends[1].parameters(), strict=True):
            mine.lerp_(other, 0.5)
    assert not torch.allclose(folded_tensors(branches)["head.weight"], kernel, atol=1e-3)


def test_an_end_learns_by_its_share() -> None:
    network = dial()

    network(LR, told(0.25)).square().mean().backward()
    zero, one = (
        {name: parameter.grad for name, parameter in end.named_parameters()} for end in network.ends
    )

    assert all(gradient is not None and gradient.any() for gradient in zero.values())
    # The kernel branch of both ends is a summand of the mixed kernel, with shares 3 to 1.
    first, second = zero["head.kernel"], one["head.kernel"]
    assert first is not None
    assert second is not None
    assert torch.allclose(first, 3 * second, rtol=1e-3)


def test_its_weights_are_those_of_both_ends_and_nothing_else() -> None:
    network = dial()
    other = DialNetwork([trained(seed=2), trained(seed=3)])

    other.load_state_dict(network.state_dict())

    assert {name.split(".")[1] for name in network.state_dict()} == {"0", "1"}
    with torch.no_grad():
        assert torch.equal(other(LR, told(0.4)), network(LR, told(0.4)))


def test_a_plain_network_shares_no_weights_with_the_dial() -> None:
    network = dial()
    plain = network.fixed(0.5)
    with torch.no_grad():
        before = plain(LR)
        for parameter in network.parameters():
            parameter.zero_()

        assert torch.equal(plain(LR), before)


def test_a_value_is_needed_and_lies_between_0_and_1() -> None:
    with pytest.raises(ValueError, match="restoration value of each picture"):
        dial()(LR)
    with pytest.raises(ValueError, match="from 0 to 1"):
        dial().fixed(1.01)
