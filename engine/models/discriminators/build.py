"""The registry of discriminators that a recipe can name."""

from __future__ import annotations

from collections.abc import Callable

from engine.config.parts import DiscriminatorRecipe
from engine.core.registry import Registry
from engine.models.discriminators.base import Discriminator
from engine.models.discriminators.cells import CellDiscriminator
from engine.models.discriminators.patchgan import PatchGan
from engine.models.discriminators.unet import UnetDiscriminator
from engine.models.discriminators.vgg import VggDiscriminator

_CHANNELS = 64  # the published width of the others, and the usual one of cells

DISCRIMINATORS: Registry[Callable[[DiscriminatorRecipe], Discriminator]] = Registry(
    "discriminator family"
)
DISCRIMINATORS.add(
    "patchgan",
    lambda recipe: PatchGan(
        channels=recipe.channels or _CHANNELS, layers=recipe.layers, norm=recipe.norm
    ),
)
DISCRIMINATORS.add("vgg", lambda recipe: VggDiscriminator(channels=recipe.channels or _CHANNELS))
DISCRIMINATORS.add("unet", lambda recipe: UnetDiscriminator(channels=recipe.channels or _CHANNELS))
DISCRIMINATORS.add(
    "cells",
    lambda recipe: CellDiscriminator(channels=recipe.channels or _CHANNELS, cells=recipe.cells),
)


def build_discriminator(recipe: DiscriminatorRecipe) -> Discriminator:
    """Build the discriminator that ``recipe`` names, with fresh weights.

    Raises:
        UnknownNameError: If there is no such family.
    """
    return DISCRIMINATORS[recipe.family](recipe)
