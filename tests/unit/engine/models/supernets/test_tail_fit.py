from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from engine.models.generators.mfanet import MfaNet
from engine.models.supernets.tail_fit import fit_tail


def network(*, tail_kernel: int = 3) -> MfaNet:
    torch.manual_seed(0)
    made = MfaNet(scale=2, channels=5, blocks=2, tail_kernel=1 if tail_kernel == 1 else 3)
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    return made.folded()


def pictures(made: MfaNet, *, count: int = 3) -> list[tuple[Tensor, Tensor]]:
    lrs = [torch.rand(2, 3, 20, 24) for _ in range(count)]
    with torch.no_grad():
        return [(lr, made(lr)) for lr in lrs]


def spoiled(made: MfaNet) -> MfaNet:
    other = made.folded()
    assert isinstance(other.tail, nn.Conv2d)
    assert other.tail.bias is not None
    with torch.no_grad():
        other.tail.weight.mul_(0.5)
        other.tail.bias.add_(0.1)
    return other


@pytest.mark.parametrize("tail_kernel", [1, 3])
def test_a_spoiled_tail_is_found_again(tail_kernel: int) -> None:
    made = network(tail_kernel=tail_kernel)
    start = spoiled(made)
    before = {name: tensor.clone() for name, tensor in start.state_dict().items()}

    fitted = fit_tail(start, pictures(made), strength=1e-9)

    wanted = made.state_dict()
    own = fitted.state_dict()
    assert torch.allclose(own["tail.weight"], wanted["tail.weight"], atol=1e-3)
    assert torch.allclose(own["tail.bias"], wanted["tail.bias"], atol=1e-3)
    # Nothing else changes, and what was given least of all.
    assert all(torch.equal(own[name], before[name]) for name in own if not name.startswith("tail"))
    assert all(torch.equal(start.state_dict()[name], before[name]) for name in before)


def test_a_fit_never_raises_the_error_on_its_own_pictures() -> None:
    made = network()
    pairs = [(lr, torch.rand_like(hr)) for lr, hr in pictures(made)]

    def error(candidate: MfaNet) -> float:
        with torch.no_grad():
            return sum(float((candidate(lr) - hr).square().mean()) for lr, hr in pairs)

    assert error(fit_tail(made, pairs)) < error(made)


def test_the_strength_holds_the_tail_where_it_is() -> None:
    made = network()
    start = spoiled(made)

    held = fit_tail(start, pictures(made), strength=1e9)

    for name, tensor in start.state_dict().items():
        assert torch.allclose(held.state_dict()[name], tensor, atol=1e-5)


def test_without_pictures_there_is_nothing_to_fit() -> None:
    with pytest.raises(ValueError, match="no pictures"):
        fit_tail(network(), [])
