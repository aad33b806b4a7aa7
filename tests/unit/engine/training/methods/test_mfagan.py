from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from safetensors.torch import load_file

from engine.core.errors import ConfigError
from engine.runs.summary import series
from tests.helpers.tiny_methods import (
    SMALL_D,
    differs,
    mfagan,
    train,
    weights,
)
from tests.helpers.training import new_run


def test_a_trained_teacher_discriminator_never_changes(tmp_path: Path) -> None:
    first, second = new_run(tmp_path, "first"), new_run(tmp_path, "second")
    recipe = mfagan(tmp_path)
    train(recipe, first)
    path = first.checkpoints / "step-3" / "teacher_discriminator.safetensors"

    train(msgspec.structs.replace(recipe, teacher_discriminator_weights=str(path)), second)

    assert series(second, "loss_teacher_discriminator") == {}
    assert not differs(load_file(path), weights(second, 3, "teacher_discriminator"))


def test_discriminators_of_different_depth_are_refused(tmp_path: Path) -> None:
    deeper = msgspec.structs.replace(SMALL_D, layers=2)
    recipe = msgspec.structs.replace(mfagan(tmp_path), teacher_discriminator=deeper)

    with pytest.raises(ConfigError, match="2 layers and teacher_discriminator 3"):
        train(recipe, new_run(tmp_path))
