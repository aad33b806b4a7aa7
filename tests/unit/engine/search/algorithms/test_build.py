from __future__ import annotations

import optuna
import pytest

from engine.config.search import AlgorithmName
from engine.config.spaces import MfanetSpaceRecipe
from engine.search.algorithms.build import build_sampler, generation_key, most_candidates
from engine.search.algorithms.chromosomes import SearchField
from engine.space.candidate import Candidate
from engine.space.mfanet import MfanetSpace
from tests.helpers.toy_search import SPACE

LARGE = MfanetSpaceRecipe()
TARGET = 60_000.0  # multiply-accumulates per pixel that the objective below likes best


def field(recipe: MfanetSpaceRecipe = LARGE, *, most_macs: float = float("inf")) -> SearchField:
    space = MfanetSpace(recipe, scale=2)
    return SearchField(space=space, admits=lambda one: cost(space, one) <= most_macs, seed=3)


def cost(space: MfanetSpace, candidate: Candidate) -> float:
    return space.macs_per_px(space.chromosome(candidate))


def search(algorithm: AlgorithmName, where: SearchField, *, trials: int) -> list[Candidate]:
    study = optuna.create_study(direction="minimize")
    found = []
    for number in range(trials):
        study.sampler = build_sampler(algorithm, where, population=12, number=number)
        trial = study.ask(where.distributions())
        candidate = where.candidate(trial.params)
        trial.set_user_attr("id", candidate.id)
        found.append(candidate)
        study.tell(trial, abs(cost(where.space, candidate) - TARGET))  # type: ignore[arg-type]
    return found


@pytest.mark.parametrize("algorithm", ["nsga2", "gan-compression", "ofa"])
def test_evolutions_never_propose_a_network_twice(algorithm: AlgorithmName) -> None:
    found = search(algorithm, field(), trials=40)

    assert len({candidate.id for candidate in found}) == 40


@pytest.mark.parametrize("algorithm", ["nsga2", "gan-compression", "ofa"])
def test_later_generations_are_nearer_to_the_goal(algorithm: AlgorithmName) -> None:
    where = field()

    found = search(algorithm, where, trials=84)

    misses = [abs(cost(where.space, candidate) - TARGET) for candidate in found]  # type: ignore[arg-type]
    assert sum(misses[-24:]) / 24 < 0.7 * sum(misses[:12]) / 12


@pytest.mark.parametrize("algorithm", ["nsga2", "gan-compression", "ofa", "random", "uniform"])
def test_what_breaks_a_constraint_on_cost_is_drawn_again(algorithm: AlgorithmName) -> None:
    where = field(most_macs=40_000)

    found = search(algorithm, where, trials=12)

    assert all(where.admits(candidate) for candidate in found)


def test_only_evolutions_have_generations() -> None:
    names: tuple[AlgorithmName, ...] = ("nsga2", "ofa", "tpe", "random", "uniform")
    keys = {
        name: generation_key(build_sampler(name, field(), population=4, number=0)) for name in names
    }

    assert [name for name, key in keys.items() if key] == ["nsga2", "ofa"]
    assert most_candidates("uniform", field(SPACE)) == 4
    assert most_candidates("random", field()) == field().space.count
