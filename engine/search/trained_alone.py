"""Networks of a search that were trained alone, with weights of their own, in a folder.

<id>.json                   genes of a network
<id>-s<seed>.safetensors    its weights after a training with that seed
trainings/<id>-s<seed>/     run folder of that training, if it was made here

Weights may also come from elsewhere: the state dict of the network with its convolutions folded,
or as it was trained.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from msgspec import Struct
from safetensors.torch import save

from engine.config.recipe_file import dump_recipe, load_recipe
from engine.config.recipes import TrainRecipe
from engine.core.atomic_file import make_folder, write_bytes_atomic
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError
from engine.models.generators.base import Generator
from engine.models.generators.build import build_generator
from engine.runs.candidate_files import CandidateFiles
from engine.runs.events import Event
from engine.runs.run_folder import RunFolder
from engine.search.algorithms.chromosomes import SearchField
from engine.space.candidate import Candidate
from engine.space.space import Space
from engine.training.methods.build import build_method
from engine.training.run import run_training
from engine.training.run_network import load_run_network
from engine.training.weights import load_all, read_weights

_WEIGHTS = re.compile(r"(?P<id>[^/]+)-s(?P<seed>\d+)\.safetensors")


class TrainingResult(Struct, frozen=True, kw_only=True):
    """What one training came to.

    Attributes:
        id: The network.
        seed: Seed of the training.
        psnr_y_db: Y-PSNR of its weights.
    """

    id: str
    seed: int
    psnr_y_db: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedWeights:
    """A file of weights.

    Attributes:
        id: The network.
        seed: Seed of the training.
        path: The file.
    """

    id: str
    seed: int
    path: Path


def draw_networks(folder: Path, field: SearchField, count: int) -> list[Candidate]:
    """Write the genes of networks into a folder until it has ``count``, evenly over their cost.

    Raises:
        ConfigError: If there are not so many, or no network meets the constraints.
    """
    space = field.space
    there = read_genes(folder, space) if folder.is_dir() else {}
    random = np.random.default_rng(field.seed)
    ends = [space.macs_per_px(space.chromosome(one)) for one in (space.smallest, space.largest)]
    make_folder(folder)
    for aim in np.linspace(ends[0], ends[1], num=count).tolist():
        if len(there) >= count:
            break
        drawn = field.admitted(
            lambda aim=aim: space.nearest_cost(aim, random),  # type: ignore[misc]
            known=frozenset(there),
        )
        if drawn.id in there:
            continue
        there[drawn.id] = drawn
        write_bytes_atomic(folder / f"{drawn.id}.json", _encode_genes(drawn, space))
    return list(there.values())


def read_genes(folder: Path, space: Space, run: Path | None = None) -> dict[str, Candidate]:
    """Return the networks of a folder by id.

    Args:
        folder: The folder.
        space: The space of the search.
        run: A search that has the genes of weights without a file of genes.

    Raises:
        ConfigError: If genes are damaged, of another space or of another network than their file
            is named after, or missing.
    """
    found = {path.stem: _read_genes(path, space) for path in sorted(folder.glob("*.json"))}
    files = CandidateFiles(run) if run is not None else None
    for weights in find_weights_files(folder):
        if weights.id in found:
            continue
        record = files.find(weights.id) if files is not None else None
        if record is None:
            raise ConfigError(
                f"{weights.path}: there are no genes of {weights.id}; write them to "
                f"{folder / weights.id}.json"
            )
        found[weights.id] = _named(space, record.genes.genes, weights.path)
    return found


def find_weights_files(folder: Path) -> list[TrainedWeights]:
    """Return the files of weights in a folder, by network and seed."""
    found = []
    for path in folder.glob("*.safetensors"):
        match = _WEIGHTS.fullmatch(path.name)
        if match is not None:
            found.append(TrainedWeights(id=match["id"], seed=int(match["seed"]), path=path))
    return sorted(found, key=lambda one: (one.id, one.seed))


def load_trained(weights: TrainedWeights, candidate: Candidate, space: Space) -> Generator:
    """Return the folded network with weights of its own, in eval mode.

    Raises:
        ConfigError: If they are of another network.
    """
    # With its branches: it takes a folded kernel as well as the branches it was trained as.
    network = build_generator(space.generator(candidate))
    load_all(network, read_weights(str(weights.path)))
    return network.eval().folded()


def measure_all(
    folder: Path,
    networks: Mapping[str, Candidate],
    space: Space,
    quality: Callable[[Generator], float],
    *,
    token: CancelToken,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[TrainingResult]:
    """Measure all weights of a folder.

    Args:
        folder: The folder.
        networks: Its networks by id.
        space: The space of the search.
        quality: Returns the Y-PSNR of a network in dB.
        token: Stops between two files.
        progress: Receives the number of measured files and of all.

    Raises:
        ConfigError: If weights cannot be read or do not fit.
        JobCancelled: If the token was cancelled.
    """
    files = find_weights_files(folder)
    results = []
    for done, weights in enumerate(files, start=1):
        token.check()
        network = load_trained(weights, networks[weights.id], space)
        results.append(TrainingResult(id=weights.id, seed=weights.seed, psnr_y_db=quality(network)))
        progress(done, len(files))
    return results


def read_results(path: Path) -> list[TrainingResult]:
    """Read what trainings came to: JSON or CSV with ``id``, ``seed`` and ``psnr_y_db``.

    Raises:
        ConfigError: If the file cannot be read or lacks one of them.
    """
    try:
        content = path.read_text(encoding="utf-8")
        rows: list[dict[str, Any]] = (
            msgspec.json.decode(content, type=list[dict[str, Any]])
            if path.suffix.lower() == ".json"
            else list(csv.DictReader(io.StringIO(content)))
        )
        return [_result(row) for row in rows]
    except (OSError, UnicodeDecodeError, ValueError, KeyError) as error:
        raise ConfigError(
            f"{path}: needs id, seed and psnr_y_db of each training, as JSON or CSV ({error})"
        ) from error


def train_alone(
    folder: Path,
    candidate: Candidate,
    space: Space,
    recipe: TrainRecipe,
    *,
    seed: int,
    token: CancelToken,
    report: Callable[[Event], None],
) -> None:
    """Train a network from random weights; a training that was stopped goes on.

    Args:
        folder: Folder of the networks.
        candidate: The network.
        space: Its space.
        recipe: How it is trained; its generator and seed are replaced.
        seed: Seed of the training.
        token: Stops the training.
        report: Receives its events.

    Raises:
        ConfigError: If the recipe does not fit, or a training was begun with another one.
        JobCancelled: If the token was cancelled.
    """
    name = f"{candidate.id}-s{seed}"
    final = folder / f"{name}.safetensors"
    if final.is_file():
        return
    own = msgspec.structs.replace(
        recipe, name=name, generator=space.generator(candidate), seed=seed
    )
    path = folder / "trainings" / name
    if (path / "recipe.yaml").is_file():
        run = RunFolder.open(path)
        if load_recipe(path / "recipe.yaml") != own:
            raise ConfigError(
                f"{path}: was begun with another recipe; name another folder, or train with that "
                "one"
            )
    else:
        run = RunFolder.create_at(path, recipe_yaml=dump_recipe(own))
    run_training(own, run, build_method=build_method, token=token, report=report)
    trained = load_run_network(path).generator
    state = {key: value.contiguous() for key, value in trained.state_dict().items()}
    write_bytes_atomic(final, save(state))


def complete_seeds(results: Sequence[TrainingResult]) -> dict[str, tuple[float, ...]]:
    """Return for each network its Y-PSNR by the seeds that all networks were trained with.

    Raises:
        ConfigError: If a training is there twice, or no seed is common to all.
    """
    table: dict[str, dict[int, float]] = {}
    for one in results:
        if one.seed in table.setdefault(one.id, {}):
            raise ConfigError(f"{one.id}: seed {one.seed} is there twice")
        table[one.id][one.seed] = one.psnr_y_db
    seeds = common_seeds(results)
    if table and not seeds:
        raise ConfigError("no seed is common to all networks; train each with the same seeds")
    return {name: tuple(values[seed] for seed in seeds) for name, values in table.items()}


def common_seeds(results: Sequence[TrainingResult]) -> tuple[int, ...]:
    """Return the seeds that all networks were trained with."""
    by_id: dict[str, set[int]] = {}
    for one in results:
        by_id.setdefault(one.id, set()).add(one.seed)
    return tuple(sorted(set.intersection(*by_id.values()))) if by_id else ()


def _encode_genes(candidate: Candidate, space: Space) -> bytes:
    content = {
        "id": candidate.id,
        "text": space.describe(candidate),
        "genes": space.named(candidate),
        # For programs that train it without knowing the space.
        "generator": msgspec.to_builtins(space.generator(candidate)),
    }
    return msgspec.json.format(msgspec.json.encode(content), indent=1) + b"\n"


def _read_genes(path: Path, space: Space) -> Candidate:
    try:
        content = msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: genes cannot be read ({error})") from error
    genes = content.get("genes", content)
    if not isinstance(genes, dict):
        raise ConfigError(f"{path}: genes are values by the names of genes, such as channels")
    candidate = _named(space, genes, path)
    if candidate.id != path.stem:
        raise ConfigError(f"{path}: has the genes of {candidate.id}; rename the file, or its genes")
    return candidate


def _named(space: Space, genes: Mapping[str, Any], path: Path) -> Candidate:
    try:
        return space.of_named({name: int(v) for name, v in genes.items() if v is not None})
    except (ConfigError, TypeError, ValueError) as error:
        raise ConfigError(f"{path}: {error}") from error


def _result(row: Mapping[str, Any]) -> TrainingResult:
    value = row["psnr"] if "psnr" in row else row["psnr_y_db"]
    return TrainingResult(id=str(row["id"]), seed=int(row["seed"]), psnr_y_db=float(value))
