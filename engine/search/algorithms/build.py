"""Builds the sampler of an algorithm."""

from __future__ import annotations

from optuna.samplers import BaseGASampler, BaseSampler, TPESampler

from engine.config.search import AlgorithmName
from engine.search.algorithms.chromosomes import DrawingSampler, SearchField
from engine.search.algorithms.evolution import (
    GENE_RATE_GAN_COMPRESSION,
    GENE_RATE_OFA,
    BudgetEvolution,
)
from engine.search.algorithms.nsga2 import WholeNetworkNsga2

_STRIDE = 100_003


def build_sampler(
    algorithm: AlgorithmName, field: SearchField, *, population: int, number: int
) -> BaseSampler:
    """Return what chooses trial ``number``.

    Args:
        algorithm: Its name in a recipe.
        field: The candidates to choose from.
        population: Candidates in a generation, where there are any.
        number: Number of the trial, which with the seed decides all randomness: a search that
            was stopped and resumed chooses what one that was not stopped chooses.
    """
    match algorithm:
        case "nsga2":
            return WholeNetworkNsga2(field, population=population)
        case "gan-compression":
            rate = GENE_RATE_GAN_COMPRESSION
            return BudgetEvolution(field, population=population, gene_rate=rate)
        case "ofa":
            return BudgetEvolution(field, population=population, gene_rate=GENE_RATE_OFA)
        case "tpe":
            return TPESampler(seed=(field.seed * _STRIDE + number) % 2**32)
        case "random":
            return DrawingSampler(
                field.distributions(), lambda at: field.params(field.draw(field.random(at)))
            )
        case "uniform":
            fitting = [one for one in field.space.scaled_evenly() if field.admits(one)]
            return DrawingSampler(
                field.distributions(), lambda at: field.params(fitting[at % len(fitting)])
            )


def most_candidates(algorithm: AlgorithmName, field: SearchField) -> int:
    """Return how many different candidates the algorithm can choose at most."""
    if algorithm != "uniform":
        return field.space.count
    return sum(field.admits(one) for one in field.space.scaled_evenly())


def generation_key(sampler: BaseSampler) -> str | None:
    """Return where the algorithm keeps the generation of a trial, if it has generations."""
    # Public in the documentation of how samplers are made, private by its name.
    return sampler._get_generation_key() if isinstance(sampler, BaseGASampler) else None  # noqa: SLF001
