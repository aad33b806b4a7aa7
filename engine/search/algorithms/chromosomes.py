"""A candidate as the parameters of an Optuna trial, and a sampler that looks back at nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from optuna.distributions import BaseDistribution, IntDistribution
from optuna.samplers import BaseSampler
from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState
from typing_extensions import override

from engine.core.errors import ConfigError
from engine.space.candidate import Candidate
from engine.space.space import Space

Admits: TypeAlias = Callable[[Candidate], bool]
"""Whether a candidate meets the constraints that are known without measuring it."""

_TRIES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchField:
    """The candidates that an algorithm may choose.

    Attributes:
        space: The space.
        admits: Which candidates meet the constraints on cost.
        seed: Start of all randomness.
    """

    space: Space
    admits: Admits
    seed: int

    def distributions(self) -> dict[str, BaseDistribution]:
        """Return the parameters: for each gene the number of the choice."""
        return {gene.name: IntDistribution(0, len(gene.choices) - 1) for gene in self.space.genes}

    def params(self, candidate: Candidate) -> dict[str, int]:
        """Return the parameters of a candidate."""
        values = self.space.chromosome(candidate)
        pairs = zip(self.space.genes, values, strict=True)
        return {gene.name: gene.choices.index(value) for gene, value in pairs}

    def candidate(self, params: Mapping[str, Any]) -> Candidate:
        """Return the candidate of the parameters of a trial."""
        genes = self.space.genes
        return self.space.candidate([gene.choices[params[gene.name]] for gene in genes])

    def random(self, number: int) -> np.random.Generator:
        """Return the random numbers of trial ``number``, the same also after a restart."""
        return np.random.default_rng((self.seed, number))

    def draw(self, random: np.random.Generator) -> Candidate:
        """Return a random candidate that is admitted; all costs are about equally likely.

        Raises:
            ConfigError: If none is found.
        """
        return self.admitted(lambda: self.space.draw_by_cost(random))

    def admitted(
        self, make: Callable[[], Candidate], *, known: frozenset[str] = frozenset()
    ) -> Candidate:
        """Return the first candidate of ``make`` that is admitted and not known yet.

        If all are known, a known one is returned, which costs nothing.

        Raises:
            ConfigError: If none is admitted.
        """
        twin: Candidate | None = None
        for _ in range(_TRIES):
            candidate = make()
            if not self.admits(candidate):
                continue
            if candidate.id not in known:
                return candidate
            twin = candidate
        if twin is None:
            raise ConfigError(
                f"constraints: none of {_TRIES} networks meets them; allow more, or make the "
                "choices of the space smaller"
            )
        return twin

    def known(self, study: Study) -> frozenset[str]:
        """Return the ids of candidates that were evaluated or are being evaluated."""
        states = (TrialState.COMPLETE, TrialState.RUNNING)
        trials = study.get_trials(deepcopy=False, states=states)
        return frozenset(
            str(trial.user_attrs["id"]) for trial in trials if "id" in trial.user_attrs
        )


class DrawingSampler(BaseSampler):
    """Draws all parameters together, independently of what was measured before.

    Args:
        distributions: What each parameter may be.
        draw: Returns the parameters of a trial by its number.
    """

    def __init__(
        self,
        distributions: Mapping[str, BaseDistribution],
        draw: Callable[[int], Mapping[str, Any]],
    ) -> None:
        self._distributions = distributions
        self._draw = draw

    @override
    def infer_relative_search_space(
        self, study: Study, trial: FrozenTrial
    ) -> dict[str, BaseDistribution]:
        return dict(self._distributions)

    @override
    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        return dict(self._draw(trial.number))

    @override
    def sample_independent(
        self,
        study: Study,
        trial: FrozenTrial,
        param_name: str,
        param_distribution: BaseDistribution,
    ) -> Any:
        raise NotImplementedError("all parameters are drawn together")
