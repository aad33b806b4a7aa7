from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.losses.adversarial import GAN_LOSSES

REAL, FAKE = torch.full((2, 1, 3, 3), 3.0), torch.full((2, 1, 3, 3), -3.0)


@pytest.mark.parametrize("name", list(GAN_LOSSES))
class TestEveryLoss:
    def test_a_discriminator_that_is_right_loses_less(self, name: str) -> None:
        loss = GAN_LOSSES[name]

        assert loss.discriminator(REAL, FAKE) < loss.discriminator(FAKE, REAL)

    def test_a_generator_that_passes_for_real_loses_less(self, name: str) -> None:
        loss = GAN_LOSSES[name]

        assert loss.generator(FAKE, REAL) < loss.generator(REAL, FAKE)

    def test_the_generator_learns_from_the_logits_of_its_own_pictures(self, name: str) -> None:
        fake = FAKE.clone().requires_grad_()

        GAN_LOSSES[name].generator(REAL, fake).backward()

        assert fake.grad is not None
        assert float(fake.grad.sum()) < 0


def test_known_values_of_the_losses() -> None:
    zero = torch.zeros(1, 1, 2, 2)

    assert float(GAN_LOSSES["hinge"].discriminator(zero, zero)) == 1
    assert float(GAN_LOSSES["least-squares"].generator(zero, zero)) == 1
    assert float(GAN_LOSSES["vanilla"].discriminator(zero, zero)) == pytest.approx(np.log(2))
    assert float(GAN_LOSSES["relativistic"].generator(zero, zero)) == pytest.approx(np.log(2))
