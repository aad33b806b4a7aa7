from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
import torch

from engine.config.degradation import DegradationRecipe
from engine.config.parts import DialRecipe
from engine.config.recipes import PsnrRecipe
from engine.core.errors import ConfigError
from engine.data.photo_store import PhotoStore
from engine.runs.events import Event, Warned
from engine.training.batch_source import build_batch_source
from engine.training.run_photos import open_store
from tests.helpers.training import tiny_recipe, write_photos

CPU = torch.device("cpu")


@pytest.fixture
def recipe(tmp_path: Path) -> PsnrRecipe:
    return tiny_recipe(tmp_path)


def degraded(recipe: PsnrRecipe, *, pool_batches: int = 1) -> PsnrRecipe:
    degradation = DegradationRecipe(kind="real", pool_batches=pool_batches)
    data = msgspec.structs.replace(recipe.data, degradation=degradation)
    return msgspec.structs.replace(recipe, data=data)


@pytest.fixture
def store(recipe: PsnrRecipe) -> PhotoStore:
    return open_store(recipe)


@pytest.mark.parametrize("pool_batches", [0, 1, 3])
def test_a_batch_depends_on_its_step_alone(
    recipe: PsnrRecipe, store: PhotoStore, pool_batches: int
) -> None:
    if pool_batches:
        recipe = degraded(recipe, pool_batches=pool_batches)
    forward, jump = (build_batch_source(recipe, store, CPU) for _ in range(2))

    batches = [forward(step) for step in range(5)]
    again = jump(4)

    assert torch.equal(batches[4].lr, again.lr)
    assert torch.equal(batches[4].hr, again.hr)
    assert not torch.equal(batches[3].hr, again.hr)


def test_a_degraded_batch_shows_the_same_patches_as_a_clean_one(
    recipe: PsnrRecipe, store: PhotoStore
) -> None:
    clean = build_batch_source(recipe, store, CPU)(0)
    noisy = build_batch_source(degraded(recipe), store, CPU)(0)

    assert noisy.lr.shape == clean.lr.shape == (2, 3, 8, 8)
    assert torch.equal(noisy.hr, clean.hr)
    assert not torch.equal(noisy.lr, clean.lr)


def test_photos_that_are_smaller_than_a_patch_are_named(recipe: PsnrRecipe, tmp_path: Path) -> None:
    write_photos(tmp_path / "photos" / "small", count=1, side_px=12)
    reported: list[Event] = []

    build_batch_source(recipe, open_store(recipe), CPU, report=reported.append)

    (warning,) = reported
    assert isinstance(warning, Warned)
    assert "1 of 4 photos are smaller than a patch (16 x 16 px)" in warning.text
    assert "0.png" in warning.text


def dialed(recipe: PsnrRecipe, *, group: int = 2, pool_batches: int = 3) -> PsnrRecipe:
    changed = degraded(recipe, pool_batches=pool_batches)
    return msgspec.structs.replace(changed, dial=DialRecipe(group=group))


def test_batches_for_a_dial_tell_the_restoration_value_of_each_group(
    recipe: PsnrRecipe, store: PhotoStore
) -> None:
    recipe = dialed(recipe)
    source = build_batch_source(recipe, store, CPU)

    values = [source(step).inputs[1].tolist() for step in range(6)]
    again = build_batch_source(recipe, store, CPU)(5)

    assert all(0 <= first == second <= 1 for first, second in values)
    assert len({first for first, _ in values}) > 2
    assert again.inputs[1].tolist() == values[5]


def test_batches_without_a_dial_tell_none(recipe: PsnrRecipe, store: PhotoStore) -> None:
    assert build_batch_source(degraded(recipe), store, CPU)(0).restoration is None


def test_a_dial_needs_no_pool(recipe: PsnrRecipe, store: PhotoStore) -> None:
    batch = build_batch_source(dialed(recipe, pool_batches=1), store, CPU)(0)

    assert batch.restoration is not None
    assert len(set(batch.restoration.tolist())) == 1


def test_each_process_needs_whole_groups(
    recipe: PsnrRecipe, store: PhotoStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("batch_source", "processes"):
        monkeypatch.setattr(f"engine.training.{module}.process_count", lambda: 2)

    with pytest.raises(ConfigError, match=r"dial\.group=2: the 3 pictures"):
        build_batch_source(dialed(recipe), store, CPU)
