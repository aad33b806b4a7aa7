"""The spaces of TPSR's two searches: generators, then discriminators.

What is known of the paper's spaces is in `engine.config.spaces`.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from fractions import Fraction

from typing_extensions import override

from engine.config.operations import Operation, is_separable, kernel_px
from engine.config.parts import DiscriminatorRecipe, GeneratorRecipe
from engine.config.spaces import TpsrDiscriminatorSpaceRecipe, TpsrSpaceRecipe
from engine.space.candidate import Candidate, Gene
from engine.space.generators import generator_blocks
from engine.space.layers import Block, Layer
from engine.space.space import Chromosome, Space

# A gene's value is a place in this list, which therefore only grows at its end.
_OPERATIONS: tuple[Operation | None, ...] = (
    None, "sep3", "sep5", "conv3", "sep7", "conv5", "conv7"
)  # fmt: skip
_MAX_WIDENING = 8  # of a discriminator of cells


class TpsrSpace(Space):
    """Generators of TPSR.

        channels │ early (nodes) │ branch_a (nodes) │ branch_b (nodes) │ shortcut

    Args:
        recipe: The choices.
    """

    family = "tpsr"

    def __init__(self, recipe: TpsrSpaceRecipe) -> None:
        self._nodes = recipe.nodes
        values = _values(recipe.operations)
        genes = [Gene(name="channels", choices=tuple(sorted(set(recipe.channels))))]
        for chain in ("early", "branch_a", "branch_b"):
            genes += [
                Gene(name=f"{chain}.{number}", choices=values, is_ordered=False)
                for number in range(recipe.nodes)
            ]
        genes.append(Gene(name="shortcut", choices=values, is_ordered=False))
        super().__init__(genes, scale=4)

    @property
    @override
    def count(self) -> int:
        values = self.genes[-1].choices
        real = len([value for value in values if value])
        lengths = range(self._nodes + 1) if 0 in values else [self._nodes]
        chains: int = sum(real**length for length in lengths)
        # The branches are added, so their order does not matter.
        ways = (chains - 1) * math.comb(chains + 1, 2) * len(values)
        if 0 in values:
            # Without an early chain the shortcut is a third branch, of at most one operation.
            ways += math.comb(chains + 2, 3) - math.comb(chains - len(values) + 2, 3)
        else:
            ways += math.comb(chains + 1, 2) * len(values)
        return len(self.genes[0].choices) * ways

    @override
    def representative(self, values: Chromosome) -> Chromosome:
        channels, early, branch_a, branch_b, shortcut = self._split(values)
        # A node that is left out may be anywhere in its chain: the others move up.
        early, *branches = (_packed(chain) for chain in (early, branch_a, branch_b))
        if not any(early):
            # Without an early chain all three read the stem, and the shortcut is any of them that
            # is short enough: by convention the first.
            branches.append(_packed((*shortcut, *(0,) * (self._nodes - 1))))
            shortest = min(branch for branch in branches if not any(branch[1:]))
            branches.remove(shortest)
            shortcut = shortest[:1]
        # The branches are added, so their order does not matter.
        branches.sort(reverse=True)
        return (*channels, *early, *branches[0], *branches[1], *shortcut)

    @override
    def mask(self, values: Chromosome) -> tuple[bool, ...]:
        return (True,) * len(values)

    @override
    def groups(self) -> Sequence[Sequence[int]]:
        ends = range(1, len(self.genes) - 1, self._nodes)
        chains = [list(range(start, start + self._nodes)) for start in ends]
        return [[0], *chains, [len(self.genes) - 1]]

    @override
    def blocks(self, candidate: Candidate) -> tuple[Block, ...]:
        return generator_blocks(self.generator(candidate))

    @override
    def generator(self, candidate: Candidate) -> GeneratorRecipe:
        channels, *chains = self._split(self.chromosome(candidate))
        cells = tuple(
            tuple(operation for value in chain if (operation := _OPERATIONS[value]))
            for chain in chains
        )
        return GeneratorRecipe(family="tpsr", scale=4, channels=channels[0], cells=cells)

    @override
    def describe(self, candidate: Candidate) -> str:
        """Return for example ``16: sep5 conv7 | conv3 | conv3 sep3 | conv7``."""
        recipe = self.generator(candidate)
        chains = [" ".join(chain) or "-" for chain in recipe.cells or ()]
        return f"{recipe.channels}: {' | '.join(chains)}"

    def _split(self, values: Chromosome) -> list[Chromosome]:
        nodes = self._nodes
        ends = [0, 1, 1 + nodes, 1 + 2 * nodes, 1 + 3 * nodes, len(values)]
        return [values[start:end] for start, end in itertools.pairwise(ends)]


class TpsrDiscriminatorSpace(Space):
    """Discriminators of cells.

        channels  cells │ cell_0 │ cell_1 │ ...   those beyond the number of cells have no effect

    Args:
        recipe: The choices.
    """

    family = "tpsr-discriminator"

    def __init__(self, recipe: TpsrDiscriminatorSpaceRecipe) -> None:
        values = _values(recipe.operations)
        genes = [
            Gene(name="channels", choices=tuple(sorted(set(recipe.channels)))),
            Gene(name="cells", choices=tuple(sorted(set(recipe.cells)))),
        ]
        genes += [
            Gene(name=f"cell_{number}", choices=values, is_ordered=False)
            for number in range(max(recipe.cells, default=0))
        ]
        super().__init__(genes, scale=1)  # it looks at HR pictures and enlarges none

    @property
    @override
    def count(self) -> int:
        options = len(self.genes[-1].choices)
        counts: int = sum(options**cells for cells in self.genes[1].choices)
        return counts * len(self.genes[0].choices)

    @override
    def mask(self, values: Chromosome) -> tuple[bool, ...]:
        active = 2 + values[1]
        return (True,) * active + (False,) * (len(self.genes) - active)

    @override
    def blocks(self, candidate: Candidate) -> tuple[Block, ...]:
        recipe = self.discriminator(candidate)
        assert recipe.channels is not None
        width, side = recipe.channels, Fraction(1)
        head = Layer(role="head", in_channels=3, out_channels=width, kernel_px=3)
        blocks = [Block(kind="discriminator_head", layers=(head,))]
        for operation in recipe.cells:
            wider = min(2 * width, _MAX_WIDENING * recipe.channels)
            down = Layer(
                role="down", in_channels=width, out_channels=wider, kernel_px=4, side=side / 2
            )
            layers = (*_cell_layers(operation, width, side), down)
            blocks.append(Block(kind="discriminator_cell", layers=layers))
            width, side = wider, side / 2
        judge = Layer(role="judge", in_channels=width, out_channels=1, kernel_px=3, side=side)
        return (*blocks, Block(kind="discriminator_tail", layers=(judge,)))

    def discriminator(self, candidate: Candidate) -> DiscriminatorRecipe:
        """Return the recipe that builds a candidate."""
        channels, cells, *values = self.chromosome(candidate)
        operations = tuple(_OPERATIONS[value] for value in values[:cells])
        return DiscriminatorRecipe(family="cells", channels=channels, cells=operations)

    @override
    def describe(self, candidate: Candidate) -> str:
        """Return for example ``32: conv3 - sep5``."""
        recipe = self.discriminator(candidate)
        return f"{recipe.channels}: {' '.join(operation or '-' for operation in recipe.cells)}"


def _values(operations: Sequence[Operation | None]) -> tuple[int, ...]:
    return tuple(sorted({_OPERATIONS.index(operation) for operation in operations}))


def _packed(chain: Chromosome) -> Chromosome:
    real = [value for value in chain if value]
    return (*real, *(0,) * (len(chain) - len(real)))


def _cell_layers(operation: Operation | None, width: int, side: Fraction) -> list[Layer]:
    if operation is None:
        return []
    size = kernel_px(operation)
    if not is_separable(operation):
        return [
            Layer(role="cell", in_channels=width, out_channels=width, kernel_px=size, side=side)
        ]
    return [
        Layer(
            role="cell.depthwise",
            in_channels=width,
            out_channels=width,
            kernel_px=size,
            groups=width,
            side=side,
            has_bias=False,
        ),
        Layer(role="cell.pointwise", in_channels=width, out_channels=width, kernel_px=1, side=side),
    ]
