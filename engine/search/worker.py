"""Evaluates candidates until a budget is used up, beside other processes that do the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from optuna.distributions import BaseDistribution
from optuna.samplers import BaseSampler
from optuna.study import Study
from optuna.trial import Trial

from engine.core.cancellation import CancelToken
from engine.core.errors import JobCancelled
from engine.runs.candidate_files import CandidateFiles, CandidateRecord, Genes, Measurement
from engine.search.journal import Journal

# An algorithm that only proposes what is known already has converged, or there is no more.
TWINS_UNTIL_RANDOM = 20
TWINS_UNTIL_END = 400


class Problem(Protocol):
    """What is searched for, and how a candidate is evaluated."""

    def distributions(self) -> dict[str, BaseDistribution]:
        """Return what each parameter of a trial may be."""
        ...

    def sampler(self, number: int, *, is_stuck: bool) -> BaseSampler:
        """Return what chooses trial ``number``; by chance alone if the algorithm is stuck."""
        ...

    def genes(self, params: dict[str, Any], generation: int | None) -> Genes:
        """Return the candidate of a trial's parameters."""
        ...

    def evaluate(self, genes: Genes, trial: Trial) -> Measurement:
        """Measure a candidate."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """One process that evaluates candidates.

    Attributes:
        problem: What is searched for.
        files: The candidates of the run.
        journal: The study of the run.
        budget: Number of different candidates of the run, over all workers.
    """

    problem: Problem
    files: CandidateFiles
    journal: Journal
    budget: int

    def run(
        self, token: CancelToken, on_evaluated: Callable[[CandidateRecord], None] | None = None
    ) -> None:
        """Evaluate candidates until those that are evaluated or in work use up the budget.

        Args:
            token: Stops between two candidates.
            on_evaluated: Called after each candidate of this process.

        Raises:
            JobCancelled: If the token was cancelled.
            EngineError: If a candidate cannot be evaluated.
        """
        with self.journal.asking():
            study = self.journal.open()
        twins = 0
        while twins < TWINS_UNTIL_END:
            token.check()
            asked = self._ask(study, is_stuck=twins >= TWINS_UNTIL_RANDOM)
            if asked is None:
                return
            trial, genes, is_in_work = asked
            record = self.files.find(genes.id)
            twins = 0 if record is None and not is_in_work else twins + 1
            if record is None and is_in_work:
                # Another process evaluates this network; what comes out is told there.
                self.journal.give_up(study, trial)
                continue
            if record is None:
                try:
                    measured = self.problem.evaluate(genes, trial)
                except BaseException as error:
                    stopped = isinstance(error, JobCancelled)
                    self.journal.put_back(study, trial, is_stopped=stopped)
                    raise
                record = self.files.add(genes, measured)
            self.journal.tell(study, trial, record)
            if on_evaluated is not None and not twins:
                on_evaluated(record)

    def _ask(self, study: Study, *, is_stuck: bool) -> tuple[Trial, Genes, bool] | None:
        """Return the next candidate and whether it is in work, or None if the budget is used up."""
        with self.journal.asking():
            # In this order: what is finished in between is seen at least once.
            in_work = self.journal.in_work(study)
            records = self.files.all()
            if len({record.id for record in records} | in_work) >= self.budget:
                return None
            self.journal.catch_up(study, records, in_work)
            number = len(study.get_trials(deepcopy=False))
            study.sampler = self.problem.sampler(number, is_stuck=is_stuck)
            trial = study.ask(self.problem.distributions())
            key = self.journal.plan.generation_key
            frozen = study.get_trials(deepcopy=False)[trial.number]
            generation = frozen.system_attrs.get(key) if key else None
            genes = self.problem.genes(trial.params, generation)
            self.journal.mark(trial, genes.id)
            return trial, genes, genes.id in in_work
