"""NSGA-II whose children are whole networks, made by the operators of the space.

Optuna's own sampler crosses and changes each parameter by itself; a network's are not
independent: a width belongs to a block, and a block without effect has nothing to hand on.
Paper: Deb et al. 2002, "A fast and elitist multiobjective genetic algorithm: NSGA-II",
doi:10.1109/4235.996017.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from optuna.distributions import BaseDistribution
from optuna.samplers import NSGAIISampler
from optuna.study import Study, StudyDirection
from optuna.trial import FrozenTrial
from typing_extensions import override

from engine.metrics.front import dominates
from engine.search.algorithms.chromosomes import SearchField
from engine.space.candidate import Candidate

_CROSSED = 0.9  # share of the children that have two parents
_MUTATED = 0.7  # share of those that are changed as well


class WholeNetworkNsga2(NSGAIISampler):
    """NSGA-II over candidates of a space; selection is Optuna's.

    The first generation is drawn evenly in cost, a quarter of it from networks scaled as a whole,
    so that the front begins where hand-made sizes are.

    Args:
        field: The candidates.
        population: Candidates in a generation.
    """

    def __init__(self, field: SearchField, *, population: int) -> None:
        super().__init__(population_size=population, seed=field.seed)
        self._field = field
        self._starts = _starts(field, population // 4)

    @override
    def infer_relative_search_space(
        self, study: Study, trial: FrozenTrial
    ) -> dict[str, BaseDistribution]:
        return self._field.distributions()

    @override
    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        field, random = self._field, self._field.random(trial.number)
        generation = self.get_trial_generation(study, trial)
        parents = self.get_parent_population(study, generation)
        known = field.known(study)
        if parents:
            child = field.admitted(lambda: self._child(study, parents, random), known=known)
        elif trial.number < len(self._starts):
            child = self._starts[trial.number]
        else:
            child = field.admitted(lambda: field.space.draw_by_cost(random), known=known)
        return dict(field.params(child))

    def _child(
        self, study: Study, parents: list[FrozenTrial], random: np.random.Generator
    ) -> Candidate:
        space = self._field.space
        one = self._field.candidate(_tournament(study, parents, random).params)
        if random.random() >= _CROSSED:
            return space.mutate(one, random)
        other = self._field.candidate(_tournament(study, parents, random).params)
        child = space.cross(one, other, random)
        return space.mutate(child, random) if random.random() < _MUTATED else child


def _starts(field: SearchField, count: int) -> list[Candidate]:
    """Return networks scaled as a whole, evenly spread from the smallest to the largest."""
    fitting = [one for one in field.space.scaled_evenly() if field.admits(one)]
    places = np.linspace(0, len(fitting) - 1, num=min(count, len(fitting))).round().astype(int)
    return [fitting[place] for place in dict.fromkeys(places.tolist())]


def _tournament(
    study: Study, parents: list[FrozenTrial], random: np.random.Generator
) -> FrozenTrial:
    """Return the better of two random parents."""
    places: list[int] = random.integers(len(parents), size=2).tolist()
    one, other = (parents[place] for place in places)
    excess = [
        sum(max(0.0, amount) for amount in trial.constraints.values()) for trial in (one, other)
    ]
    if excess[0] != excess[1]:
        return one if excess[0] < excess[1] else other
    signs = np.array([-1 if way == StudyDirection.MAXIMIZE else 1 for way in study.directions])
    is_worse = dominates(signs * other.values, signs * one.values)
    return other if is_worse else one
