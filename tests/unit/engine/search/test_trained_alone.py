from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
import torch
from safetensors.torch import save_file

from engine.config.parts import DataRecipe, GeneratorRecipe, ScheduleRecipe
from engine.config.recipes import PsnrRecipe
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError
from engine.models.generators.build import build_generator
from engine.runs.candidate_files import CandidateFiles, Genes, GeneValue, Measurement
from engine.search.algorithms.chromosomes import SearchField
from engine.search.trained_alone import (
    TrainedWeights,
    TrainingResult,
    common_seeds,
    complete_seeds,
    draw_networks,
    find_weights_files,
    load_trained,
    measure_all,
    read_genes,
    read_results,
    train_alone,
)
from engine.space.candidate import Candidate
from engine.space.mfanet import MfanetSpace
from tests.helpers.toy_search import SPACE, save_photos


@pytest.fixture
def space() -> MfanetSpace:
    return MfanetSpace(SPACE, scale=2)


def field(space: MfanetSpace) -> SearchField:
    return SearchField(space=space, admits=lambda _: True, seed=3)


def train_recipe(folder: Path) -> PsnrRecipe:
    return PsnrRecipe(
        name="alone",
        data=DataRecipe(
            folder=str(save_photos(folder / "photos")),
            cache_folder=str(folder / "cache"),
            patch_px=8,
            batch_size=2,
        ),
        schedule=ScheduleRecipe(steps=2),
        device="cpu",
        threads=1,
        sample_photos=0,
    )


def test_networks_are_drawn_over_the_whole_range_of_cost_and_only_once(
    tmp_path: Path, space: MfanetSpace
) -> None:
    drawn = draw_networks(tmp_path, field(space), 8)

    costs = sorted(space.macs(one) for one in drawn)
    assert len({one.id for one in drawn}) == 8
    middle = (space.macs(space.smallest) + space.macs(space.largest)) / 2
    assert costs[1] < middle < costs[-2]
    # Those that are there stay, and only what is missing is drawn.
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert {one.id for one in draw_networks(tmp_path, field(space), 8)} == {o.id for o in drawn}
    more = draw_networks(tmp_path, field(space), 10)
    assert {one.id for one in drawn} < {one.id for one in more}
    assert len(more) == 10
    assert {name: (tmp_path / name).read_bytes() for name in before} == before


def test_the_genes_that_are_written_build_the_network_without_the_space(
    tmp_path: Path, space: MfanetSpace
) -> None:
    [candidate] = draw_networks(tmp_path, field(space), 1)

    content = json.loads((tmp_path / f"{candidate.id}.json").read_text())

    assert msgspec.convert(content["generator"], GeneratorRecipe) == space.generator(candidate)
    assert read_genes(tmp_path, space) == {candidate.id: candidate}


def test_bare_genes_are_read_too_and_masked_ones_do_not_matter(
    tmp_path: Path, space: MfanetSpace
) -> None:
    candidate = space.smallest
    genes = dict(zip([gene.name for gene in space.genes], candidate.genes, strict=True))
    (tmp_path / f"{candidate.id}.json").write_text(json.dumps(genes))

    assert read_genes(tmp_path, space) == {candidate.id: candidate}


def test_genes_of_a_candidate_of_the_search_need_no_file(
    tmp_path: Path, space: MfanetSpace
) -> None:
    candidate, run, folder = space.largest, tmp_path / "run", tmp_path / "alone"
    folder.mkdir()
    named: dict[str, GeneValue] = dict(space.named(candidate))
    genes = Genes(id=candidate.id, text="", genes=named, drawn=named)
    CandidateFiles(run).add(genes, Measurement(metrics={}))
    save_weights(folder, candidate, space, seed=0)

    assert read_genes(folder, space, run) == {candidate.id: candidate}
    with pytest.raises(ConfigError, match=f"no genes of {candidate.id}"):
        read_genes(folder, space)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("abc", "{", "cannot be read"),
        ("abc", '{"genes": [1, 2]}', "by the names of genes"),
        ("abc", '{"genes": {"width": 4}}', "no such gene"),
        ("abc", '{"genes": {"channels": 5}}', "channels=5"),
        ("abc", '{"genes": {"channels": 4}}', "has the genes of"),
    ],
)
def test_damaged_or_foreign_genes_name_their_file(
    tmp_path: Path, space: MfanetSpace, name: str, content: str, said: str
) -> None:
    (tmp_path / f"{name}.json").write_text(content)

    with pytest.raises(ConfigError, match=said) as caught:
        read_genes(tmp_path, space)
    assert f"{name}.json" in str(caught.value)


def save_weights(
    folder: Path, candidate: Candidate, space: MfanetSpace, *, seed: int, is_folded: bool = True
) -> Path:
    torch.manual_seed(seed)
    network = build_generator(space.generator(candidate)).eval()
    state = (network.folded() if is_folded else network).state_dict()
    path = folder / f"{candidate.id}-s{seed}.safetensors"
    save_file({name: tensor.contiguous() for name, tensor in state.items()}, path)
    return path


def test_folded_weights_and_those_as_trained_are_the_same_network(
    tmp_path: Path, space: MfanetSpace
) -> None:
    candidate = space.largest
    (tmp_path / "whole").mkdir()
    paths = [
        save_weights(tmp_path, candidate, space, seed=1),
        save_weights(tmp_path / "whole", candidate, space, seed=1, is_folded=False),
    ]
    lr = torch.rand(1, 3, 9, 7)

    with torch.inference_mode():
        one, other = (
            load_trained(TrainedWeights(id=candidate.id, seed=1, path=path), candidate, space)(lr)
            for path in paths
        )

    torch.testing.assert_close(one, other, atol=1e-5, rtol=0)


def test_all_weights_are_measured_by_network_and_seed(tmp_path: Path, space: MfanetSpace) -> None:
    networks = {one.id: one for one in (space.smallest, space.largest)}
    for candidate in networks.values():
        for seed in (0, 11):
            save_weights(tmp_path, candidate, space, seed=seed)
    (tmp_path / "averaged.safetensors").write_bytes(b"of something else")

    results = measure_all(
        tmp_path,
        networks,
        space,
        lambda network: float(sum(p.numel() for p in network.parameters())),
        token=CancelToken(),
    )

    assert [(one.id, one.seed) for one in results] == sorted(
        (name, seed) for name in networks for seed in (0, 11)
    )
    sizes = {one.id: one.psnr_y_db for one in results}
    assert sizes[space.smallest.id] < sizes[space.largest.id]


def test_weights_of_another_network_are_refused(tmp_path: Path, space: MfanetSpace) -> None:
    save_weights(tmp_path, space.smallest, space, seed=0)
    [weights] = find_weights_files(tmp_path)

    with pytest.raises(ConfigError, match="of another network"):
        load_trained(weights, space.largest, space)


def test_a_network_is_trained_once_and_its_weights_are_measurable(
    tmp_path: Path, space: MfanetSpace
) -> None:
    recipe, folder = train_recipe(tmp_path), tmp_path / "alone"
    [candidate] = draw_networks(folder, field(space), 1)
    for _ in range(2):
        train_alone(
            folder, candidate, space, recipe, seed=4, token=CancelToken(), report=lambda _: None
        )

    [weights] = find_weights_files(folder)
    assert (weights.id, weights.seed) == (candidate.id, 4)
    assert load_trained(weights, candidate, space).scale == 2
    assert len(list((folder / "trainings").iterdir())) == 1


def test_a_training_that_was_begun_otherwise_is_not_continued(
    tmp_path: Path, space: MfanetSpace
) -> None:
    recipe, folder = train_recipe(tmp_path), tmp_path / "alone"
    [candidate] = draw_networks(folder, field(space), 1)
    train_alone(
        folder, candidate, space, recipe, seed=0, token=CancelToken(), report=lambda _: None
    )
    (folder / f"{candidate.id}-s0.safetensors").unlink()
    longer = msgspec.structs.replace(recipe, schedule=ScheduleRecipe(steps=4))

    with pytest.raises(ConfigError, match="another recipe"):
        train_alone(
            folder, candidate, space, longer, seed=0, token=CancelToken(), report=lambda _: None
        )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("r.json", '[{"id": "a", "seed": 0, "psnr_y_db": 28.5}]'),
        ("r.csv", "id,seed,psnr_y_db\na,0,28.5\n"),
        ("r.csv", "id,seed,psnr\na,0,28.5\n"),
    ],
)
def test_results_are_read_from_json_and_csv(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)

    assert read_results(tmp_path / name) == [TrainingResult(id="a", seed=0, psnr_y_db=28.5)]


@pytest.mark.parametrize("content", ["id,seed\na,0\n", "id,seed,psnr_y_db\na,x,28\n"])
def test_results_that_lack_something_name_their_file(tmp_path: Path, content: str) -> None:
    (tmp_path / "r.csv").write_text(content)

    with pytest.raises(ConfigError, match=r"r\.csv: needs id, seed and psnr_y_db"):
        read_results(tmp_path / "r.csv")


def result(name: str, seed: int, value: float = 28.0) -> TrainingResult:
    return TrainingResult(id=name, seed=seed, psnr_y_db=value)


def test_only_seeds_that_all_networks_have_are_compared() -> None:
    results = [result("a", 0, 1.0), result("a", 1, 2.0), result("b", 1, 3.0), result("b", 2, 4.0)]

    assert common_seeds(results) == (1,)
    assert complete_seeds(results) == {"a": (2.0,), "b": (3.0,)}


def test_seeds_without_anything_in_common_or_twice_are_refused() -> None:
    with pytest.raises(ConfigError, match="no seed is common"):
        complete_seeds([result("a", 0), result("b", 1)])
    with pytest.raises(ConfigError, match="seed 0 is there twice"):
        complete_seeds([result("a", 0), result("a", 0)])
