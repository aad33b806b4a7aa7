from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
import torch

from engine.core.errors import ConfigError
from engine.runs.summary import series
from tests.helpers.tiny_methods import (
    differs,
    omgd,
    train,
    weights,
)
from tests.helpers.training import new_run


def test_online_teachers_are_updated_at_their_own_pace_and_share_layers(tmp_path: Path) -> None:
    folder = new_run(tmp_path)

    train(omgd(tmp_path), folder)

    assert list(series(folder, "loss_wider_pixel")) == [1, 3]
    for name in ("wider", "deeper", "wider_discriminator", "generator"):
        assert differs(weights(folder, 2, name), weights(folder, 3, name))
    one, other = (weights(folder, 3, f"{name}_discriminator") for name in ("wider", "deeper"))
    common = [name for name in one if name.startswith("layers.0.")]
    apart = [name for name in one if name.startswith(("layers.1.", "judge."))]
    assert common
    assert sorted(other) == sorted(apart)  # what is shared is written once
    assert any(not torch.equal(one[name], other[name]) for name in apart)


def test_a_discriminator_without_layers_to_share_is_refused(tmp_path: Path) -> None:
    recipe = msgspec.structs.replace(omgd(tmp_path), shared_layers=3)

    with pytest.raises(ConfigError, match="shared_layers=3"):
        train(recipe, new_run(tmp_path))


def test_the_papers_connector_normalizes_and_cuts_off(tmp_path: Path) -> None:
    folder = new_run(tmp_path)

    train(msgspec.structs.replace(omgd(tmp_path), connector="normalized"), folder)

    assert min(series(folder, "loss_from_wider_channel").values()) > 0
