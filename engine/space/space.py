"""What every search space can do.

A chromosome is a fixed-length list of values, one per gene. Some genes have no effect, such as
those of the sixth block of a network of five; in a candidate they are masked.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TypeAlias

import numpy as np

from engine.config.parts import GeneratorRecipe
from engine.core.errors import ConfigError
from engine.space.candidate import Candidate, Gene
from engine.space.layers import Block, count_cost

Chromosome: TypeAlias = tuple[int, ...]
"""One of its choices for each gene, also for those that have no effect."""

_TOLERANCE = 0.005  # of the range of costs: how close a draw comes to the cost it aims at
_MOST_TRIES = 64  # of an operator that should change something


class Space(ABC):
    """The networks that one can choose from.

    Attributes:
        family: Name of the kind of network.
        scale: Factor between LR and SR sides.
        genes: The choices, in the order of a chromosome.
    """

    family: str

    def __init__(self, genes: Sequence[Gene], *, scale: int) -> None:
        """Keep the genes.

        Raises:
            ConfigError: If there is nothing to choose for one of them.
        """
        empty = [gene.name for gene in genes if not gene.choices]
        if empty:
            raise ConfigError(f"space.{empty[0]}: name at least one choice")
        self.genes = tuple(genes)
        self.scale = scale

    @abstractmethod
    def mask(self, values: Chromosome) -> tuple[bool, ...]:
        """Return which genes have an effect."""

    @abstractmethod
    def blocks(self, candidate: Candidate) -> tuple[Block, ...]:
        """Return the layers of a candidate."""

    @abstractmethod
    def describe(self, candidate: Candidate) -> str:
        """Return a candidate in one short line for a reader."""

    @property
    @abstractmethod
    def count(self) -> int:
        """The number of candidates; of equal networks only one counts."""

    def generator(self, candidate: Candidate) -> GeneratorRecipe:
        """Return the recipe that builds a candidate.

        Raises:
            ConfigError: If the space is not one of generators.
        """
        raise ConfigError(f"{candidate.family}: is not a space of generators")

    def representative(self, values: Chromosome) -> Chromosome:
        """Return the one of several chromosomes of an equal network that stands for all."""
        return values

    def groups(self) -> Sequence[Sequence[int]]:
        """Return the genes that a crossover keeps together, by their places."""
        return [[place] for place in range(len(self.genes))]

    def restructured(self, values: Chromosome, random: np.random.Generator) -> Chromosome:
        """Return a chromosome after one change that is more than one gene's; none here."""
        return values

    def candidate(self, genes: Sequence[int | None]) -> Candidate:
        """Return the candidate with the given values, in its canonical form.

        Args:
            genes: A value per gene, None for the first choice; what is given for a gene that has
                no effect does not matter.

        Raises:
            ConfigError: If a value is not one of the choices.
        """
        if len(genes) != len(self.genes):
            raise ConfigError(f"{len(genes)} genes, but the space has {len(self.genes)}")
        given = self._filled(genes)
        # Before anything else: the mask may depend on any of the values.
        for gene, value in zip(self.genes, given, strict=True):
            if value not in gene.choices:
                listed = ", ".join(map(str, gene.choices))
                raise ConfigError(f"{gene.name}={value}: the space has only {listed}")
        values = self.representative(given)
        pairs = zip(values, self.mask(values), strict=True)
        shown = tuple(value if is_active else None for value, is_active in pairs)
        return Candidate(family=self.family, scale=self.scale, genes=shown)

    def named(self, candidate: Candidate) -> dict[str, int]:
        """Return the genes of a candidate that have an effect, by name."""
        pairs = zip(self.genes, candidate.genes, strict=True)
        return {gene.name: value for gene, value in pairs if value is not None}

    def of_named(self, genes: Mapping[str, int]) -> Candidate:
        """Return the candidate with the named genes; the first choice for those left out.

        Raises:
            ConfigError: If there is no such gene, or a value is not one of its choices.
        """
        unknown = sorted(genes.keys() - {gene.name for gene in self.genes})
        if unknown:
            raise ConfigError(f"{unknown[0]}: the space has no such gene")
        return self.candidate([genes.get(gene.name) for gene in self.genes])

    def chromosome(self, candidate: Candidate) -> Chromosome:
        """Return a value for every gene, the first choice for those that have no effect.

        Raises:
            ConfigError: If the candidate is not one of this space.
        """
        self.check(candidate)
        return self._filled(candidate.genes)

    def check(self, candidate: Candidate) -> None:
        """Check that a candidate is one of this space.

        Raises:
            ConfigError: If it is of another space, has a value that cannot be chosen, or is not
                in its canonical form.
        """
        own, given = (self.family, self.scale), (candidate.family, candidate.scale)
        if own != given:
            raise ConfigError(
                f"candidate of {given[0]} x{given[1]} in a space of {own[0]} x{own[1]}"
            )
        if self.candidate(candidate.genes) != candidate:
            raise ConfigError(f"candidate {candidate.genes}: is not in its canonical form")

    def __contains__(self, candidate: Candidate) -> bool:
        """Whether a candidate is one of this space."""
        try:
            self.check(candidate)
        except ConfigError:
            return False
        return True

    @cached_property
    def smallest(self) -> Candidate:
        """The candidate with the first of all choices."""
        return self.candidate([gene.choices[0] for gene in self.genes])

    @cached_property
    def largest(self) -> Candidate:
        """The candidate with the last of all choices."""
        return self.candidate([gene.choices[-1] for gene in self.genes])

    def macs_per_px(self, values: Chromosome) -> float:
        """Return the multiply-accumulates per pixel of the input."""
        blocks = self.blocks(self.candidate(values))
        return float(sum(layer.macs_per_px for block in blocks for layer in block.layers))

    def macs(self, candidate: Candidate, *, height_px: int = 256, width_px: int = 256) -> int:
        """Return the multiply-accumulates of a pass over a picture of the given size."""
        return count_cost(self.blocks(candidate), height_px=height_px, width_px=width_px).macs

    def scaled_evenly(self) -> list[Candidate]:
        """Return the candidates that hand-made families have, from the cheapest.

        From the smallest to the largest, all choices grow together.
        """
        most = max(len(gene.choices) for gene in self.genes)
        shares = np.linspace(0, 1, num=most)
        return self._by_cost(
            self.candidate(
                [gene.choices[round(share * (len(gene.choices) - 1))] for gene in self.genes]
            )
            for share in shares.tolist()
        )

    def _by_cost(self, candidates: Iterable[Candidate]) -> list[Candidate]:
        different = {candidate.id: candidate for candidate in candidates}
        return sorted(different.values(), key=lambda one: (self.macs(one), one.id))

    def _filled(self, genes: Sequence[int | None]) -> Chromosome:
        pairs = zip(self.genes, genes, strict=True)
        return tuple(gene.choices[0] if value is None else value for gene, value in pairs)

    def draw(self, random: np.random.Generator) -> Candidate:
        """Return a random candidate; all choices of a gene are equally likely."""
        return self.candidate(self._draw(random))

    def draw_by_cost(self, random: np.random.Generator) -> Candidate:
        """Return a random candidate; all costs in MACs are equally likely.

        Drawn evenly in their choices, most candidates are of middle cost, and the ends, where a
        search looks for the front, are hardly ever drawn.
        """
        least, most = self._cost_range
        return self.nearest_cost(random.uniform(least, most), random)

    def nearest_cost(self, macs_per_px: float, random: np.random.Generator) -> Candidate:
        """Return a random candidate that costs about ``macs_per_px`` per pixel of the input."""
        least, most = self._cost_range
        values = self._draw(random)
        error = self.macs_per_px(values) - macs_per_px
        # From a random start, steps in random order that bring the cost closer. What is not needed
        # for that stays random.
        improved = True
        while improved and abs(error) > _TOLERANCE * (most - least):
            improved = False
            for place in random.permutation(len(self.genes)):
                for step in self._steps(values, int(place), random):
                    moved = self.macs_per_px(step) - macs_per_px
                    if abs(moved) < abs(error):
                        values, error, improved = step, moved, True
                        break
        return self.candidate(values)

    def mutate(self, candidate: Candidate, random: np.random.Generator) -> Candidate:
        """Return a candidate that differs in a gene or two, or by one change of the whole."""
        start = self.chromosome(candidate)
        for _ in range(_MOST_TRIES):
            values = start
            if random.random() < 0.5:
                values = self.restructured(values, random)
            if values == start:
                for _ in range(int(random.integers(1, 3))):
                    values = self._changed(values, random)
            changed = self.candidate(values)
            if changed != candidate:
                return changed
        return candidate  # a space of one candidate has no other

    def cross(self, one: Candidate, other: Candidate, random: np.random.Generator) -> Candidate:
        """Return a child that has each group of genes from one of its parents."""
        parents = [(self.chromosome(parent), parent.genes) for parent in (one, other)]
        values = list(parents[0][0])
        for group in self.groups():
            # A parent in which a group has no effect has no say about it: what it would hand on
            # is only what fills the gap.
            willing = [
                values
                for values, genes in parents
                if any(genes[place] is not None for place in group)
            ]
            source = willing[int(random.integers(len(willing)))] if willing else parents[0][0]
            for place in group:
                values[place] = source[place]
        return self.candidate(values)

    def _draw(self, random: np.random.Generator) -> Chromosome:
        return tuple(int(random.choice(gene.choices)) for gene in self.genes)

    def _changed(self, values: Chromosome, random: np.random.Generator) -> Chromosome:
        active = [place for place, is_active in enumerate(self.mask(values)) if is_active]
        steps = self._steps(values, int(random.choice(active)), random)
        return steps[0] if steps else values

    def _steps(
        self, values: Chromosome, place: int, random: np.random.Generator
    ) -> list[Chromosome]:
        """Return chromosomes that differ in one gene, in random order: neighbors if ordered."""
        gene = self.genes[place]
        if not self.mask(values)[place]:
            return []
        others = [choice for choice in gene.choices if choice != values[place]]
        if gene.is_ordered:
            number = gene.choices.index(values[place])
            others = [
                *gene.choices[max(number - 1, 0) : number],
                *gene.choices[number + 1 : number + 2],
            ]
        steps = [(*values[:place], choice, *values[place + 1 :]) for choice in others]
        return [steps[number] for number in random.permutation(len(steps))]

    @cached_property
    def _cost_range(self) -> tuple[float, float]:
        ends = [self.macs_per_px(self._filled(end.genes)) for end in (self.smallest, self.largest)]
        return min(ends), max(ends)
