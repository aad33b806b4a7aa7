"""Replays algorithms of tuning over trainings that are all there already.

A grid that was trained once is a table of every combination; an algorithm that is asked again
with another seed costs no training then, so that many seeds can be compared.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec
import optuna
from optuna.trial import TrialState

from engine.config.search import TuneRecipe, TuningAlgorithmName
from engine.config.search_file import load_tune
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError
from engine.runs.candidate_files import CandidateFiles
from engine.runs.run_folder import RunFolder
from engine.search.tuning import TuningProblem, grid_points
from engine.search.worker import TWINS_UNTIL_END, TWINS_UNTIL_RANDOM

Table = Mapping[str, float | None]
"""The metric by the id of a combination; None where the training failed."""


def read_table(run: Path) -> tuple[TuneRecipe, Table]:
    """Return the recipe of a tuning run and what every combination came to.

    Raises:
        ConfigError: If a combination was not trained to its end.
    """
    recipe = load_tune(run / "recipe.yaml")
    problem = _problem(recipe, run)
    records = {record.id: record for record in CandidateFiles(run).all()}
    points = grid_points(recipe.space)
    table: dict[str, float | None] = {}
    for point in points:
        record = records.get(problem.genes(point, None).id)
        if record is None or record.measurement.state == "pruned":
            listed = ", ".join(f"{name}={value}" for name, value in point.items())
            raise ConfigError(
                f"{run}: {listed} was not trained to its end; only a whole grid without pruning "
                f"can be replayed: {len(points)} trainings"
            )
        table[record.id] = record.measurement.metrics.get(recipe.space.metric)
    return recipe, table


def replay(
    recipe: TuneRecipe,
    table: Table,
    algorithm: TuningAlgorithmName,
    *,
    seed: int,
    budget: int,
    token: CancelToken,
) -> list[float]:
    """Return the best value after each evaluation; NaN before the first that did not fail.

    As in a run, values that were tried already are told to the algorithm and cost nothing.

    Args:
        recipe: The tuning run.
        table: What its combinations came to.
        algorithm: How values are chosen.
        seed: Start of all randomness.
        budget: Number of evaluations; at most all combinations.
        token: Stops between two evaluations.

    Raises:
        JobCancelled: If the token was cancelled.
    """
    space = msgspec.structs.replace(recipe.space, algorithm=algorithm, seed=seed)
    problem = _problem(msgspec.structs.replace(recipe, space=space), Path())
    study = optuna.create_study(direction="maximize" if space.is_maximized else "minimize")
    tried: dict[str, float] = {}
    curve: list[float] = []
    twins = 0
    while len(curve) < min(budget, len(table)) and twins < TWINS_UNTIL_END:
        token.check()
        number = len(study.get_trials(deepcopy=False))
        study.sampler = problem.sampler(number, is_stuck=twins >= TWINS_UNTIL_RANDOM)
        trial = study.ask(problem.distributions())
        name = problem.genes(trial.params, None).id
        value = table[name]
        if value is None:
            study.tell(trial, state=TrialState.FAIL)
        else:
            study.tell(trial, value)
        twins = twins + 1 if name in tried else 0
        if name not in tried:
            tried[name] = math.nan if value is None else value
            curve.append(_best(tried.values(), is_maximized=space.is_maximized))
    return curve


def _best(values: Iterable[float], *, is_maximized: bool) -> float:
    known = [value for value in values if not math.isnan(value)]
    if not known:
        return math.nan
    return max(known) if is_maximized else min(known)


def _problem(recipe: TuneRecipe, run: Path) -> TuningProblem:
    return TuningProblem(recipe=recipe, folder=RunFolder(run), token=CancelToken())
