"""Tests of the consistency meter."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.core.cancellation import CancelToken
from engine.core.errors import JobCancelled
from engine.imaging.pixel_values import to_float, to_uint
from engine.imaging.resample.bicubic import resize_bicubic
from engine.inference.job import raster_resize
from engine.inference.job.consistency import measure_consistency
from tests.helpers.tiny_models import layers_of, soft_picture


def test_meter_equals_the_difference_of_whole_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raster_resize, "_SOURCE_WINDOW_PX", 32)
    sr = to_uint(soft_picture(80, 60, seed=1), np.uint16)
    lr = to_uint(soft_picture(20, 15, seed=2), np.uint16)
    got = measure_consistency(layers_of(sr, tmp_path), layers_of(lr, tmp_path))
    gap = 255 * np.abs(resize_bicubic(to_float(sr), height_px=20, width_px=15) - to_float(lr))
    assert got.max_levels == pytest.approx(gap.max(), abs=1e-2)
    assert got.mean_levels == pytest.approx(gap.mean(), abs=1e-3)


def test_downscaling_itself_is_consistent(tmp_path: Path) -> None:
    sr = to_uint(soft_picture(48, 48), np.uint8)
    lr = to_uint(resize_bicubic(to_float(sr), height_px=16, width_px=16), np.uint8)
    got = measure_consistency(layers_of(sr, tmp_path), layers_of(lr, tmp_path))
    assert got.max_levels <= 0.51


def test_meter_can_be_cancelled(tmp_path: Path) -> None:
    token = CancelToken()
    token.cancel()
    layers = layers_of(np.zeros((8, 8, 3), np.uint8), tmp_path)
    with pytest.raises(JobCancelled):
        measure_consistency(layers, layers, token=token)
