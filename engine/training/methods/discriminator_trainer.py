"""A discriminator, its player and the form of the game."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from engine.config.parts import DiscriminatorRecipe, GanLossName
from engine.core.errors import ConfigError
from engine.losses.adversarial import build_gan_form
from engine.models.discriminators.base import Discriminator
from engine.models.discriminators.build import build_discriminator
from engine.training.optimizer_group import OptimizerGroup
from engine.training.processes import shared


class DiscriminatorTrainer:
    """PictureMetrics pictures for a generator and learns from its own mistakes.

    Args:
        recipe: Which discriminator.
        form: The form of the game.
        device: Where it is put.
        clip_norm: Largest gradient norm.
        side_px: Side of the HR patches that it shall judge.

    Attributes:
        network: The discriminator.
        player: Its optimizer.

    Raises:
        ConfigError: If the patches are too small for it.
    """

    def __init__(
        self,
        recipe: DiscriminatorRecipe,
        form: GanLossName,
        *,
        device: torch.device,
        clip_norm: float,
        side_px: int,
    ) -> None:
        self.network: Discriminator = build_discriminator(recipe).to(device)
        _check_size(self.network, side_px, device)
        self.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._form = build_gan_form(form)
        self._judge = shared(self.network)
        self.player = OptimizerGroup(
            {"discriminator": self.network},
            learning_rate_factor=recipe.learning_rate_factor,
            clip_norm=clip_norm,
        )

    def look(self, sr: Tensor, hr: Tensor) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
        """Return the maps of ``sr``, with gradient to it, and of ``hr``, without.

        The discriminator itself gets no gradient.
        """
        with frozen(self.network):
            fake = self.network(sr)
            with torch.no_grad():
                real = self.network(hr)
        return _floats(fake), _floats(real)

    def generator_loss(self, fake: tuple[Tensor, ...], real: tuple[Tensor, ...]) -> Tensor:
        """Return how far the generator is from winning."""
        return self._form.generator(real[-1], fake[-1])

    def own_maps(self, image: Tensor) -> tuple[Tensor, ...]:
        """Return the maps of ``image``, with gradient to the discriminator."""
        return _floats(self._judge(image))

    def own_loss(self, fake: tuple[Tensor, ...], real: tuple[Tensor, ...]) -> Tensor:
        """Return how far the discriminator is from winning."""
        return self._form.discriminator(real[-1], fake[-1])


def _check_size(network: Discriminator, side_px: int, device: torch.device) -> None:
    try:
        with torch.no_grad(), standing_still(network):
            network(torch.zeros(1, 3, side_px, side_px, device=device))
    except RuntimeError as error:
        raise ConfigError(
            f"discriminator: patches of {side_px} HR pixels are too small for it; raise "
            "data.patch_px or take fewer discriminator.layers"
        ) from error


@contextmanager
def frozen(network: nn.Module) -> Iterator[None]:
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
def standing_still(network: nn.Module) -> Iterator[None]:
    """Keep ``network`` from changing by being looked at while the block runs.

    In training mode a look moves statistics of batches and vectors of spectral norms.
    """
    was_training = network.training
    network.eval()
    try:
        yield
    finally:
        network.train(was_training)


def _floats(maps: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    return tuple(level.float() for level in maps)
