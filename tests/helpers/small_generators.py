"""A small size of every family of generators, for tests that try them all."""

from __future__ import annotations

from engine.config.parts import GeneratorRecipe

_SIZES = {
    sizes.family: sizes
    for sizes in (
        GeneratorRecipe(family="mfanet", scale=3, channels=4, blocks=2),
        GeneratorRecipe(family="rrdbnet", scale=2, channels=4, blocks=1),
        GeneratorRecipe(family="srresnet", scale=4, channels=4, blocks=2),
        GeneratorRecipe(family="compact", scale=2, channels=4, blocks=2),
        GeneratorRecipe(family="span", scale=3, channels=4, blocks=2),
        GeneratorRecipe(family="tpsr", scale=4, channels=4),
        GeneratorRecipe(family="selfcal", scale=2, channels=4, blocks=2),
    )
}


def small_sizes(family: str) -> GeneratorRecipe:
    """Return small sizes of ``family``, the published ones if none are listed here."""
    return _SIZES.get(family, GeneratorRecipe(family=family))
