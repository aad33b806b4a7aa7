"""Pictures that set the ranges of an int8 file are made as in training."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.config.degradation import DegradationRecipe
from engine.core.errors import ConfigError
from engine.export.calibration import calibration_patches
from tests.helpers.training import write_photos

CLEAN, REAL = DegradationRecipe(), DegradationRecipe(kind="real")


def test_patches_are_lr_pictures(tmp_path: Path) -> None:
    photos = write_photos(tmp_path, count=2, side_px=64)

    patches = calibration_patches(photos, scale=4, degradation=CLEAN)

    assert [patch.shape for patch in patches] == [(1, 3, 16, 16)] * 2
    assert all(patch.dtype == np.float32 for patch in patches)
    assert all(0 <= patch.min() < patch.max() <= 1 for patch in patches)


def test_patches_of_a_network_for_degraded_photos_are_degraded(tmp_path: Path) -> None:
    photos = write_photos(tmp_path, count=1, side_px=64)
    clean = calibration_patches(photos, scale=4, degradation=CLEAN)
    degraded = calibration_patches(photos, scale=4, degradation=REAL)
    again = calibration_patches(photos, scale=4, degradation=REAL)

    assert np.abs(degraded[0] - clean[0]).mean() > 0.01
    np.testing.assert_array_equal(degraded[0], again[0])


def test_a_folder_without_photos_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        calibration_patches(tmp_path, scale=4, degradation=CLEAN)
