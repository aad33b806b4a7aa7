"""Tunes a training recipe: trains it with many values of some fields, and keeps what is best.

candidates/<id>/   values of the fields and what came out, as in a search
trials/<id>/       the run folder of that training
"""

from __future__ import annotations

import copy
import hashlib
import itertools
import math
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import optuna
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.samplers import BaseSampler, GPSampler, RandomSampler, TPESampler
from optuna.trial import Trial

from engine.config.overrides import set_value
from engine.config.recipe_file import build_recipe, dump_recipe
from engine.config.recipes import AnyRecipe
from engine.config.search import FieldChoices, PruningRecipe, TuneRecipe, TuningSpace
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError, EngineError, JobCancelled
from engine.runs.candidate_files import (
    CandidateFiles,
    CandidateRecord,
    CandidateState,
    Genes,
    Measurement,
)
from engine.runs.events import (
    CandidateEvaluated,
    Event,
    Finished,
    FrontChanged,
    Metric,
    Progress,
    Started,
)
from engine.runs.run_folder import RunFolder
from engine.search.algorithms.chromosomes import DrawingSampler
from engine.search.journal import Journal, StudyPlan
from engine.search.worker import Worker
from engine.training.checks import check_recipe
from engine.training.methods.build import build_method, check_method
from engine.training.run import run_training
from engine.training.run_outcome import cancels_on_signals, recording_outcome

_ID_DIGITS = 10
_STRIDE = 100_003

Report = Callable[[Event], None]


def run_tuning(
    recipe: TuneRecipe, folder: RunFolder, *, token: CancelToken, report: Report
) -> None:
    """Train with different values until the budget is used up.

    Args:
        recipe: The recipe of the run.
        folder: Its folder.
        token: Stops it; the training in work can be resumed. SIGTERM and Ctrl+C cancel it.
        report: Receives each event after it was written to the folder.

    Raises:
        ConfigError: If a field does not exist or a value cannot be used.
        JobCancelled: If the token was cancelled.
    """

    def emit(event: Event) -> None:
        folder.append(event)
        report(event)

    with cancels_on_signals(token), folder.locked(), recording_outcome(folder, emit, token):
        problem = TuningProblem(recipe=recipe, folder=folder, token=token)
        problem.check()
        worker = open_tuning(problem)
        emit(Started(step=len(worker.files.all())))
        folder.write_status("running")
        started_s, at_start = time.monotonic(), len(worker.files.all())

        def tell(record: CandidateRecord) -> None:
            emit(CandidateEvaluated(id=record.id))
            records = worker.files.all()
            best = best_of(records, recipe.space)
            if best is record:
                value = record.measurement.metrics[recipe.space.metric]
                emit(FrontChanged(ids=(best.id,), hypervolume=value, evaluations=len(records)))
            done = len(records)
            pace_s = (time.monotonic() - started_s) / max(1, done - at_start)
            left = max(0, worker.budget - done)
            emit(Progress(done=done, total=worker.budget, eta_s=left * pace_s))

        worker.run(token, tell)
        emit(Finished(step=len(worker.files.all())))


@dataclass(frozen=True, slots=True, kw_only=True)
class TuningProblem:
    """A training recipe and the fields that are tuned.

    Attributes:
        recipe: Both.
        folder: The run folder.
        token: Stops the training in work.
    """

    recipe: TuneRecipe
    folder: RunFolder
    token: CancelToken

    @property
    def space(self) -> TuningSpace:
        """What is varied, and how."""
        return self.recipe.space

    def check(self) -> None:
        """Raise if a field does not exist or the first value of one cannot be used.

        Raises:
            ConfigError: The message names the field.
        """
        first = {name: _first(field) for name, field in self.space.fields.items()}
        recipe = self.train_recipe(first)
        check_method(recipe)
        check_recipe(recipe, resumes=False)
        if recipe.validate_every > recipe.schedule.steps:
            raise ConfigError(
                f"validate_every={recipe.validate_every}: a training of {recipe.schedule.steps} "
                f"steps never measures {self.space.metric}; validate more often"
            )

    def distributions(self) -> dict[str, BaseDistribution]:
        """Return what each field may be.

        Raises:
            ConfigError: If Optuna refuses a range.
        """
        found = {}
        for name, field in self.space.fields.items():
            try:
                found[name] = _distribution(field)
            except ValueError as error:
                raise ConfigError(f"fields.{name}: {error}") from error
        return found

    def sampler(self, number: int, *, is_stuck: bool = False) -> BaseSampler:
        """Return what chooses the values of trial ``number``."""
        seed = (self.space.seed * _STRIDE + number) % 2**32
        algorithm = "random" if is_stuck else self.space.algorithm
        match algorithm:
            case "tpe":
                return TPESampler(seed=seed)
            case "gp":
                with warnings.catch_warnings():
                    # Experimental in Optuna 5; the version is pinned.
                    warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
                    return GPSampler(seed=seed)
            case "random":
                return RandomSampler(seed=seed)
            case "grid":
                points = grid_points(self.space)
                return DrawingSampler(self.distributions(), lambda at: points[at % len(points)])

    def genes(self, params: dict[str, Any], generation: int | None) -> Genes:
        """Return the candidate of a trial's parameters."""
        text = msgspec.json.encode(params, order="sorted")
        return Genes(
            id=hashlib.sha256(text).hexdigest()[:_ID_DIGITS],
            text=", ".join(f"{name}={value}" for name, value in params.items()),
            genes=dict(params),
            drawn=dict(params),
        )

    def train_recipe(self, values: dict[str, Any]) -> AnyRecipe:
        """Return the training recipe with the given values.

        Raises:
            ConfigError: If a field does not exist or a value cannot be used.
        """
        tree = copy.deepcopy(self.recipe.recipe)
        for name, value in values.items():
            # A tuple of a recipe is a list of choices in YAML, but a choice itself is one value.
            set_value(tree, name, value)
        listed = ", ".join(f"{name}={value}" for name, value in values.items())
        return build_recipe(tree, source=f"{self.recipe.name} with {listed}")

    def evaluate(self, genes: Genes, trial: Trial) -> Measurement:
        """Train with the values of a candidate.

        Raises:
            JobCancelled: If it was stopped from outside.
        """
        started_s = time.perf_counter()
        curve: dict[int, float] = {}
        inner, is_pruned = CancelToken(), False

        def watch(event: Event) -> None:
            nonlocal is_pruned
            if isinstance(event, Metric) and event.name == self.space.metric:
                curve[event.step] = event.value
                trial.report(event.value, event.step)
                if self.space.pruning is not None and trial.should_prune():
                    is_pruned = True
                    inner.cancel()
            if self.token.is_cancelled:
                inner.cancel()
            self.folder.beat()

        error: str | None = None
        try:
            self._train(genes, inner, watch)
        except JobCancelled:
            if not is_pruned:
                raise
        except EngineError as failure:
            error = str(failure)
        state: CandidateState = "pruned" if is_pruned else "complete"
        if error is None and not curve:
            error = f"the training never measured {self.space.metric}"
        return Measurement(
            metrics={self.space.metric: curve[max(curve)]} if curve else {},
            state="failed" if error else state,
            seconds=round(time.perf_counter() - started_s, 3),
            curve=curve,
            error=error,
        )

    def _train(self, genes: Genes, token: CancelToken, watch: Report) -> None:
        recipe = self.train_recipe(genes.drawn)
        path = self.folder.path / "trials" / genes.id
        if (path / "recipe.yaml").is_file():
            run = RunFolder.open(path)
        else:
            run = RunFolder.create_at(path, recipe_yaml=dump_recipe(recipe))
        run_training(recipe, run, build_method=build_method, token=token, report=watch)


def open_tuning(problem: TuningProblem) -> Worker:
    """Return what trains with different values in this process."""
    space, run = problem.space, problem.folder.path

    def values_of(record: CandidateRecord) -> tuple[list[float], dict[str, float]]:
        return [record.measurement.metrics[space.metric]], {}

    plan = StudyPlan(
        directions=("maximize" if space.is_maximized else "minimize",),
        distributions=problem.distributions(),
        values_of=values_of,
        pruner=_pruner(space.pruning),
    )
    most = len(grid_points(space)) if space.algorithm == "grid" else space.budget
    return Worker(
        problem=problem,
        files=CandidateFiles(run),
        journal=Journal(run, plan),
        budget=min(space.budget, most),
    )


def best_of(records: Sequence[CandidateRecord], space: TuningSpace) -> CandidateRecord | None:
    """Return the best candidate that was trained to its end, or None."""
    done = [record for record in records if record.measurement.state == "complete"]
    sign = 1 if space.is_maximized else -1
    return max(done, key=lambda one: sign * one.measurement.metrics[space.metric], default=None)


def best_curve(records: Sequence[CandidateRecord], space: TuningSpace) -> list[float]:
    """Return the best value after each candidate, NaN before the first that was completed."""
    curve: list[float] = []
    choose = max if space.is_maximized else min
    best = math.nan
    for record in records:
        if record.measurement.state == "complete":
            value = record.measurement.metrics[space.metric]
            best = value if math.isnan(best) else choose(best, value)
        curve.append(best)
    return curve


def grid_points(space: TuningSpace) -> list[dict[str, Any]]:
    """Return all combinations of the choices and whole numbers, the last field fastest."""
    columns = [
        list(field.choices)
        or list(range(int(field.low or 0), int(field.high or 0) + 1, field.step))
        for field in space.fields.values()
    ]
    return [dict(zip(space.fields, row, strict=True)) for row in itertools.product(*columns)]


def _distribution(field: FieldChoices) -> BaseDistribution:
    if field.choices:
        return CategoricalDistribution(field.choices)
    assert field.low is not None
    assert field.high is not None
    if field.is_whole:
        return IntDistribution(int(field.low), int(field.high), log=field.log, step=field.step)
    return FloatDistribution(float(field.low), float(field.high), log=field.log)


def _first(field: FieldChoices) -> object:
    return field.choices[0] if field.choices else field.low


def _pruner(recipe: PruningRecipe | None) -> optuna.pruners.BasePruner:
    if recipe is None:
        return optuna.pruners.NopPruner()
    return optuna.pruners.MedianPruner(
        n_startup_trials=recipe.warmup_trials, n_warmup_steps=recipe.warmup_steps
    )
