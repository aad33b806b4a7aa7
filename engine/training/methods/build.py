"""Makes the scheme that any recipe asks for."""

from __future__ import annotations

import torch

from engine.config.recipes import (
    DistillRecipe,
    GanRecipe,
    MfaganRecipe,
    OmgdRecipe,
    PsnrRecipe,
    SlimRecipe,
    SupernetRecipe,
    TrainRecipe,
)
from engine.models.generators.build import build_generator
from engine.training.method import Scheme, Start
from engine.training.methods.gan import GanScheme
from engine.training.methods.mfagan import MfaganScheme
from engine.training.methods.omgd import OmgdScheme
from engine.training.methods.plain import DistillScheme
from engine.training.methods.psnr import PsnrScheme
from engine.training.methods.slim import SlimScheme
from engine.training.methods.supernet import SupernetScheme

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
        case PsnrRecipe():
            return PsnrScheme(
                start, clip_norm=recipe.clip_norm, error=recipe.error, color=recipe.color
            )
        case GanRecipe():
            return GanScheme(recipe, start)
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
            raise ValueError(f"no training method for {type(recipe).__name__}")
