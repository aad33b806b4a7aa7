"""Tests of resampling between rasters."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.core.cancellation import CancelToken
from engine.core.errors import JobCancelled
from engine.core.tiling import Region
from engine.imaging.pixel_values import to_float, to_uint
from engine.imaging.resample.bicubic import resize_bicubic
from engine.inference.job import raster_resize
from engine.inference.job.layers import Layers
from engine.inference.job.progress import Progress, TileDone
from engine.inference.job.raster_resize import ResampledView, resize_layers
from tests.helpers.tiny_models import layers_of


def noise(height_px: int, width_px: int, channels: int = 3) -> np.ndarray:
    rng = np.random.default_rng(3)
    return rng.integers(0, 256, (height_px, width_px, channels)).astype(np.uint8)


@pytest.mark.parametrize("size", [(20, 31), (61, 7), (100, 130), (150, 90), (1, 1)])
def test_result_equals_that_of_the_whole_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    monkeypatch.setattr(raster_resize, "_SOURCE_WINDOW_PX", 24)
    pixels = noise(60, 80)
    source = layers_of(pixels, tmp_path)
    target = Layers.like(source, height_px=size[0], width_px=size[1], scratch_folder=tmp_path)
    assert resize_layers(source, target) >= 0
    whole = resize_bicubic(to_float(pixels), height_px=size[0], width_px=size[1])
    got = target.color.read(target.color.whole).astype(int)
    assert np.abs(got - to_uint(whole, np.uint8)).max() <= 1


def test_view_gives_floats_of_one_window_only(tmp_path: Path) -> None:
    pixels = noise(60, 80)
    view = ResampledView(layers_of(pixels, tmp_path), height_px=15, width_px=20)
    window, alpha = view.read(Region(left=5, top=3, width=7, height=4))
    whole = resize_bicubic(to_float(pixels), height_px=15, width_px=20)
    np.testing.assert_allclose(window, whole[3:7, 5:12], atol=1e-5)
    assert alpha is None


def test_colors_are_weighted_by_alpha_so_that_no_fringe_appears(tmp_path: Path) -> None:
    color = np.zeros((40, 40, 3), np.uint8)
    color[:, :20] = 200
    alpha = np.zeros((40, 40, 1), np.uint8)
    alpha[:, :20] = 255
    source = layers_of(color, tmp_path, alpha)
    target = Layers.like(source, height_px=13, width_px=13, scratch_folder=tmp_path)
    resize_layers(source, target)
    assert target.alpha is not None
    seen = target.alpha.read(target.alpha.whole)[:, :, 0] > 2
    assert np.abs(target.color.read(target.color.whole)[seen].astype(int) - 200).max() <= 1


def test_opaque_alpha_stays_opaque(tmp_path: Path) -> None:
    source = layers_of(noise(30, 30), tmp_path, np.full((30, 30, 1), 255, np.uint8))
    target = Layers.like(source, height_px=17, width_px=44, scratch_folder=tmp_path)
    resize_layers(source, target)
    assert target.alpha is not None
    assert (target.alpha.read(target.alpha.whole) == 255).all()


def test_windows_and_progress_are_reported_and_cancel_is_heeded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raster_resize, "_SOURCE_WINDOW_PX", 16)
    source = layers_of(noise(40, 40), tmp_path)
    target = Layers.like(source, height_px=20, width_px=20, scratch_folder=tmp_path)
    steps: list[Progress] = []
    seen: list[TileDone] = []
    token = CancelToken()

    def on_tile(tile: TileDone) -> None:
        seen.append(tile)
        if len(seen) == 3:
            token.cancel()

    with pytest.raises(JobCancelled):
        resize_layers(source, target, token=token, on_progress=steps.append, on_tile=on_tile)
    assert (len(seen), len(steps), steps[0].stage) == (3, 3, "resize")
