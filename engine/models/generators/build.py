"""The one list of generators that a recipe can name."""

from __future__ import annotations

from collections.abc import Callable

from engine.config.parts import GeneratorRecipe
from engine.core.registry import Registry
from engine.models.generators.base import Generator
from engine.models.generators.mfanet import MfaNet

GENERATORS: Registry[Callable[[GeneratorRecipe], Generator]] = Registry("generator family")
GENERATORS.add(
    "mfanet",
    lambda recipe: MfaNet(
        scale=recipe.scale, channels=recipe.channels or 32, blocks=recipe.blocks or 4
    ),
)


def build_generator(recipe: GeneratorRecipe) -> Generator:
    """Build the generator that ``recipe`` names, with fresh weights.

    Raises:
        UnknownNameError: If there is no such family.
    """
    return GENERATORS[recipe.family](recipe)
