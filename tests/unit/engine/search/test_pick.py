from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import onnxruntime as ort
import pytest
import torch

from engine.catalog.card_file import read_card
from engine.config.search import FinetuneRecipe
from engine.config.search_file import dump_search
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError, UnknownNameError
from engine.runs.candidate_files import CandidateFiles
from engine.runs.measured_latency import read_measured
from engine.search.devices.profile_files import encode_profile
from engine.search.pick import Pick, find_record
from engine.search.run import run_search
from tests.helpers.device_profiles import measured_profile
from tests.helpers.toy_search import save_photos, toy_recipe, toy_run


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A finished search of three candidates."""
    photos = save_photos(tmp_path / "training", count=3)
    finetune = FinetuneRecipe(
        folder=str(photos), steps=2, patch_px=8, batch_size=2, precision="fp32"
    )
    recipe = toy_recipe(tmp_path, budget=3, population=2, finetune=finetune)
    folder = toy_run(tmp_path, recipe)
    run_search(recipe, folder, token=CancelToken(), report=lambda _: None)
    return folder.path


def first_id(run: Path) -> str:
    return CandidateFiles(run).all()[0].id


def test_the_picked_network_is_the_slice_that_was_measured(run: Path) -> None:
    picked = Pick.open(run, first_id(run)[:6])
    lr = np.random.default_rng(0).random((1, 3, 12, 10), dtype=np.float32)

    [sr] = ort.InferenceSession(picked.as_measured).run(None, {"lr": lr})

    with torch.inference_mode():
        wanted = picked.network()(torch.from_numpy(lr)).numpy()
    np.testing.assert_allclose(sr, wanted, atol=1e-5)
    quality = picked.job.evaluator.quality.crops.psnr_y_db(picked.network())
    assert quality == pytest.approx(picked.record.measurement.metrics["psnr_y_db"], abs=1e-9)


def test_a_pick_is_exported_with_genes_and_inherited_weights(run: Path) -> None:
    picked = Pick.open(run, first_id(run))

    card = picked.export()

    stored = read_card(picked.folder / "model" / f"{card.id}.json")
    facts = stored.training["search"]
    assert facts["candidate"] == picked.record.id
    assert facts["genes"]["channels"] == picked.record.genes.genes["channels"]
    assert stored.training["start"] == "weights inherited from a supernet"


def test_a_pick_is_trained_further_from_its_inherited_weights(run: Path) -> None:
    picked = Pick.open(run, first_id(run))

    picked.finetune(token=CancelToken(), report=lambda _: None)
    card = picked.export()

    assert picked.is_trained
    assert card.training["step"] == 2
    assert card.training["start"] == "inherited.onnx"
    assert card.params == picked.record.measurement.metrics["params"]


def test_training_further_needs_a_recipe_for_it(tmp_path: Path, run: Path) -> None:
    recipe = msgspec.structs.replace(Pick.open(run, first_id(run)).job.recipe, finetune=None)
    (run / "recipe.yaml").write_text(dump_search(recipe))

    with pytest.raises(ConfigError, match="how to train a candidate further"):
        Pick.open(run, first_id(run)).finetune(token=CancelToken(), report=lambda _: None)


def test_a_prediction_for_another_runtime_is_not_compared_with_a_measured_latency(
    tmp_path: Path,
) -> None:
    profile = measured_profile()
    other = msgspec.structs.replace(
        profile, runtime=msgspec.structs.replace(profile.runtime, version="0.0.1")
    )
    file = tmp_path / "device.json"
    file.write_bytes(encode_profile(other))
    recipe = toy_recipe(
        tmp_path,
        budget=1,
        profile=str(file),
        objectives=("psnr_y_db", "latency_ms"),
        height_px=other.height_px,
        width_px=other.width_px,
    )
    folder = toy_run(tmp_path, recipe)
    run_search(recipe, folder, token=CancelToken(), report=lambda _: None)
    picked = Pick.open(folder.path, first_id(folder.path))

    measured = picked.measure(rounds=2)

    assert picked.record.measurement.metrics["latency_ms"] > 0
    assert measured.predicted_ms is None
    assert "0.0.1" in str(measured.not_compared)
    assert read_measured(picked.folder) == measured


def test_an_unknown_or_ambiguous_id_is_refused(run: Path) -> None:
    files = CandidateFiles(run)

    with pytest.raises(UnknownNameError, match="search front"):
        find_record(files, "zzz")
    with pytest.raises(ConfigError, match="several ids"):
        find_record(files, "")
