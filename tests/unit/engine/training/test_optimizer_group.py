from __future__ import annotations

import copy

import pytest
import torch
from torch import nn

from engine.core.errors import NonFiniteLossError
from engine.training.optimizer_group import OptimizerGroup


def train(group: OptimizerGroup, network: nn.Module, *, steps: int) -> None:
    images = torch.rand(steps, 4, 3, generator=torch.Generator().manual_seed(1))
    for image in images:
        group.zero_grad()
        group.backward(network(image).square().mean())
        group.step(0.01)


def is_equal(one: nn.Module, other: nn.Module) -> bool:
    pairs = zip(one.parameters(), other.parameters(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


def test_a_network_is_updated_as_by_adam_with_clipped_gradients() -> None:
    ours = nn.Linear(3, 2)
    plain = copy.deepcopy(ours)
    optimizer = torch.optim.Adam(plain.parameters(), lr=0.005, betas=(0.9, 0.99))
    group = OptimizerGroup({"generator": ours}, learning_rate_factor=0.5, clip_norm=0.1)

    train(group, ours, steps=3)
    for image in torch.rand(3, 4, 3, generator=torch.Generator().manual_seed(1)):
        optimizer.zero_grad()
        plain(image).square().mean().backward()
        nn.utils.clip_grad_norm_(plain.parameters(), 0.1)
        optimizer.step()

    assert is_equal(ours, plain)


def test_the_state_of_a_second_optimizer_continues_the_first() -> None:
    whole, halved = nn.Linear(3, 2), nn.Linear(3, 2)
    halved.load_state_dict(whole.state_dict())
    group = OptimizerGroup({"generator": whole})
    train(group, whole, steps=2)
    first = OptimizerGroup({"generator": halved})
    train(first, halved, steps=2)

    second = OptimizerGroup({"generator": halved})
    second.load_optimizer_state(first.optimizer_state())
    train(group, whole, steps=2)
    train(second, halved, steps=2)

    assert is_equal(whole, halved)


def test_the_state_names_each_parameter_and_its_network() -> None:
    group = OptimizerGroup({"generator": nn.Linear(3, 2)})
    group.add({"adaptors": nn.Linear(2, 2, bias=False)})
    values = [parameter.sum() for _, parameter in group.named_parameters()]
    group.backward(torch.stack(values).sum())
    group.step(0.1)

    names = {name.rsplit("/", 1)[0] for name in group.optimizer_state()}

    assert names == {"weight", "bias", "adaptors.weight"}


def test_layers_that_two_networks_share_are_updated_once() -> None:
    shared = nn.Linear(2, 2)
    group = OptimizerGroup({"one": nn.Sequential(shared), "other": nn.Sequential(shared)})

    assert [name for name, _ in group.named_parameters()] == ["0.weight", "0.bias"]


def test_a_gradient_that_is_not_finite_is_refused_before_the_update() -> None:
    network = nn.Linear(3, 2)
    before = copy.deepcopy(network)
    group = OptimizerGroup({"generator": network})
    group.backward(network(torch.full((1, 3), float("inf"))).sum())

    with pytest.raises(NonFiniteLossError):
        group.step(0.1)

    assert is_equal(network, before)


def test_with_loss_scaling_it_skips_the_update_and_lowers_the_scale() -> None:
    network = nn.Linear(3, 2)
    before = copy.deepcopy(network)
    group = OptimizerGroup({"generator": network})
    group.enable_loss_scaling(torch.device("cpu"))
    scale = group.gradient_scale()
    group.backward(network(torch.full((1, 3), float("inf"))).sum())

    group.step(0.1)

    lowered = group.gradient_scale()
    assert is_equal(network, before)
    assert scale is not None
    assert lowered is not None
    assert lowered[0] == scale[0] / 2
