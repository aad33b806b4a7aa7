from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from engine.config.recipes import TrainRecipe
from engine.imaging.codecs.rgb8 import load_rgb8
from engine.runs.events import (
    Sample,
)
from engine.runs.run_folder import RunFolder
from engine.training.methods.build import build_method
from engine.training.run import run_training
from tests.helpers.training import Recorder, new_run, tiny_recipe, write_photos


def train(recipe: TrainRecipe, folder: RunFolder, recorder: Recorder | None = None) -> Recorder:
    recorder = recorder or Recorder()
    run_training(recipe, folder, build_method=build_method, token=recorder.token, report=recorder)
    return recorder


@pytest.mark.parametrize("has_validation", [True, False])
def test_samples_show_the_same_crop_at_every_validation(
    tmp_path: Path, *, has_validation: bool
) -> None:
    recipe = msgspec.structs.replace(
        tiny_recipe(tmp_path),
        validate_every=2,
        validation_folder=str(write_photos(tmp_path / "validation")) if has_validation else None,
    )
    folder = new_run(tmp_path)

    events = train(recipe, folder).events

    said = [(event.step, event.path) for event in events if isinstance(event, Sample)]
    assert said == [(2, "samples/step-2/0.png"), (4, "samples/step-4/0.png")]
    wanted = load_rgb8(folder.path / "samples" / "hr" / "0.png")
    assert all(load_rgb8(folder.path / path).shape == wanted.shape for _, path in said)
    assert load_rgb8(folder.path / "samples" / "lr" / "0.png").shape == (24, 24, 3)
