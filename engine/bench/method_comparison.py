"""Trains the arms of an experiment, one after the other, and measures the networks.

Every result is kept in a folder. A comparison that was interrupted is resumed
from them, and a plan with more seeds trains only the new ones.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
from msgspec import Struct
from typing_extensions import override

from engine.config.method_comparison import ArmPlan, ComparisonPlan
from engine.config.places import with_absolute_places
from engine.config.recipe_file import build_recipe, differing_fields, dump_recipe, load_recipe
from engine.config.recipes import AnyRecipe
from engine.config.renamed_keys import current_metric
from engine.core.atomic_file import make_folder, write_bytes_atomic
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError
from engine.core.images import ImageF32
from engine.evaluation.candidates import Candidate
from engine.evaluation.evaluate import evaluate
from engine.evaluation.picture_metrics import PictureMetrics
from engine.models.generators.base import Generator
from engine.models.generators.enlarge import enlarge
from engine.runs.run_folder import RunFolder
from engine.training.checkpoints import newest_checkpoint
from engine.training.methods.build import build_method
from engine.training.run import run_training
from engine.training.run_network import load_run_network

_RESULT = "result.json"


class ArmResult(Struct, frozen=True, kw_only=True):
    """The network that one arm trained with one seed.

    Attributes:
        arm: Name of the arm.
        seed: Random seed.
        params: Parameters of the network as it ships.
        sizes: Generator recipe with its sizes.
        steps: Training steps; 0 for a network that was cut from another.
        train_s: CPU time of the training in seconds, over all threads.
        figures: Mean of each metric, by name of the benchmark folder.
    """

    arm: str
    seed: int
    params: int
    sizes: dict[str, object]
    steps: int
    train_s: float
    figures: dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Folders, metrics and callbacks of a comparison.

    Attributes:
        folder: Folder of the runs and the results.
        benchmarks: Folders of HR photos to measure on.
        metrics: Metrics to measure beside PSNR and SSIM.
        token: Stops the work; finished results are kept.
        report: Receives each result as soon as it is available.
    """

    folder: Path
    benchmarks: Sequence[Path]
    metrics: PictureMetrics
    token: CancelToken
    report: Callable[[ArmResult], None] = lambda result: None


def run_comparison(plan: ComparisonPlan, bench: Bench) -> list[ArmResult]:
    """Train and measure the missing results, all arms of a seed before the next seed.

    Raises:
        ConfigError: If a recipe cannot be used, or the folder holds a run of another recipe.
        NonFiniteLossError: If a loss stops being a number.
        JobCancelled: If the token was cancelled.
    """
    make_folder(bench.folder)
    results = []
    # Arms in the order of the plan: one may start from, or be cut from, an earlier one.
    for name, arm, seed in _pairs(plan):
        result = _finished(bench, name, seed) or _make(plan, bench, name, arm, seed)
        results.append(result)
        bench.report(result)
    return results


def finished_results(plan: ComparisonPlan, folder: Path) -> list[ArmResult]:
    """Return the results of ``plan`` that exist in ``folder``."""
    found = (_read(_place(folder, name, seed)) for name, _, seed in _pairs(plan))
    return [result for result in found if result is not None]


def _pairs(plan: ComparisonPlan) -> Iterator[tuple[str, ArmPlan, int]]:
    return ((name, arm, seed) for seed in plan.seeds for name, arm in plan.arms.items())


def _place(folder: Path, arm: str, seed: int) -> Path:
    return folder / f"{arm}-seed{seed}"


def _finished(bench: Bench, arm: str, seed: int) -> ArmResult | None:
    return _read(_place(bench.folder, arm, seed))


def _read(place: Path) -> ArmResult | None:
    path = place / _RESULT
    if not path.exists():
        return None
    result = msgspec.json.decode(path.read_bytes(), type=ArmResult)
    # A result of an earlier version must fit those of seeds that are trained now.
    figures = {
        folder: {current_metric(name): value for name, value in means.items()}
        for folder, means in result.figures.items()
    }
    return msgspec.structs.replace(result, figures=figures)


def _make(plan: ComparisonPlan, bench: Bench, name: str, arm: ArmPlan, seed: int) -> ArmResult:
    place = _place(bench.folder, name, seed)
    if arm.cut_from is not None:
        # A subnet of an earlier arm's supernet: nothing is left to train.
        made = load_run_network(_place(bench.folder, arm.cut_from, seed), arm.subnet)
        make_folder(place)
        steps, train_s = 0, 0.0
    else:
        recipe = _recipe(plan, bench.folder, name, arm, seed)
        # CPU time: other load on the machine does not count.
        started_s = time.process_time()
        _train(recipe, place, bench.token)
        train_s = time.process_time() - started_s
        made, steps = load_run_network(place), recipe.schedule.steps
    candidate = _GeneratorCandidate(name, made.generator)
    measured = evaluate([candidate], bench.benchmarks, bench.metrics, token=bench.token)
    result = ArmResult(
        arm=name,
        seed=seed,
        params=sum(parameter.numel() for parameter in made.generator.parameters()),
        sizes=msgspec.to_builtins(made.sizes),
        steps=steps,
        train_s=round(train_s, 1),
        figures={row.set: row.means() for row in measured},
    )
    # Last: a folder with a result is finished.
    write_bytes_atomic(place / _RESULT, msgspec.json.encode(result))
    return result


def _recipe(plan: ComparisonPlan, folder: Path, name: str, arm: ArmPlan, seed: int) -> AnyRecipe:
    tree = {**plan.recipe_of(arm), "name": name, "seed": seed}
    if arm.sizes_of is not None:
        sizes = load_run_network(_place(folder, arm.sizes_of, seed)).sizes
        tree["generator"] = msgspec.to_builtins(sizes)
    if arm.start is not None:
        checkpoint = newest_checkpoint(_place(folder, arm.start, seed) / "checkpoints")
        tree["init_weights"] = str(checkpoint and checkpoint / "averaged.safetensors")
    # The networks are measured on the benchmarks: no training photos need to be held out.
    data = tree.get("data")
    tree["data"] = {"held_out_share": 0.0, **data} if isinstance(data, dict) else data
    return with_absolute_places(build_recipe(tree, source=f"arms.{name}"))


def _train(recipe: AnyRecipe, place: Path, token: CancelToken) -> None:
    before = place / "recipe.yaml"
    if before.exists():
        differing = differing_fields(with_absolute_places(load_recipe(before)), recipe)
        if differing:
            raise ConfigError(
                f"{place}: was started with another recipe ({', '.join(differing)}); "
                "delete it or choose another folder"
            )
        folder = RunFolder.open(place)
    else:
        folder = RunFolder.create_at(place, recipe_yaml=dump_recipe(recipe))
    run_training(recipe, folder, build_method=build_method, token=token, report=lambda event: None)


class _GeneratorCandidate(Candidate):
    """A network in memory, measured as those in files are."""

    def __init__(self, name: str, generator: Generator) -> None:
        self.name = name
        self.scale = generator.scale
        self._generator = generator

    @override
    def enlarge(self, lr: ImageF32) -> ImageF32:
        return enlarge(self._generator, lr)
