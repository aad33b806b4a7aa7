"""A run resumes with the weights that it started to learn from, or not at all."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
import torch
from safetensors.torch import save_file

from engine.config.parts import GeneratorRecipe, TeacherRecipe
from engine.config.recipes import DistillRecipe
from engine.core.errors import ConfigError, JobCancelled
from engine.models.generators.build import build_generator
from engine.runs.events import Checkpoint
from engine.training.run_weights import RECORD_NAME, keep_weights, recorded_hashes
from tests.helpers.float_networks import install_float_dial
from tests.helpers.tiny_methods import dial, distill, quantize_dial, train
from tests.helpers.training import Recorder, new_run

SIZES = GeneratorRecipe(family="rrdbnet", scale=2, channels=4, blocks=1)


def write_weights(path: Path, sizes: GeneratorRecipe, seed: int) -> str:
    torch.manual_seed(seed)
    save_file(build_generator(sizes).state_dict(), path)
    return str(path)


def recipe_of(tmp_path: Path) -> DistillRecipe:
    recipe = distill(tmp_path)
    teacher = write_weights(tmp_path / "teacher.safetensors", SIZES, 1)
    start = write_weights(tmp_path / "start.safetensors", recipe.generator, 1)
    return msgspec.structs.replace(
        recipe, init_weights=start, teacher=TeacherRecipe(generator=SIZES, weights=teacher)
    )


def test_another_teacher_of_the_same_name_is_refused_and_the_same_is_accepted(
    tmp_path: Path,
) -> None:
    recipe, folder = recipe_of(tmp_path), new_run(tmp_path)
    with pytest.raises(JobCancelled):
        train(recipe, folder, Recorder(cancel_at=Checkpoint))
    write_weights(tmp_path / "teacher.safetensors", SIZES, 2)

    with pytest.raises(ConfigError, match=r"teacher\.weights=.*is not the file"):
        train(recipe, folder)

    write_weights(tmp_path / "teacher.safetensors", SIZES, 1)
    train(recipe, folder)
    assert (folder.checkpoints / "step-3").is_dir()


def test_initial_weights_may_be_gone_once_the_run_has_a_checkpoint(tmp_path: Path) -> None:
    recipe, folder = recipe_of(tmp_path), new_run(tmp_path)
    with pytest.raises(JobCancelled):
        train(recipe, folder, Recorder(cancel_at=Checkpoint))
    (tmp_path / "start.safetensors").unlink()

    train(recipe, folder)

    assert (folder.checkpoints / "step-3").is_dir()


def test_a_record_that_cannot_be_read_is_named_with_the_way_out(tmp_path: Path) -> None:
    recipe, folder = recipe_of(tmp_path), new_run(tmp_path)
    (folder.path / RECORD_NAME).write_text("[1]")

    with pytest.raises(ConfigError, match=r"weights\.json: .*delete it"):
        train(recipe, folder)


def test_both_starts_of_a_dial_are_recorded(tmp_path: Path) -> None:
    recipe, folder = dial(tmp_path), new_run(tmp_path)
    starts = [write_weights(tmp_path / f"{n}.safetensors", recipe.generator, n) for n in (1, 2)]
    recipe = msgspec.structs.replace(recipe, init_weights=tuple(starts))

    keep_weights(recipe, folder, resumes=False)

    hashes = recorded_hashes(folder)
    assert sorted(hashes) == ["init_weights.0", "init_weights.1"]
    write_weights(tmp_path / "2.safetensors", recipe.generator, 3)
    with pytest.raises(ConfigError, match=r"init_weights\.1=.*is not the file"):
        keep_weights(recipe, folder, resumes=False)
    keep_weights(recipe, folder, resumes=True)


def test_every_corner_that_is_tuned_for_8_bits_must_stay_the_same(tmp_path: Path) -> None:
    recipe, folder = quantize_dial(tmp_path), new_run(tmp_path)

    keep_weights(recipe, folder, resumes=False)

    labels = ("r0f0", "r0f1", "r1f0", "r1f1")
    assert set(recorded_hashes(folder)) == {f"float_weights.{label}" for label in labels}
    install_float_dial(recipe.float_weights, seed=7)
    with pytest.raises(ConfigError, match=r"float_weights\.r0f0=.*is not the file"):
        keep_weights(recipe, folder, resumes=True)
