"""Tests of the rasters of one picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.core.errors import DiskFullError
from engine.imaging.raster import Raster
from engine.inference.job.layers import Layers
from tests.helpers.tiny_models import layers_of


def test_layers_like_another_have_its_channels_depth_and_alpha(tmp_path: Path) -> None:
    source = layers_of(np.zeros((4, 5, 1), np.uint16), tmp_path, np.zeros((4, 5, 1), np.uint16))
    with Layers.like(source, width_px=10, height_px=8, scratch_folder=tmp_path) as made:
        assert made.alpha is not None
        assert (made.color.channels, made.alpha.channels) == (1, 1)
        assert (made.color.width_px, made.alpha.height_px) == (10, 8)
        assert made.color.dtype == np.uint16
    with pytest.raises(ValueError, match="closed"):
        made.alpha.read(made.alpha.whole)


def test_colors_are_freed_when_there_is_no_room_for_alpha(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = layers_of(np.zeros((4, 5, 3), np.uint8), tmp_path, np.zeros((4, 5, 1), np.uint8))
    made: list[Raster] = []
    create = Raster.create

    def create_once(**arguments: object) -> Raster:
        if made:
            raise DiskFullError("full")
        made.append(create(**arguments))  # type: ignore[arg-type]
        return made[0]

    monkeypatch.setattr(Raster, "create", create_once)
    with pytest.raises(DiskFullError):
        Layers.like(source, width_px=10, height_px=8, scratch_folder=tmp_path)
    with pytest.raises(ValueError, match="closed"):
        made[0].read(made[0].whole)
