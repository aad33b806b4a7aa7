"""The evolutions of GAN Compression and Once for All: one objective, within a budget of cost.

Each generation consists of children of the best quarter so far; half of them are changed
copies, half have two parents; what breaks the budget is drawn again. The two differ in how many
genes a change touches. Papers: Li et al. 2020, "GAN Compression", arXiv 2003.08936; Cai et al.
2019, "Once for All", arXiv 1908.09791. Their fitness is the FID and a predicted accuracy; here it
is the objective of the recipe, measured.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from optuna.distributions import BaseDistribution
from optuna.samplers import BaseGASampler
from optuna.study import Study, StudyDirection
from optuna.trial import FrozenTrial
from typing_extensions import override

from engine.search.algorithms.chromosomes import SearchField
from engine.space.candidate import Candidate

GENE_RATE_GAN_COMPRESSION = 0.2
GENE_RATE_OFA = 0.1
_PARENTS = 0.25
_MUTATED = 0.5


class BudgetEvolution(BaseGASampler):
    """An evolution that keeps the best quarter.

    Args:
        field: The candidates.
        population: Candidates in a generation.
        gene_rate: Chance of each gene of a changed copy to be drawn again.
    """

    def __init__(self, field: SearchField, *, population: int, gene_rate: float) -> None:
        super().__init__(population_size=population)
        self._field = field
        self._gene_rate = gene_rate
        self._parent_count = max(2, round(population * _PARENTS))

    @override
    def infer_relative_search_space(
        self, study: Study, trial: FrozenTrial
    ) -> dict[str, BaseDistribution]:
        return self._field.distributions()

    @override
    def select_parent(self, study: Study, generation: int) -> list[FrozenTrial]:
        before = generation - 1
        pool = self.get_population(study, before) + self.get_parent_population(study, before)
        sign = -1 if study.direction == StudyDirection.MAXIMIZE else 1
        pool.sort(key=lambda one: (_excess(one), sign * one.values[0], one.number))
        return pool[: self._parent_count]

    @override
    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        field, random = self._field, self._field.random(trial.number)
        generation = self.get_trial_generation(study, trial)
        parents = self.get_parent_population(study, generation)
        known = field.known(study)
        if parents:
            child = field.admitted(lambda: self._child(parents, random), known=known)
        else:
            child = field.admitted(lambda: field.space.draw(random), known=known)
        return dict(field.params(child))

    @override
    def sample_independent(
        self,
        study: Study,
        trial: FrozenTrial,
        param_name: str,
        param_distribution: BaseDistribution,
    ) -> Any:
        raise NotImplementedError("all parameters are drawn together")

    def _child(self, parents: list[FrozenTrial], random: np.random.Generator) -> Candidate:
        space = self._field.space
        places = random.integers(len(parents), size=2)
        one, other = (
            space.chromosome(self._field.candidate(parents[place].params)) for place in places
        )
        if random.random() < _MUTATED:
            drawn = space.chromosome(space.draw(random))
            takes = random.random(len(one)) < self._gene_rate
        else:
            drawn = other
            takes = random.random(len(one)) < 0.5
        pairs = zip(one, drawn, takes, strict=True)
        return space.candidate([new if is_new else old for old, new, is_new in pairs])


def _excess(trial: FrozenTrial) -> float:
    return sum(max(0.0, amount) for amount in trial.constraints.values())
