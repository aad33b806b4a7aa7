"""Makes the scheme that any recipe asks for."""

from __future__ import annotations

import torch

from engine.config.recipes import (
    DistillRecipe,
    MfaganRecipe,
    OmgdRecipe,
    SlimRecipe,
    SupernetRecipe,
    TrainRecipe,
)
from engine.distill.mfagan import MfaganScheme
from engine.distill.omgd import OmgdScheme
from engine.distill.plain import DistillScheme
from engine.distill.slim import SlimScheme
from engine.distill.supernet import SupernetScheme
from engine.models.generators.build import build_generator
from engine.training.build import build_scheme as build_plain_scheme
from engine.training.scheme import Scheme, Start

_CPU = torch.device("cpu")


def check_scheme(recipe: TrainRecipe) -> None:
    """Check that the scheme of ``recipe`` can be built, before anything else is made.

    Raises:
        ConfigError: If the recipe names no teacher, or what is not there or does not fit.
    """
    generator = build_generator(recipe.generator)
    build_scheme(recipe, Start(generator=generator, averaged=generator, device=_CPU))


def build_scheme(recipe: TrainRecipe, start: Start) -> Scheme:
    """Return the scheme of ``recipe``, with a teacher or without.

    Raises:
        ConfigError: If the recipe names what is not there.
    """
    match recipe:
        case DistillRecipe():
            return DistillScheme(recipe, start)
        case MfaganRecipe():
            return MfaganScheme(recipe, start)
        case OmgdRecipe():
            return OmgdScheme(recipe, start)
        case SlimRecipe():
            return SlimScheme(recipe, start)
        case SupernetRecipe():
            return SupernetScheme(recipe, start)
        case _:
            return build_plain_scheme(recipe, start)
