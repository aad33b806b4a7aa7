"""Lists of channels of a generator of any family.

Paper: Li et al. 2020, "GAN Compression", arXiv 2003.08936.
"""

from __future__ import annotations

import msgspec
from typing_extensions import override

from engine.config.mfa_sizes import MfaSizes
from engine.config.parts import GeneratorRecipe
from engine.config.published_sizes import PUBLISHED_SIZES
from engine.config.spaces import ChannelsSpaceRecipe
from engine.core.errors import ConfigError
from engine.space.candidate import Candidate, Gene
from engine.space.generators import generator_blocks
from engine.space.layers import Block
from engine.space.space import Chromosome, Space


class ChannelsSpace(Space):
    """Generators of one family and depth, of different widths.

        channels │ group_0 │ group_1 │ ...   each the width inside some blocks in a row

    Args:
        recipe: The choices.
    """

    def __init__(self, recipe: ChannelsSpaceRecipe) -> None:
        generator = recipe.generator
        if recipe.widths and generator.family not in {*PUBLISHED_SIZES, "mfanet"}:
            raise ConfigError(
                f"space.widths: {generator.family} has no widths inside its blocks; leave them out"
            )
        self._generator = generator
        self._blocks = _depth(generator)
        # Part of a candidate's id: the genes do not tell the depth.
        self.family = f"channels-{generator.family}-{self._blocks}"
        groups = min(recipe.groups, self._blocks) if recipe.widths else 0
        genes = [Gene(name="channels", choices=tuple(sorted(set(recipe.channels))))]
        genes += [
            Gene(name=f"group_{number}", choices=tuple(sorted(set(recipe.widths))))
            for number in range(groups)
        ]
        super().__init__(genes, scale=generator.scale)

    @property
    @override
    def count(self) -> int:
        product = 1
        for gene in self.genes:
            product *= len(gene.choices)
        return product

    @override
    def mask(self, values: Chromosome) -> tuple[bool, ...]:
        return (True,) * len(values)

    @override
    def blocks(self, candidate: Candidate) -> tuple[Block, ...]:
        return generator_blocks(self.generator(candidate))

    @override
    def generator(self, candidate: Candidate) -> GeneratorRecipe:
        channels, *groups = self.chromosome(candidate)
        sized = msgspec.structs.replace(self._generator, channels=channels)
        if not groups:
            return sized
        # Divided evenly, in the order of depth: 8 blocks in 3 groups are 3, 3 and 2.
        widths = tuple(
            groups[number * len(groups) // self._blocks] for number in range(self._blocks)
        )
        if sized.family == "mfanet":
            return msgspec.structs.replace(sized, inner=tuple((width, width) for width in widths))
        return msgspec.structs.replace(sized, widths=widths)

    @override
    def describe(self, candidate: Candidate) -> str:
        """Return for example ``64: 32 48 16``."""
        channels, *groups = self.chromosome(candidate)
        return f"{channels}: {' '.join(map(str, groups))}".rstrip(": ")


def _depth(recipe: GeneratorRecipe) -> int:
    if recipe.family == "mfanet":
        return MfaSizes.of(recipe).blocks
    return recipe.blocks or PUBLISHED_SIZES.get(recipe.family, (0, 1))[1]
