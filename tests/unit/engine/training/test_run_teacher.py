"""A run learns from an ONNX network's pictures of its photos."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
import torch

from engine.config.degradation import DegradationRecipe
from engine.config.parts import DistillWeights
from engine.config.recipes import TrainRecipe
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError, JobCancelled
from engine.data.batch import join_batches
from engine.data.teacher_pictures import TeacherPictures
from engine.runs.events import Checkpoint, Noted
from engine.runs.summary import series
from engine.training import onnx_teacher, run_teacher
from engine.training.batch_source import build_batch_source, build_sampler
from engine.training.run_photos import open_store
from engine.training.run_teacher import open_teacher_pictures
from tests.helpers.onnx_teachers import (
    distill_from,
    with_teacher,
    write_teacher,
)
from tests.helpers.tiny_methods import differs, distill, mfagan, slim, supernet, train, weights
from tests.helpers.training import Recorder, new_run, write_photos

PICTURES = DistillWeights(output=1, pixel=1)
TAUGHT: dict[str, Callable[[Path, Path], TrainRecipe]] = {
    "distill": lambda folder, path: with_teacher(distill(folder), path, weights=PICTURES),
    "mfagan": lambda folder, path: with_teacher(mfagan(folder), path, distill=PICTURES),
    "supernet": lambda folder, path: with_teacher(supernet(folder), path, weights=PICTURES),
    "slim": lambda folder, path: with_teacher(slim(folder), path),
}


@pytest.fixture
def teacher(tmp_path: Path) -> Path:
    return write_teacher(tmp_path / "big.onnx")


def notes(recorder: Recorder) -> list[str]:
    return [
        event.text
        for event in recorder.events
        if isinstance(event, Noted) and event.code == "teacher-pictures"
    ]


def pictures(tmp_path: Path) -> dict[Path, int]:
    found = (tmp_path / "cache").rglob("*-by-*.npy")
    return {path: path.stat().st_mtime_ns for path in found}


@pytest.mark.parametrize("method", list(TAUGHT))
def test_every_distilling_method_learns_and_resumes_exactly(
    tmp_path: Path, teacher: Path, method: str
) -> None:
    recipe = TAUGHT[method](tmp_path, teacher)
    whole, halved = new_run(tmp_path, "whole"), new_run(tmp_path, "halved")
    train(recipe, whole)

    with pytest.raises(JobCancelled):
        train(recipe, halved, Recorder(cancel_at=Checkpoint))
    train(recipe, halved)

    assert list(series(halved, "loss_output")) == [1, 2, 3]
    assert series(halved, "loss_output") == series(whole, "loss_output")
    assert not differs(weights(whole, 3, "averaged"), weights(halved, 3, "averaged"))


def test_a_student_learns_the_pictures_and_not_the_photos(tmp_path: Path, teacher: Path) -> None:
    recipe = distill_from(tmp_path, teacher, weights=DistillWeights(output=1), checkpoint_every=60)
    longer = msgspec.structs.replace(recipe.schedule, steps=60, learning_rate=1e-2)
    folder = new_run(tmp_path)

    train(msgspec.structs.replace(recipe, schedule=longer), folder)

    values = list(series(folder, "loss_output").values())
    # Its teacher is a quarter darker than any photo; a student of the photos would stay so far.
    assert sum(values[-5:]) < 0.5 * sum(values[:5])


def test_a_second_run_makes_no_picture(tmp_path: Path, teacher: Path) -> None:
    first, second = Recorder(), Recorder()
    train(distill_from(tmp_path, teacher), new_run(tmp_path, "a"), first)
    made = pictures(tmp_path)

    train(distill_from(tmp_path, teacher), new_run(tmp_path, "b"), second)

    assert notes(first) == ["Teacher big.onnx: 3 pictures to make once, 0 in the cache."]
    assert notes(second) == ["Teacher big.onnx: 0 pictures to make once, 3 in the cache."]
    assert pictures(tmp_path) == made


def test_a_run_with_all_pictures_never_loads_the_teacher(
    tmp_path: Path, teacher: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(distill_from(tmp_path, teacher), new_run(tmp_path, "a"))

    def refuse(*_arguments: object, **_options: object) -> None:
        raise AssertionError("the teacher was loaded")

    monkeypatch.setattr(onnx_teacher, "NetworkUpscaler", refuse)
    monkeypatch.setattr(onnx_teacher, "probe_network", refuse)
    folder = new_run(tmp_path, "b")
    train(distill_from(tmp_path, teacher), folder)

    assert (folder.checkpoints / "step-3").is_dir()


def test_processes_that_train_together_begin_with_different_photos(
    tmp_path: Path, teacher: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = distill_from(tmp_path, teacher)
    store = open_store(recipe)
    orders: list[list[int]] = []
    monkeypatch.setattr(
        TeacherPictures, "make", lambda self, numbers, **options: orders.append(list(numbers))
    )
    monkeypatch.setattr(run_teacher, "process_count", lambda: 3)

    for number in range(3):
        monkeypatch.setattr(run_teacher, "rank", lambda number=number: number)
        open_teacher_pictures(recipe, store, token=CancelToken(), report=lambda event: None)

    # Each makes what the others have not made meanwhile, so none waits for another.
    assert orders == [[0, 1, 2], [1, 2, 0], [2, 0, 1]]


def test_no_picture_is_made_of_photos_that_are_smaller_than_a_patch(
    tmp_path: Path, teacher: Path
) -> None:
    recipe, recorder = distill_from(tmp_path, teacher), Recorder()
    write_photos(tmp_path / "photos" / "small", count=1, side_px=20)

    train(recipe, new_run(tmp_path), recorder)

    assert notes(recorder) == ["Teacher big.onnx: 3 pictures to make once, 0 in the cache."]


def test_a_run_refuses_another_teacher_of_the_same_name(tmp_path: Path, teacher: Path) -> None:
    recipe, folder = distill_from(tmp_path, teacher), new_run(tmp_path)
    with pytest.raises(JobCancelled):
        train(recipe, folder, Recorder(cancel_at=Checkpoint))
    write_teacher(teacher, gain=0.5)

    with pytest.raises(ConfigError, match=r"teacher\.onnx=.*is not the file"):
        train(recipe, folder)


@pytest.mark.parametrize("pool_batches", [1, 2])
def test_the_target_of_degraded_patches_is_the_picture_of_the_clean_photo(
    tmp_path: Path, teacher: Path, pool_batches: int
) -> None:
    recipe = distill_from(tmp_path, teacher)
    harsh = DegradationRecipe(kind="real", pool_batches=pool_batches, sharpen_target=False)
    degraded = msgspec.structs.replace(
        recipe, data=msgspec.structs.replace(recipe.data, degradation=harsh)
    )
    store = open_store(recipe)
    made = open_teacher_pictures(degraded, store, token=CancelToken(), report=lambda event: None)
    assert made is not None
    sampler = build_sampler(recipe, store, made)
    clean = join_batches([sampler.batch(step) for step in range(pool_batches)])

    source = build_batch_source(degraded, store, torch.device("cpu"), teacher=made)
    batch = join_batches([source(step) for step in range(pool_batches)])

    assert clean.teacher_sr is not None
    assert batch.teacher_sr is not None
    for number, hr in enumerate(batch.hr):
        # Batches of a block are shuffled, so each patch is found again by its photo.
        same = next(place for place, other in enumerate(clean.hr) if other.equal(hr))
        assert batch.teacher_sr[number].equal(clean.teacher_sr[same])
        assert not batch.lr[number].equal(clean.lr[same])


@pytest.mark.parametrize(
    ("method", "change", "message"),
    [
        ("distill", {"weights": DistillWeights(feature=1)}, r"weights\.feature: needs a teacher"),
        ("distill", {"weights": DistillWeights(affinity=1)}, r"weights\.affinity: needs a teacher"),
        ("distill", {"inherit": True}, "inherit: needs a teacher"),
        ("mfagan", {"distill": DistillWeights(feature=1)}, r"distill\.feature: needs a teacher"),
        ("supernet", {"weights": DistillWeights(feature=1)}, r"weights\.feature: needs a teacher"),
        ("supernet", {"inherit": True}, "inherit: needs a teacher"),
    ],
)
def test_what_needs_the_inside_of_a_teacher_is_refused(
    tmp_path: Path, teacher: Path, method: str, change: dict[str, object], message: str
) -> None:
    recipe = msgspec.structs.replace(TAUGHT[method](tmp_path, teacher), **change)

    with pytest.raises(ConfigError, match=f"{message}.*teacher.weights instead"):
        train(recipe, new_run(tmp_path))
