from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import msgspec
import pytest
import torch
from safetensors.torch import load_file

from engine.config.recipe_file import load_recipe
from engine.config.recipes import GanRecipe
from engine.config.search import FinetuneRecipe, SearchRecipe
from engine.config.search_file import dump_search
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError, JobCancelled
from engine.models.generators.tpsr import TpsrNet
from engine.runs.candidate_files import CandidateFiles
from engine.runs.events import Event
from engine.runs.run_folder import RunFolder
from engine.search.comparison import write_comparison
from engine.search.job import open_job, require_supernet
from engine.search.pick import Pick
from engine.search.report import write_report
from engine.search.run import run_search
from engine.training.run_network import load_run_network
from tests.helpers.toy_tpsr import toy_discriminators, toy_generators


def search(folder: Path, recipe: SearchRecipe, token: CancelToken | None = None) -> RunFolder:
    if (folder / "recipe.yaml").is_file():
        run = RunFolder.open(folder)
    else:
        run = RunFolder.create_at(folder, recipe_yaml=dump_search(recipe))
    run_search(recipe, run, token=token or CancelToken(), report=lambda _: None)
    return run


@pytest.fixture
def generators(tmp_path: Path) -> Path:
    """A finished search of three generators."""
    return search(tmp_path / "generators", toy_generators(tmp_path)).path


def best(run: Path) -> str:
    """The id of the best candidate by its only metric of pictures."""
    records = CandidateFiles(run).all()
    return max(records, key=lambda one: one.measurement.metrics["psnr_y_db"]).id


def test_each_generator_is_trained_and_measured_within_the_limit(generators: Path) -> None:
    records = CandidateFiles(generators).all()

    assert len(records) == 3
    for record in records:
        trained = load_run_network(generators / "trials" / f"{record.id}-s0")
        assert trained.step == 2
        assert isinstance(trained.generator, TpsrNet)
        assert record.measurement.metrics["gmacs"] <= 0.0008
        job = open_job(generators)
        quality = job.evaluator.quality.crops.psnr_y_db(trained.generator)
        assert record.measurement.metrics["psnr_y_db"] == pytest.approx(quality, abs=1e-9)


def test_discriminators_are_searched_for_the_best_generator_that_stays_the_same(
    tmp_path: Path, generators: Path
) -> None:
    recipe = toy_discriminators(tmp_path, generators)
    winner = best(generators)
    start = load_run_network(generators / "trials" / f"{winner}-s0")

    run = search(tmp_path / "discriminators", recipe).path

    # What was found first may be lost or change; this search has a copy.
    kept = load_file(run / "generator.safetensors")
    torch.testing.assert_close(kept, dict(start.generator.state_dict()))
    before = hashlib.sha256((run / "generator.safetensors").read_bytes()).digest()
    shutil.rmtree(generators)
    search(run, msgspec.structs.replace(recipe, budget=3))
    assert hashlib.sha256((run / "generator.safetensors").read_bytes()).digest() == before

    records = CandidateFiles(run).all()
    assert len(records) == 3
    for record in records:
        values = []
        for seed in (0, 1):
            trial = run / "trials" / f"{record.id}-s{seed}"
            trained = load_recipe(trial / "recipe.yaml")
            assert isinstance(trained, GanRecipe)
            assert trained.generator == start.sizes
            assert trained.discriminator.family == "cells"
            assert trained.discriminator.channels == record.genes.genes["channels"]
            assert trained.discriminator.learning_rate_factor == 0.5
            assert trained.seed == seed
            quality = open_job(run).evaluator.quality
            values.append(quality.measure(load_run_network(trial).generator)["lpips"])
        assert values[0] != values[1]
        assert record.measurement.metrics["lpips"] == pytest.approx(sum(values) / 2, abs=1e-7)


def test_a_stopped_search_continues_the_training_in_work(tmp_path: Path) -> None:
    whole = search(tmp_path / "whole", toy_generators(tmp_path, budget=2))
    recipe, token = toy_generators(tmp_path, budget=2), CancelToken()
    run = RunFolder.create_at(tmp_path / "run", recipe_yaml=dump_search(recipe))
    # Stopped inside the second training, of which the first step has a checkpoint then.
    job = open_job(run.path, recipe, token=token, beat=lambda: _stop_in_second(run.path, token))
    with pytest.raises(JobCancelled):
        job.worker.run(token)
    assert len(CandidateFiles(run.path).all()) == 1

    run_search(recipe, run, token=CancelToken(), report=lambda _: None)

    pairs = [
        {one.id: one.measurement.metrics for one in CandidateFiles(path).all()}
        for path in (run.path, whole.path)
    ]
    assert pairs[0] == pairs[1]


def _stop_in_second(run: Path, token: CancelToken) -> None:
    if len(list((run / "trials").glob("*/checkpoints/step-1"))) == 2:
        token.cancel()


def test_two_workers_train_different_candidates(tmp_path: Path) -> None:
    recipe = toy_generators(tmp_path, budget=6, workers=2)
    events: list[Event] = []
    run = RunFolder.create_at(tmp_path / "run", recipe_yaml=dump_search(recipe))

    run_search(recipe, run, token=CancelToken(), report=events.append)

    assert len(CandidateFiles(run.path).all()) == 6
    assert len(list((run.path / "trials").iterdir())) == 6
    assert (run.path / "workers.log").read_text() == ""


def test_a_training_that_fails_is_kept_as_failed_and_the_search_goes_on(tmp_path: Path) -> None:
    recipe = toy_generators(tmp_path, budget=2)
    assert recipe.training is not None
    # So high that weights overflow within the steps.
    training = msgspec.to_builtins(recipe.training)
    training["recipe"] |= {"schedule": {"steps": 4, "learning_rate": 1e30}, "clip_norm": 1e30}

    run = search(tmp_path / "run", toy_generators(tmp_path, budget=2, training=training))

    records = CandidateFiles(run.path).all()
    assert [record.measurement.state for record in records] == ["failed", "failed"]
    assert all(record.measurement.error for record in records)


def test_reports_tell_how_candidates_were_trained(tmp_path: Path, generators: Path) -> None:
    page = write_report(generators).read_text()

    assert "Each candidate is trained for 2 steps; means over the seeds 0." in page
    assert best(generators) in page
    again = search(tmp_path / "again", toy_generators(tmp_path, algorithm="random"))
    assert write_comparison([generators, again.path], tmp_path / "out").is_file()


def test_a_pick_has_the_weights_of_its_training(generators: Path) -> None:
    picked = Pick.open(generators, best(generators))

    card = picked.export()

    assert picked.as_measured.name == "trained.onnx"
    assert card.training["step"] == 2
    assert card.training["search"]["candidate"] == picked.record.id
    assert picked.sizes.family == "tpsr"


def test_a_picked_generator_of_a_discriminator_is_trained_further_against_it(
    tmp_path: Path, generators: Path
) -> None:
    photos = tmp_path / "photos"
    finetune = FinetuneRecipe(
        folder=str(photos), steps=3, patch_px=8, batch_size=2, precision="fp32"
    )
    recipe = toy_discriminators(tmp_path, generators, finetune=finetune, budget=1)
    run = search(tmp_path / "discriminators", recipe).path
    [record] = CandidateFiles(run).all()
    picked = Pick.open(run, record.id)

    picked.finetune(token=CancelToken(), report=lambda _: None)

    trained = load_recipe(picked.training / "recipe.yaml")
    assert isinstance(trained, GanRecipe)
    assert trained.discriminator.channels == record.genes.genes["channels"]
    assert picked.export().training["step"] == 3


def test_a_recipe_without_a_discriminator_has_none_to_search(
    tmp_path: Path, generators: Path
) -> None:
    recipe = toy_discriminators(tmp_path, generators)
    assert recipe.training is not None
    training = msgspec.to_builtins(recipe.training)
    training["recipe"] = {**training["recipe"], "type": "psnr"}
    for name in ("discriminator", "perceptual"):
        del training["recipe"][name]

    with pytest.raises(ConfigError, match="no discriminator to search"):
        search(tmp_path / "run", toy_discriminators(tmp_path, generators, training=training))


def test_a_search_without_candidates_has_no_generator_yet(tmp_path: Path) -> None:
    recipe = toy_generators(tmp_path)
    empty = RunFolder.create_at(tmp_path / "empty", recipe_yaml=dump_search(recipe))

    with pytest.raises(ConfigError, match="no candidate that meets"):
        search(tmp_path / "run", toy_discriminators(tmp_path, empty.path))


def test_ranks_of_inherited_weights_need_a_supernet(generators: Path) -> None:
    with pytest.raises(ConfigError, match="inherit no weights"):
        require_supernet(open_job(generators))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"training": None}, "either a supernet or how candidates are trained"),
        ({"space": None}, "needs choices"),
        ({"fits_tail": True}, "inherited weights are fitted"),
        ({"supernet": {"run_folder": "x"}}, "either a supernet or"),
    ],
)
def test_a_search_has_either_a_supernet_or_a_training(
    tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    with pytest.raises(msgspec.ValidationError, match=said):
        toy_generators(tmp_path, **changes)
