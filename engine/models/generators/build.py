"""The registry of generators that a recipe can name."""

from __future__ import annotations

from collections.abc import Callable

from engine.config.mfa_sizes import MfaSizes
from engine.config.operations import TPSR_CELLS
from engine.config.parts import GeneratorRecipe
from engine.config.published_sizes import PUBLISHED_SIZES, TPSR_CHANNELS
from engine.core.errors import ConfigError
from engine.core.registry import Registry
from engine.models.generators.base import Generator
from engine.models.generators.compact import CompactNet
from engine.models.generators.mfanet import MfaNet
from engine.models.generators.rrdbnet import RrdbNet
from engine.models.generators.selfcal import SelfCalibratedNet
from engine.models.generators.span import SpanNet
from engine.models.generators.srresnet import SrResNet
from engine.models.generators.tpsr import TpsrNet

# Fields of a recipe that only some families have.
_OWN_FIELDS = {
    **dict.fromkeys(("inner", "taps", "last_kernels", "tail_kernel"), ("mfanet",)),
    "widths": tuple(PUBLISHED_SIZES),
    "cells": ("tpsr",),
}

Builder = Callable[[GeneratorRecipe], Generator]


def _sized(family: str, network: Callable[..., Generator]) -> Builder:
    """Return a builder with the published sizes, which a recipe may override."""
    channels, blocks = PUBLISHED_SIZES[family]
    return lambda recipe: network(
        scale=recipe.scale,
        channels=recipe.channels or channels,
        blocks=recipe.blocks or (len(recipe.widths) if recipe.widths else blocks),
        widths=recipe.widths,
    )


def _build_mfanet(recipe: GeneratorRecipe) -> Generator:
    return MfaNet.of_sizes(MfaSizes.of(recipe), scale=recipe.scale)


def _build_tpsr(recipe: GeneratorRecipe) -> Generator:
    # A searched architecture has no sizes to choose but its width and its cells.
    if recipe.scale != 4 or recipe.blocks is not None:
        raise ValueError("TPSR exists for scale 4 only, and its depth is fixed")
    return TpsrNet(channels=recipe.channels or TPSR_CHANNELS, cells=recipe.cells or TPSR_CELLS)


GENERATORS: Registry[Builder] = Registry("generator family")
GENERATORS.add("mfanet", _build_mfanet)
GENERATORS.add("rrdbnet", _sized("rrdbnet", RrdbNet))
GENERATORS.add("srresnet", _sized("srresnet", SrResNet))
GENERATORS.add("compact", _sized("compact", CompactNet))
GENERATORS.add("span", _sized("span", SpanNet))
GENERATORS.add("tpsr", _build_tpsr)
GENERATORS.add("selfcal", _sized("selfcal", SelfCalibratedNet))


def build_generator(recipe: GeneratorRecipe) -> Generator:
    """Build the generator that ``recipe`` names, with fresh weights.

    Raises:
        UnknownNameError: If there is no such family.
        ConfigError: If the family does not exist in that size.
    """
    for name, families in _OWN_FIELDS.items():
        if getattr(recipe, name) and recipe.family not in families:
            raise ConfigError(
                f"generator {recipe.family}: only {', '.join(families)} has {name}; leave it out"
            )
    try:
        return GENERATORS[recipe.family](recipe)
    except ValueError as error:
        raise ConfigError(f"generator {recipe.family}: {error}") from error
