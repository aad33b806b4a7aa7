"""The registry of generators that a recipe can name."""

from __future__ import annotations

from collections.abc import Callable

from engine.config.mfa_sizes import MfaSizes
from engine.config.parts import GeneratorRecipe
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

_OF_MFANET = ("inner", "taps", "last_kernels", "tail_kernel")

Builder = Callable[[GeneratorRecipe], Generator]


def _sized(network: Callable[..., Generator], *, channels: int, blocks: int) -> Builder:
    """Return a builder with the published sizes, which a recipe may override."""
    return lambda recipe: network(
        scale=recipe.scale, channels=recipe.channels or channels, blocks=recipe.blocks or blocks
    )


def _build_mfanet(recipe: GeneratorRecipe) -> Generator:
    return MfaNet.of_sizes(MfaSizes.of(recipe), scale=recipe.scale)


def _build_tpsr(recipe: GeneratorRecipe) -> Generator:
    # A searched architecture has no sizes to choose but its width.
    if recipe.scale != 4 or recipe.blocks is not None:
        raise ValueError("TPSR exists for scale 4 only, and its depth is fixed")
    return TpsrNet(channels=recipe.channels or 16)


GENERATORS: Registry[Builder] = Registry("generator family")
GENERATORS.add("mfanet", _build_mfanet)
GENERATORS.add("rrdbnet", _sized(RrdbNet, channels=64, blocks=23))
GENERATORS.add("srresnet", _sized(SrResNet, channels=64, blocks=16))
GENERATORS.add("compact", _sized(CompactNet, channels=64, blocks=16))
GENERATORS.add("span", _sized(SpanNet, channels=48, blocks=6))
GENERATORS.add("tpsr", _build_tpsr)
GENERATORS.add("selfcal", _sized(SelfCalibratedNet, channels=48, blocks=8))


def build_generator(recipe: GeneratorRecipe) -> Generator:
    """Build the generator that ``recipe`` names, with fresh weights.

    Raises:
        UnknownNameError: If there is no such family.
        ConfigError: If the family does not exist in that size.
    """
    own = [name for name in _OF_MFANET if getattr(recipe, name)]
    if own and recipe.family != "mfanet":
        raise ConfigError(f"generator {recipe.family}: only mfanet has {own[0]}; leave it out")
    try:
        return GENERATORS[recipe.family](recipe)
    except ValueError as error:
        raise ConfigError(f"generator {recipe.family}: {error}") from error
