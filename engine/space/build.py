"""The space of a recipe."""

from __future__ import annotations

from engine.config.spaces import (
    ChannelsSpaceRecipe,
    MfanetSpaceRecipe,
    SpaceRecipe,
    TpsrSpaceRecipe,
)
from engine.space.channels import ChannelsSpace
from engine.space.mfanet import MfanetSpace
from engine.space.space import Space
from engine.space.tpsr import TpsrDiscriminatorSpace, TpsrSpace


def build_space(recipe: SpaceRecipe, *, scale: int) -> Space:
    """Return the space of a recipe.

    Args:
        recipe: The choices.
        scale: Factor between LR and SR sides of an mfanet; the other spaces say theirs.

    Raises:
        ConfigError: If a choice is empty or does not exist.
    """
    if isinstance(recipe, MfanetSpaceRecipe):
        return MfanetSpace(recipe, scale=scale)
    if isinstance(recipe, ChannelsSpaceRecipe):
        return ChannelsSpace(recipe)
    if isinstance(recipe, TpsrSpaceRecipe):
        return TpsrSpace(recipe)
    return TpsrDiscriminatorSpace(recipe)
