"""Measures candidates after a short training of each, for spaces without a supernet.

    trials/<id>-s<seed>/    run folder of the training of a candidate with a seed
    generator.json          the generator that the trainings of discriminators start from, and
    generator.safetensors   its weights, copied once so that they stay the same

A training that was stopped or killed goes on from its last checkpoint.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from msgspec import Struct
from safetensors.torch import save
from typing_extensions import override

from engine.config.parts import DiscriminatorRecipe, GeneratorRecipe
from engine.config.recipe_file import build_recipe, dump_recipe
from engine.config.recipes import TrainRecipe
from engine.config.search import CandidateTraining, SearchRecipe
from engine.config.search_file import load_search
from engine.core.atomic_file import write_bytes_atomic
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError, EngineError, JobCancelled
from engine.models.generators.base import Generator
from engine.runs.candidate_files import CandidateFiles, Measurement
from engine.runs.events import Event
from engine.runs.run_folder import RunFolder
from engine.search.evaluation import Evaluator, PictureQuality
from engine.search.front import front_of
from engine.search.objectives import CostModel, Objectives
from engine.space.candidate import Candidate
from engine.space.space import Space
from engine.space.tpsr import TpsrDiscriminatorSpace
from engine.training.checkpoints import newest_checkpoint
from engine.training.checks import check_recipe
from engine.training.methods.build import build_method, check_method
from engine.training.run import run_training
from engine.training.run_network import load_run_network

FINETUNED = "finetune"
"""Run folder of the further training of a picked candidate, in its own folder."""

_KEPT_GENERATOR = "generator.json"
_KEPT_WEIGHTS = "generator.safetensors"


class KeptGenerator(Struct, frozen=True, kw_only=True):
    """Content of ``generator.json``.

    Attributes:
        run: The search that it comes from.
        candidate: Its id there.
        sizes: The recipe that builds it.
    """

    run: str
    candidate: str
    sizes: GeneratorRecipe


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedEvaluator(Evaluator):
    """Trains each candidate and measures the generator that comes out.

    Attributes:
        run: The run folder of the search.
        space: Generators, or discriminators.
        costs: What follows from the layers of a candidate.
        quality: What is measured on pictures.
        recipe: How candidates are trained.
        seeds: Seeds of the trainings of each candidate.
        token: Stops the training in work.
        beat: Called now and then during a training.
    """

    run: Path
    space: Space
    costs: CostModel
    quality: PictureQuality
    recipe: TrainRecipe
    seeds: tuple[int, ...]
    token: CancelToken
    beat: Callable[[], None] = lambda: None

    @property
    @override
    def scale(self) -> int:
        return self.recipe.generator.scale

    @property
    @override
    def origin(self) -> str:
        steps = self.recipe.schedule.steps
        return f"of a training of {steps} steps with each of {len(self.seeds)} seeds"

    def check(self) -> None:
        """Check that the smallest candidate can be trained.

        Raises:
            ConfigError: If the recipe names something that is missing or does not fit.
        """
        recipe = self.train_recipe(self.space.smallest, self.seeds[0])
        check_method(recipe)
        check_recipe(recipe)

    @override
    def measure(self, candidate: Candidate) -> Measurement:
        started_s = time.perf_counter()
        metrics, error = self.costs.measure(candidate), None
        try:
            metrics |= self._quality(candidate)
        except JobCancelled:
            raise
        except EngineError as failure:
            error = str(failure)
        return Measurement(
            metrics=metrics,
            state="complete" if error is None else "failed",
            seconds=round(time.perf_counter() - started_s, 3),
            error=error,
        )

    @override
    def network(self, candidate: Candidate) -> Generator:
        return load_run_network(self.training(candidate)).generator

    @override
    def sizes(self, candidate: Candidate) -> GeneratorRecipe:
        return self.train_recipe(candidate, self.seeds[0]).generator

    @override
    def training(self, candidate: Candidate) -> Path:
        return trial_folder(self.run, candidate.id, self.seeds[0])

    def weights(self, candidate: Candidate) -> Path:
        """Return the file of the EMA weights that `network` has.

        Raises:
            ConfigError: If there is none yet.
        """
        folder = self.training(candidate)
        checkpoint = newest_checkpoint(folder / "checkpoints")
        if checkpoint is None:
            raise ConfigError(f"{folder}: has no checkpoint yet")
        return checkpoint / "averaged.safetensors"

    def train_recipe(self, candidate: Candidate, seed: int) -> TrainRecipe:
        """Return the recipe of a candidate's training."""
        name = f"{candidate.id}-s{seed}"
        if isinstance(self.space, TpsrDiscriminatorSpace):
            given: DiscriminatorRecipe = self.recipe.discriminator  # type: ignore[attr-defined]
            own = msgspec.structs.replace(
                self.space.discriminator(candidate),
                learning_rate_factor=given.learning_rate_factor,
            )
            return msgspec.structs.replace(self.recipe, name=name, seed=seed, discriminator=own)
        generator = self.space.generator(candidate)
        return msgspec.structs.replace(self.recipe, name=name, seed=seed, generator=generator)

    def _quality(self, candidate: Candidate) -> dict[str, float]:
        found = []
        for seed in self.seeds:
            folder = trial_folder(self.run, candidate.id, seed)
            self._train(self.train_recipe(candidate, seed), folder)
            found.append(self.quality.measure(load_run_network(folder).generator))
        return {name: float(np.mean([one[name] for one in found])) for name in found[0]}

    def _train(self, recipe: TrainRecipe, path: Path) -> None:
        def watch(_event: Event) -> None:
            self.beat()

        if (path / "recipe.yaml").is_file():
            folder = RunFolder.open(path)
        else:
            folder = RunFolder.create_at(path, recipe_yaml=dump_recipe(recipe))
        run_training(recipe, folder, build_method=build_method, token=self.token, report=watch)


def open_training(
    run: Path, source: CandidateTraining, space: Space, *, threads: int
) -> TrainRecipe:
    """Return the training recipe of a search, with the fixed generator of one of discriminators.

    Args:
        run: The run folder of the search.
        source: How candidates are trained.
        space: The space of the search.
        threads: CPU threads of a training.

    Raises:
        ConfigError: If the recipe is wrong, or the search of generators has none yet.
    """
    recipe = build_recipe(copy.deepcopy(source.recipe), source=f"{run / 'recipe.yaml'} (training)")
    recipe = msgspec.structs.replace(recipe, threads=threads)
    is_of_discriminators = isinstance(space, TpsrDiscriminatorSpace)
    if is_of_discriminators and not hasattr(recipe, "discriminator"):
        raise ConfigError("training.recipe: has no discriminator to search; use one of type gan")
    if source.generator_run_folder is None:
        return recipe
    if not is_of_discriminators:
        raise ConfigError(
            "training.generator_run_folder: is for a search of discriminators; its space.family is "
            "tpsr-discriminator"
        )
    kept = _keep_generator(run, Path(source.generator_run_folder), source.generator_candidate)
    return msgspec.structs.replace(
        recipe, generator=kept.sizes, init_weights=str(run / _KEPT_WEIGHTS)
    )


def trial_folder(run: Path, candidate_id: str, seed: int) -> Path:
    """Return the run folder of a candidate's training."""
    return run / "trials" / f"{candidate_id}-s{seed}"


def _keep_generator(run: Path, source: Path, candidate_id: str | None) -> KeptGenerator:
    path = run / _KEPT_GENERATOR
    if path.is_file():
        return msgspec.json.decode(path.read_bytes(), type=KeptGenerator)
    recipe = load_search(source / "recipe.yaml")
    if recipe.training is None:
        raise ConfigError(f"{source}: its candidates inherit weights; name a search that trains")
    chosen = candidate_id or _best(source, recipe)
    trained = load_run_network(_trained(source, chosen, recipe.training.seeds[0]))
    state = {name: tensor.contiguous() for name, tensor in trained.generator.state_dict().items()}
    write_bytes_atomic(run / _KEPT_WEIGHTS, save(state))
    kept = KeptGenerator(run=source.name, candidate=chosen, sizes=trained.sizes)
    # Last: where it is, the weights are whole.
    write_bytes_atomic(path, msgspec.json.format(msgspec.json.encode(kept), indent=1) + b"\n")
    return kept


def _best(run: Path, recipe: SearchRecipe) -> str:
    members = front_of(CandidateFiles(run).all(), Objectives.of(recipe))
    if not members:
        raise ConfigError(f"{run}: has no candidate that meets its constraints; resume it first")
    return members[0].id


def _trained(run: Path, candidate_id: str, seed: int) -> Path:
    """Return the training of a candidate: the further one if it was picked, or else the short."""
    longer = CandidateFiles(run).path(candidate_id) / FINETUNED
    if newest_checkpoint(longer / "checkpoints") is not None:
        return longer
    path = trial_folder(run, candidate_id, seed)
    if not path.is_dir():
        raise ConfigError(f"{path}: there is no such training; name another generator_candidate")
    return path
