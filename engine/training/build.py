"""Makes the scheme that a recipe without a teacher asks for."""

from __future__ import annotations

from engine.config.recipes import GanRecipe, PsnrRecipe, TrainRecipe
from engine.training.gan import GanScheme
from engine.training.psnr import PsnrScheme
from engine.training.scheme import Scheme, Start


def build_scheme(recipe: TrainRecipe, start: Start) -> Scheme:
    """Return the scheme of ``recipe``.

    Raises:
        ConfigError: If the recipe names what is not there.
        ValueError: If the recipe is of a kind that needs a teacher.
    """
    match recipe:
        case PsnrRecipe():
            return PsnrScheme(
                start, clip_norm=recipe.clip_norm, error=recipe.error, color=recipe.color
            )
        case GanRecipe():
            return GanScheme(recipe, start)
        case _:
            raise ValueError(f"{type(recipe).__name__} is no recipe without a teacher")
