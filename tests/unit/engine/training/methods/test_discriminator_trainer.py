from __future__ import annotations

import msgspec
import pytest
import torch

from engine.core.errors import ConfigError
from engine.models.discriminators.build import build_discriminator
from engine.models.discriminators.patchgan import Norm
from engine.training.methods.discriminator_trainer import DiscriminatorTrainer, evaluating
from tests.helpers.tiny_methods import (
    SMALL_D,
    differs,
)


@pytest.mark.parametrize("norm", ["spectral", "batch"])
def test_running_the_teachers_discriminator_changes_nothing_in_it(norm: Norm) -> None:
    network = build_discriminator(msgspec.structs.replace(SMALL_D, norm=norm, layers=2))
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}

    with evaluating(network):
        network(torch.rand(2, 3, 32, 32))

    assert not differs(before, network.state_dict())
    assert network.training


def trainer(**change: object) -> DiscriminatorTrainer:
    values: dict[str, object] = {"device": torch.device("cpu"), "clip_norm": 1.0, "side_px": 32}
    return DiscriminatorTrainer(SMALL_D, "least-squares", **{**values, **change})  # type: ignore[arg-type]


def test_the_generators_gradient_leaves_the_discriminator_alone() -> None:
    discriminator = trainer()
    sr, hr = torch.rand(2, 3, 32, 32, requires_grad=True), torch.rand(2, 3, 32, 32)

    fake, real = discriminator.features_for_generator(sr, hr)
    discriminator.generator_loss(fake, real).backward()

    assert sr.grad is not None
    assert bool(sr.grad.any())
    assert all(parameter.grad is None for parameter in discriminator.network.parameters())
    assert all(parameter.requires_grad for parameter in discriminator.network.parameters())


def test_the_discriminator_learns_from_features_of_its_own() -> None:
    discriminator = trainer()
    features = [discriminator.discriminator_features(torch.rand(2, 3, 32, 32)) for _ in range(2)]

    discriminator.group.backward(discriminator.discriminator_loss(features[0], features[1]))

    assert all(bool(p.grad.any()) for p in discriminator.network.parameters() if p.grad is not None)
    assert any(p.grad is not None for p in discriminator.network.parameters())


def test_patches_that_are_too_small_are_refused_with_the_way_out() -> None:
    with pytest.raises(ConfigError, match=r"patches of 2 HR pixels.*data\.patch_px"):
        trainer(side_px=2)
