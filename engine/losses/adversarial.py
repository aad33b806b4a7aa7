"""What generator and discriminator play for."""

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
    """One form of the game; both functions take judgments of HR and of SR.

    Attributes:
        generator: Loss of the generator.
        discriminator: Loss of the discriminator.
        needs_real: Whether the generator's loss looks at the judgment of HR.
    """

    generator: Callable[[Tensor, Tensor], Tensor]
    discriminator: Callable[[Tensor, Tensor], Tensor]
    needs_real: bool = False


def build_gan_form(name: GanLossName) -> GanLoss:
    """Return the form called ``name``."""
    return GAN_FORMS[name]


def _is_real(judgment: Tensor) -> Tensor:
    return functional.binary_cross_entropy_with_logits(judgment, torch.ones_like(judgment))


def _is_fake(judgment: Tensor) -> Tensor:
    return functional.binary_cross_entropy_with_logits(judgment, torch.zeros_like(judgment))


def _relativistic(more: Tensor, less: Tensor) -> Tensor:
    """Return how far ``more`` is from being judged above ``less`` on average."""
    return 0.5 * (_is_real(more - less.mean()) + _is_fake(less - more.mean()))


GAN_FORMS: Registry[GanLoss] = Registry("adversarial form")
# Goodfellow et al. 2014, arXiv 1406.2661, in the form that does not saturate.
GAN_FORMS.add(
    "vanilla",
    GanLoss(
        generator=lambda real, fake: _is_real(fake),
        discriminator=lambda real, fake: 0.5 * (_is_real(real) + _is_fake(fake)),
    ),
)
# Mao et al. 2016, arXiv 1611.04076.
GAN_FORMS.add(
    "least-squares",
    GanLoss(
        generator=lambda real, fake: (fake - 1).square().mean(),
        discriminator=lambda real, fake: 0.5 * ((real - 1).square() + fake.square()).mean(),
    ),
)
# Lim and Ye 2017, arXiv 1705.02894.
GAN_FORMS.add(
    "hinge",
    GanLoss(
        generator=lambda real, fake: -fake.mean(),
        discriminator=lambda real, fake: (
            0.5 * (functional.relu(1 - real) + functional.relu(1 + fake)).mean()
        ),
    ),
)
# Relativistic average, as ESRGAN uses it: Jolicoeur-Martineau 2018, arXiv 1807.00734.
GAN_FORMS.add(
    "relativistic",
    GanLoss(
        generator=lambda real, fake: _relativistic(fake, real),
        discriminator=_relativistic,
        needs_real=True,
    ),
)
