"""Adversarial losses of generator and discriminator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from engine.config.parts import GanLossName
from engine.core.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class GanLoss:
    """A GAN objective; both functions take the discriminator's logits of HR and of SR.

    Attributes:
        generator: Loss of the generator.
        discriminator: Loss of the discriminator.
    """

    generator: Callable[[Tensor, Tensor], Tensor]
    discriminator: Callable[[Tensor, Tensor], Tensor]


def build_gan_loss(name: GanLossName) -> GanLoss:
    """Return the GAN loss called ``name``.

    Raises:
        UnknownNameError: If there is no such loss.
    """
    return GAN_LOSSES[name]


def _is_real(logits: Tensor) -> Tensor:
    return functional.binary_cross_entropy_with_logits(logits, torch.ones_like(logits))


def _is_fake(logits: Tensor) -> Tensor:
    return functional.binary_cross_entropy_with_logits(logits, torch.zeros_like(logits))


def _relativistic(more: Tensor, less: Tensor) -> Tensor:
    """Return the cross-entropy of ``more`` being above the mean of ``less`` and vice versa."""
    # Relative to the mean of the other kind: SR also loses when HR looks more real.
    return 0.5 * (_is_real(more - less.mean()) + _is_fake(less - more.mean()))


GAN_LOSSES: Registry[GanLoss] = Registry("GAN loss")
# Goodfellow et al. 2014, arXiv 1406.2661. The generator maximizes log D(SR) rather than
# minimizing log(1 - D(SR)), whose gradient vanishes while the discriminator is sure.
GAN_LOSSES.add(
    "vanilla",
    GanLoss(
        generator=lambda real, fake: _is_real(fake),
        discriminator=lambda real, fake: 0.5 * (_is_real(real) + _is_fake(fake)),
    ),
)
# Mao et al. 2016, arXiv 1611.04076.
GAN_LOSSES.add(
    "least-squares",
    GanLoss(
        generator=lambda real, fake: (fake - 1).square().mean(),
        discriminator=lambda real, fake: 0.5 * ((real - 1).square() + fake.square()).mean(),
    ),
)
# Lim and Ye 2017, arXiv 1705.02894.
GAN_LOSSES.add(
    "hinge",
    GanLoss(
        generator=lambda real, fake: -fake.mean(),
        discriminator=lambda real, fake: (
            0.5 * (functional.relu(1 - real) + functional.relu(1 + fake)).mean()
        ),
    ),
)
# Relativistic average, as ESRGAN uses it: Jolicoeur-Martineau 2018, arXiv 1807.00734.
GAN_LOSSES.add(
    "relativistic",
    GanLoss(
        generator=lambda real, fake: _relativistic(fake, real),
        discriminator=_relativistic,
    ),
)
