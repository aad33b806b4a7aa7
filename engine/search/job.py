"""A search in its run folder: everything that a process needs to work on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import torch
from msgspec import Struct
from optuna.distributions import BaseDistribution
from optuna.samplers import BaseSampler
from optuna.trial import Trial

from engine.config.search import AlgorithmName, SearchRecipe
from engine.config.search_file import load_search
from engine.config.spaces import MfanetSpaceRecipe
from engine.core.atomic_file import write_bytes_atomic
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError
from engine.inference.network.lpips import Lpips
from engine.runs.candidate_files import CandidateFiles, CandidateRecord, Genes, Measurement
from engine.search.algorithms.build import build_sampler, generation_key, most_candidates
from engine.search.algorithms.chromosomes import SearchField
from engine.search.devices.profile import DeviceProfile
from engine.search.devices.profile_files import encode_profile, find_profile, read_profile
from engine.search.evaluation import (
    Evaluator,
    PictureQuality,
    SupernetEvaluator,
    open_proxy,
    open_trained_supernet,
    reference_point,
)
from engine.search.journal import Journal, StudyPlan
from engine.search.objectives import CostGate, CostModel, Objectives
from engine.search.trained_evaluation import TrainedEvaluator, open_training
from engine.search.worker import Worker
from engine.space.build import build_space
from engine.space.space import Space

_PROFILE = "profile.json"
_REFERENCE = "reference.json"
_CROPS = "crops.safetensors"


class Reference(Struct, frozen=True, kw_only=True):
    """Content of ``reference.json``: what makes the results of a run comparable.

    Attributes:
        worst: The reference point of hypervolumes: quality of bicubic enlargement, costs of the
            largest candidate.
        crops_sha256: Hash of the crops that candidates are measured on.
    """

    worst: dict[str, float]
    crops_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkProblem:
    """A search for networks.

    Attributes:
        evaluator: Measures candidates.
        field: The candidates to choose from.
        algorithm: How they are chosen.
        population: Candidates in a generation.
    """

    evaluator: Evaluator
    field: SearchField
    algorithm: AlgorithmName
    population: int

    def distributions(self) -> dict[str, BaseDistribution]:
        """Return the parameters of a trial: a choice for each gene."""
        return self.field.distributions()

    def sampler(self, number: int, *, is_stuck: bool = False) -> BaseSampler:
        """Return what chooses trial ``number``."""
        algorithm = "random" if is_stuck else self.algorithm
        return build_sampler(algorithm, self.field, population=self.population, number=number)

    def genes(self, params: dict[str, Any], generation: int | None) -> Genes:
        """Return the candidate of a trial's parameters."""
        space = self.field.space
        candidate = self.field.candidate(params)
        names = [gene.name for gene in space.genes]
        return Genes(
            id=candidate.id,
            text=space.describe(candidate),
            genes=dict(zip(names, candidate.genes, strict=True)),
            drawn=dict(params),
            generation=generation,
        )

    def evaluate(self, genes: Genes, trial: Trial) -> Measurement:
        """Measure a candidate."""
        return self.evaluator.measure(self.field.space.candidate(_values(genes)))


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchJob:
    """An opened search.

    Attributes:
        recipe: Its recipe.
        run: Its run folder.
        problem: What is searched for.
        worker: Evaluates candidates in this process.
        objectives: What is improved.
        reference: The reference point.
    """

    recipe: SearchRecipe
    run: Path
    problem: NetworkProblem
    worker: Worker
    objectives: Objectives
    reference: Reference

    @property
    def evaluator(self) -> Evaluator:
        """Measures candidates."""
        return self.problem.evaluator

    @property
    def budget(self) -> int:
        """Number of candidates that are evaluated, at most as many as there are to choose."""
        return self.worker.budget


def open_job(
    run: Path,
    recipe: SearchRecipe | None = None,
    *,
    token: CancelToken | None = None,
    beat: Callable[[], None] = lambda: None,
    compares_photos: bool = False,
) -> SearchJob:
    """Open the search in a run folder.

    The first process leaves the device profile and the reference point there, for the others.

    Args:
        run: The run folder.
        recipe: Its recipe, if it is at hand.
        token: Stops an evaluation that takes long.
        beat: Called now and then during an evaluation that takes long.
        compares_photos: Whether the photos are read even where the run has a copy of the crops.

    Raises:
        ConfigError: If the supernet, photos or profile are missing or do not fit, the photos are
            not those that the run began with, or no candidate meets the constraints.
    """
    recipe = recipe or load_search(run / "recipe.yaml")
    torch.set_num_threads(recipe.threads)
    opened = _Opened(run=run, recipe=recipe, compares_photos=compares_photos)
    evaluator = opened.evaluator(token or CancelToken(), beat)
    objectives = Objectives.of(recipe)
    gate = CostGate(costs=evaluator.costs, limits=objectives.limits)
    gate.require_any(recipe.seed)
    problem = NetworkProblem(
        evaluator=evaluator,
        field=SearchField(space=evaluator.space, admits=gate.admits, seed=recipe.seed),
        algorithm=recipe.algorithm,
        population=recipe.population,
    )
    return SearchJob(
        recipe=recipe,
        run=run,
        problem=problem,
        worker=_worker(run, recipe, problem, objectives),
        objectives=objectives,
        reference=_keep_reference(run, evaluator),
    )


def require_supernet(job: SearchJob) -> SupernetEvaluator:
    """Return what measures with inherited weights.

    Raises:
        ConfigError: If the candidates of the search are trained.
    """
    if not isinstance(job.evaluator, SupernetEvaluator):
        raise ConfigError(f"{job.run}: its candidates inherit no weights: they are trained")
    return job.evaluator


def keep_profile(run: Path, recipe: SearchRecipe) -> DeviceProfile | None:
    """Return the device profile of a run; a copy in its folder makes it independent of changes.

    Raises:
        ConfigError: If there is no such profile.
    """
    if recipe.profile is None:
        return None
    kept = run / _PROFILE
    if kept.is_file():
        return read_profile(kept)
    profile = find_profile(recipe.profile)
    write_bytes_atomic(kept, encode_profile(profile))
    return profile


def read_reference(run: Path) -> Reference:
    """Return the reference point of a run.

    Raises:
        ConfigError: If the run has not started yet, or the file is damaged.
    """
    path = run / _REFERENCE
    try:
        return msgspec.json.decode(path.read_bytes(), type=Reference)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{path}: cannot be read ({error}); resume the search to make it again"
        ) from error


def candidate_values(genes: Genes) -> list[int | None]:
    """Return the values of a candidate's genes, in the order of its space."""
    return _values(genes)


def _values(genes: Genes) -> list[int | None]:
    return [None if value is None else int(value) for value in genes.genes.values()]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """What an evaluator is made of."""

    run: Path
    recipe: SearchRecipe
    compares_photos: bool

    def evaluator(self, token: CancelToken, beat: Callable[[], None]) -> Evaluator:
        recipe = self.recipe
        if recipe.supernet is not None:
            choices = recipe.space
            assert choices is None or isinstance(choices, MfanetSpaceRecipe)
            supernet = open_trained_supernet(recipe.supernet, choices)
            return SupernetEvaluator(
                supernet=supernet,
                costs=self.costs(supernet.space),
                quality=self.quality(supernet.space.scale),
                fits_tail=recipe.fits_tail,
            )
        assert recipe.training is not None
        assert recipe.space is not None
        scale = recipe.training.recipe.get("generator", {}).get("scale", 4)
        space = build_space(recipe.space, scale=scale)
        training = open_training(self.run, recipe.training, space, threads=recipe.threads)
        evaluator = TrainedEvaluator(
            run=self.run,
            space=space,
            costs=self.costs(space),
            quality=self.quality(training.generator.scale),
            recipe=training,
            seeds=recipe.training.seeds,
            token=token,
            beat=beat,
        )
        evaluator.check()
        return evaluator

    def costs(self, space: Space) -> CostModel:
        costs = CostModel(
            space=space,
            height_px=self.recipe.height_px,
            width_px=self.recipe.width_px,
            profile=keep_profile(self.run, self.recipe),
        )
        costs.require(Objectives.of(self.recipe).asked)
        return costs

    def quality(self, scale: int) -> PictureQuality:
        recipe = self.recipe
        asked = Objectives.of(recipe).asked
        lpips = recipe.proxy.lpips_onnx if "lpips" in asked else None
        kept = self.run / _CROPS
        return PictureQuality(
            crops=open_proxy(recipe.proxy, scale=scale, kept=kept, is_fresh=self.compares_photos),
            asked=asked,
            lpips=Lpips(Path(lpips), threads=recipe.threads) if lpips else None,
        )


def _worker(
    run: Path, recipe: SearchRecipe, problem: NetworkProblem, objectives: Objectives
) -> Worker:
    def values_of(record: CandidateRecord) -> tuple[list[float], dict[str, float]]:
        metrics = record.measurement.metrics
        return objectives.values(metrics), objectives.excess(metrics)

    plan = StudyPlan(
        directions=objectives.directions,
        distributions=problem.distributions(),
        values_of=values_of,
        generation_key=generation_key(problem.sampler(0)),
        storage=recipe.storage,
    )
    return Worker(
        problem=problem,
        files=CandidateFiles(run),
        journal=Journal(run, plan),
        budget=min(recipe.budget, most_candidates(recipe.algorithm, problem.field)),
    )


def _keep_reference(run: Path, evaluator: Evaluator) -> Reference:
    path = run / _REFERENCE
    crops = evaluator.quality.crops.sha256
    if not path.is_file():
        reference = Reference(worst=reference_point(evaluator), crops_sha256=crops)
        write_bytes_atomic(path, msgspec.json.format(msgspec.json.encode(reference), indent=1))
        return reference
    reference = read_reference(run)
    if reference.crops_sha256 != crops:
        raise ConfigError(
            f"{run}: the photos in proxy.folder are not those that the search began with, so their "
            "results cannot be compared; restore the photos, or start a new search"
        )
    return reference
