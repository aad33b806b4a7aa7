"""Makes the scheme that a recipe without a teacher asks for."""

from __future__ import annotations

import torch

from engine.config.recipes import PsnrRecipe, TrainRecipe
from engine.models.generators.base import Generator
from engine.training.psnr import PsnrScheme
from engine.training.scheme import Scheme


def build_scheme(recipe: TrainRecipe, generator: Generator, device: torch.device) -> Scheme:
    """Return the scheme of ``recipe`` for ``generator``, its networks on ``device``.

    Raises:
        ValueError: If the recipe is of another kind.
    """
    match recipe:
        case PsnrRecipe():
            return PsnrScheme(generator, clip_norm=recipe.clip_norm)
        case _:
            raise ValueError(f"no scheme here trains a {type(recipe).__name__}")
