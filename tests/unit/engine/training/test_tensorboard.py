from __future__ import annotations

import sys
from pathlib import Path

import msgspec
import pytest

from engine.config.recipes import TrainRecipe
from engine.core.errors import MissingExtraError
from engine.runs.run_folder import RunFolder
from engine.training.methods.build import build_method
from engine.training.run import run_training
from tests.helpers.training import Recorder, new_run, tiny_recipe


def train(recipe: TrainRecipe, folder: RunFolder, recorder: Recorder | None = None) -> Recorder:
    recorder = recorder or Recorder()
    run_training(recipe, folder, build_method=build_method, token=recorder.token, report=recorder)
    return recorder


def test_tensorboard_gets_figures_and_pictures(tmp_path: Path) -> None:
    recipe = msgspec.structs.replace(tiny_recipe(tmp_path), tensorboard=True)
    folder = new_run(tmp_path)

    train(recipe, folder)

    (file,) = (folder.path / "tensorboard").iterdir()
    content = file.read_bytes()
    assert content.count(b"loss_l1") == 4
    assert b"sample/0" in content


def test_tensorboard_without_its_package_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tensorboardX", None)
    recipe = msgspec.structs.replace(tiny_recipe(tmp_path), tensorboard=True)

    with pytest.raises(MissingExtraError, match=r"mfagan-studio\[tensorboard\]"):
        train(recipe, new_run(tmp_path))
