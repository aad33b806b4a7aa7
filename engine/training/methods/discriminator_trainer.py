"""A discriminator with its optimizer and the GAN loss."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias

import torch
from torch import Tensor, nn

from engine.config.parts import DiscriminatorRecipe, GanLossName
from engine.config.recipes import GanRecipe, MfaganRecipe, OmgdRecipe, SlimRecipe, SupernetRecipe
from engine.core.errors import ConfigError
from engine.losses.adversarial import build_gan_loss
from engine.models.discriminators.base import Discriminator
from engine.models.discriminators.build import build_discriminator
from engine.training.optimizer_group import OptimizerGroup
from engine.training.processes import shared
from engine.training.weights import load_all, read_weights

AdversarialRecipe: TypeAlias = GanRecipe | MfaganRecipe | OmgdRecipe | SlimRecipe | SupernetRecipe
"""Recipes whose method trains at least one discriminator, or may do so."""

Features: TypeAlias = tuple[Tensor, ...]
"""Float32 feature maps of a discriminator, shallow to deep; the last one is its logits."""


class DiscriminatorTrainer:
    """Trains a discriminator and gives a generator its verdict.

    Args:
        recipe: Which discriminator.
        loss: Which GAN loss.
        device: Device of the discriminator.
        clip_norm: Largest gradient norm.
        side_px: Side of the HR patches that it will receive.

    Attributes:
        network: The discriminator.
        group: Its optimizer.

    Raises:
        ConfigError: If the patches are too small for it.
    """

    def __init__(
        self,
        recipe: DiscriminatorRecipe,
        loss: GanLossName,
        *,
        device: torch.device,
        clip_norm: float,
        side_px: int,
    ) -> None:
        self.network: Discriminator = build_discriminator(recipe).to(device)
        _check_size(self.network, side_px, device)
        self.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._loss = build_gan_loss(loss)
        self._discriminate = shared(self.network)
        self.group = OptimizerGroup(
            {"discriminator": self.network},
            learning_rate_factor=recipe.learning_rate_factor,
            clip_norm=clip_norm,
        )

    def features_for_generator(self, sr: Tensor, hr: Tensor) -> tuple[Features, Features]:
        """Return the features of ``sr``, with gradient to ``sr``, and of ``hr``, without gradient.

        The discriminator itself gets no gradient.
        """
        # Called past `shared`: without gradients of its own there is nothing to average, and
        # DistributedDataParallel would wait for them.
        with frozen_parameters(self.network):
            fake = self.network(sr)
            with torch.no_grad():
                real = self.network(hr)
        return _to_float(fake), _to_float(real)

    def generator_loss(self, fake: Features, real: Features) -> Tensor:
        """Return the generator's loss for the features of SR and of HR."""
        return self._loss.generator(real[-1], fake[-1])

    def discriminator_features(self, image: Tensor) -> Features:
        """Return the features of ``image``, with gradient to the discriminator."""
        return _to_float(self._discriminate(image))

    def discriminator_loss(self, fake: Features, real: Features) -> Tensor:
        """Return the discriminator's loss for the features of SR and of HR."""
        return self._loss.discriminator(real[-1], fake[-1])

    def load(self, weights: str) -> None:
        """Start from trained weights.

        Raises:
            ConfigError: If there is no such file, or it is of another network.
        """
        load_all(self.network, read_weights(weights))


def build_discriminator_trainer(
    recipe: AdversarialRecipe,
    device: torch.device,
    *,
    discriminator: DiscriminatorRecipe | None = None,
) -> DiscriminatorTrainer:
    """Return a trainer of the recipe's discriminator, or of ``discriminator``.

    Raises:
        ConfigError: If the recipe's patches are too small for it.
        UnknownNameError: If there is no such discriminator.
    """
    return DiscriminatorTrainer(
        discriminator or recipe.discriminator,
        recipe.adversarial,
        device=device,
        clip_norm=recipe.clip_norm,
        side_px=recipe.hr_patch_px,
    )


def _check_size(network: Discriminator, side_px: int, device: torch.device) -> None:
    try:
        with torch.no_grad(), evaluating(network):
            network(torch.zeros(1, 3, side_px, side_px, device=device))
    except RuntimeError as error:
        raise ConfigError(
            f"discriminator: patches of {side_px} HR pixels are too small for it; raise "
            "data.patch_px or take fewer discriminator.layers"
        ) from error


@contextmanager
def frozen_parameters(network: nn.Module) -> Iterator[None]:
    """Keep gradients from the parameters of ``network`` while the block runs."""
    wanted = [parameter for parameter in network.parameters() if parameter.requires_grad]
    for parameter in wanted:
        parameter.requires_grad_(False)  # noqa: FBT003 - torch names it only in stubs of modules
    try:
        yield
    finally:
        for parameter in wanted:
            parameter.requires_grad_(True)  # noqa: FBT003


@contextmanager
def evaluating(network: nn.Module) -> Iterator[None]:
    """Put ``network`` into eval mode while the block runs.

    In training mode every forward pass changes a network: the running statistics of batch
    normalization, and the vectors from which spectral normalization estimates its norms.
    """
    was_training = network.training
    network.eval()
    try:
        yield
    finally:
        network.train(was_training)


def _to_float(maps: tuple[Tensor, ...]) -> Features:
    # Losses are computed in float32 also where the networks run in half precision.
    return tuple(level.float() for level in maps)
