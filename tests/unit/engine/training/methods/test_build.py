"""Every method trains, resumes exactly, and updates what it should update and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import msgspec
import pytest
import torch

from engine.config.recipes import AnyRecipe, PsnrRecipe
from engine.core.errors import ConfigError, JobCancelled
from engine.runs.events import Checkpoint
from tests.helpers.tiny_methods import (
    METHODS,
    TEACHER,
    differs,
    losses,
    train,
    weights,
)
from tests.helpers.training import Recorder, new_run


def test_every_kind_of_recipe_is_tried_here(tmp_path: Path) -> None:
    tried = {type(tiny(tmp_path)) for tiny in METHODS.values()}

    # The tests of the loop train PSNR.
    assert {*tried, PsnrRecipe} == set(get_args(AnyRecipe))


@pytest.mark.parametrize("method", list(METHODS))
def test_every_term_is_reported_at_every_step(tmp_path: Path, method: str) -> None:
    folder = new_run(tmp_path)

    train(METHODS[method](tmp_path), folder)

    assert all(list(values) == [1, 2, 3] for values in losses(folder, method).values())


@pytest.mark.parametrize("method", list(METHODS))
def test_an_interrupted_run_equals_the_uninterrupted_one(tmp_path: Path, method: str) -> None:
    recipe = METHODS[method](tmp_path)
    whole, halved = new_run(tmp_path, "whole"), new_run(tmp_path, "halved")
    train(recipe, whole)

    with pytest.raises(JobCancelled):
        train(recipe, halved, Recorder(cancel_at=Checkpoint))
    train(recipe, halved)

    assert losses(halved, method) == losses(whole, method)
    assert not differs(weights(whole, 3, "averaged"), weights(halved, 3, "averaged"))


@pytest.mark.parametrize("method", ["gan", "mfagan", "dial-gan"])
def test_generator_and_discriminator_are_updated_also_in_parts_of_a_batch(
    tmp_path: Path, method: str
) -> None:
    recipe = msgspec.structs.replace(METHODS[method](tmp_path), accumulate=2)
    folder = new_run(tmp_path)

    train(recipe, folder)

    for name in ("generator", "discriminator"):
        assert differs(weights(folder, 2, name), weights(folder, 3, name))


@pytest.mark.parametrize("method", ["distill", "mfagan", "supernet", "slim"])
def test_no_method_imitates_random_weights_unasked(tmp_path: Path, method: str) -> None:
    unnamed = msgspec.structs.replace(TEACHER, random=False)
    recipe = msgspec.structs.replace(METHODS[method](tmp_path), teacher=unnamed)

    with pytest.raises(ConfigError, match="names none"):
        train(recipe, new_run(tmp_path))


@pytest.mark.parametrize("method", ["dial", "dial-gan", "dial-distill"])
def test_both_ends_of_a_dial_are_trained(tmp_path: Path, method: str) -> None:
    folder = new_run(tmp_path)

    train(METHODS[method](tmp_path), folder)

    for name in ("generator", "averaged"):
        trained = weights(folder, 3, name)
        ends = [
            {n: t for n, t in trained.items() if n.startswith(end)} for end in ("ends.0", "ends.1")
        ]
        assert len(ends[0]) == len(ends[1]) == len(trained) / 2
        # They started equal and are told different pictures.
        assert any(
            not torch.equal(tensor, ends[1][n.replace("ends.0", "ends.1")])
            for n, tensor in ends[0].items()
        )
