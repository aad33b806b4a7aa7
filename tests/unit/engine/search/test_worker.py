from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from optuna.distributions import BaseDistribution, IntDistribution
from optuna.samplers import BaseSampler, RandomSampler
from optuna.trial import Trial

from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError, EngineError, JobCancelled
from engine.runs.candidate_files import CandidateFiles, CandidateRecord, Genes, Measurement
from engine.search.journal import Journal, StudyPlan
from engine.search.worker import Worker


@dataclass
class Numbers:
    """A search for the largest of some numbers.

    Attributes:
        largest: The largest.
        measure: Returns the value of a number, or raises.
        asked: The numbers that were evaluated, in order.
    """

    largest: int
    measure: Callable[[int], float] = float
    asked: list[int] = field(default_factory=list)

    def distributions(self) -> dict[str, BaseDistribution]:
        return {"number": IntDistribution(0, self.largest)}

    def sampler(self, number: int, *, is_stuck: bool) -> BaseSampler:
        return RandomSampler(seed=number)

    def genes(self, params: dict[str, Any], generation: int | None) -> Genes:
        return Genes(id=f"n{params['number']}", text="", genes=dict(params), drawn=dict(params))

    def evaluate(self, genes: Genes, trial: Trial) -> Measurement:
        number = int(str(genes.genes["number"]))
        self.asked.append(number)
        return Measurement(metrics={"value": self.measure(number)})


def worker(run: Path, problem: Numbers, *, budget: int) -> Worker:
    def values_of(record: CandidateRecord) -> tuple[list[float], dict[str, float]]:
        return [record.measurement.metrics["value"]], {}

    plan = StudyPlan(
        directions=("maximize",), distributions=problem.distributions(), values_of=values_of
    )
    run.mkdir(exist_ok=True)
    return Worker(
        problem=problem, files=CandidateFiles(run), journal=Journal(run, plan), budget=budget
    )


def raising(error: EngineError) -> Callable[[int], float]:
    def measure(number: int) -> float:
        raise error

    return measure


def test_a_stopped_evaluation_is_the_first_of_the_next_run(tmp_path: Path) -> None:
    stopped = Numbers(1000, measure=raising(JobCancelled("stopped")))
    for _ in range(3):
        with pytest.raises(JobCancelled):
            worker(tmp_path / "run", stopped, budget=3).run(CancelToken())
    after = Numbers(1000)

    worker(tmp_path / "run", after, budget=3).run(CancelToken())

    assert set(stopped.asked) == {after.asked[0]}
    assert len(set(after.asked)) == 3


def test_an_evaluation_that_fails_is_tried_again_once(tmp_path: Path) -> None:
    failing = Numbers(1000, measure=raising(ConfigError("no")))
    for _ in range(3):
        with pytest.raises(ConfigError):
            worker(tmp_path / "run", failing, budget=3).run(CancelToken())

    assert failing.asked[0] == failing.asked[1]
    assert failing.asked[2] != failing.asked[0]


def test_what_another_process_evaluates_is_not_evaluated_twice(tmp_path: Path) -> None:
    # While 0 or 1 is evaluated, this other worker has to find the third number itself.
    run, inner = tmp_path / "run", Numbers(2)

    def measure(number: int) -> float:
        if not inner.asked:
            worker(run, inner, budget=3).run(CancelToken())
        return float(number)

    outer = Numbers(2, measure=measure)
    worker(run, outer, budget=3).run(CancelToken())

    assert sorted(outer.asked + inner.asked) == [0, 1, 2]
