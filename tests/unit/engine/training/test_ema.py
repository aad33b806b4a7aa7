from __future__ import annotations

import pytest
import torch
from torch import nn

from engine.training.ema import Ema


def network(value: float) -> nn.Module:
    made = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2))
    fill(made, value)
    return made


def fill(module: nn.Module, value: float) -> None:
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.fill_(value)


def value_of(module: nn.Module) -> float:
    values = torch.cat([parameter.flatten() for parameter in module.parameters()])
    assert bool((values == values[0]).all())
    return float(values[0].detach())


def test_the_average_starts_from_the_first_weights_with_growing_decays() -> None:
    trained = network(1.0)
    ema = Ema(trained, decay=0.999)
    expected = 1.0
    for step, value in enumerate((3.0, 2.0, 5.0)):
        fill(trained, value)
        decay = (1 + step) / (10 + step)
        expected = decay * expected + (1 - decay) * value

        ema.update(step)

        assert value_of(ema.averaged) == pytest.approx(expected, rel=1e-6)
    assert value_of(trained) == 5.0


def test_late_steps_use_the_recipes_decay() -> None:
    trained = network(0.0)
    ema = Ema(trained, decay=0.9)
    fill(trained, 1.0)

    ema.update(100_000)

    assert value_of(ema.averaged) == pytest.approx(0.1)


def test_buffers_are_copied_and_nothing_of_the_average_is_trained() -> None:
    trained = network(1.0)
    ema = Ema(trained, decay=0.9)
    trained(torch.rand(4, 2)).sum().backward()

    ema.update(0)

    for own, current in zip(ema.averaged.buffers(), trained.buffers(), strict=True):
        assert torch.equal(own, current)
    assert not any(parameter.requires_grad for parameter in ema.averaged.parameters())


def test_the_average_has_the_tensors_of_the_network_and_no_others() -> None:
    trained = network(1.0)

    assert list(Ema(trained, decay=0.9).averaged.state_dict()) == list(trained.state_dict())
