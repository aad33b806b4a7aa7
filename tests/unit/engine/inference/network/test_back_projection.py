"""Tests of back-projection."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.core.images import ImageF32
from engine.core.tiling import Region
from engine.imaging.pixel_values import to_float, to_uint
from engine.imaging.resample.bicubic import resize_bicubic
from engine.inference.network.back_projection import BackProjected, back_project
from engine.inference.network.network_upscaler import NetworkUpscaler
from engine.inference.network.selection import plan_network
from tests.helpers.tiny_models import soft_picture, tiny_model

WHERE = Region(left=0, top=0, width=24, height=20)


def photo_like(height_px: int, width_px: int) -> ImageF32:
    """Return a picture with soft and hard edges, black and white areas, 8-bit values."""
    large = np.zeros((height_px * 4, width_px * 4, 3), np.float32)
    large[height_px:, width_px : 3 * width_px] = 1
    large[:, :width_px] = np.linspace(0, 1, height_px * 4, dtype=np.float32)[:, None, None]
    rng = np.random.default_rng(0)
    large[: 2 * height_px, 2 * width_px :] = rng.uniform(0.3, 0.7)
    lr = resize_bicubic(large, height_px=height_px, width_px=width_px)
    return to_float(to_uint(lr, np.uint8))


@pytest.mark.parametrize("scale", [2, 3, 4])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_the_downscaled_result_equals_the_original_within_one_level(
    scale: int, dtype: type[np.uint8] | type[np.uint16]
) -> None:
    lr = photo_like(32, 40)
    sr = np.full((32 * scale, 40 * scale, 3), 0.4, np.float32)
    sr[:, : 20 * scale] = 0.9
    exact = to_float(to_uint(back_project(sr, lr, scale=scale), dtype))
    downscaled = resize_bicubic(exact, height_px=32, width_px=40)
    assert np.abs(downscaled - lr).max() * 255 <= 1


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (3, 2)])
def test_tiny_pictures_are_projected_too(size: tuple[int, int]) -> None:
    lr = soft_picture(*size)
    sr = np.full((size[0] * 4, size[1] * 4, 3), 0.5, np.float32)
    downscaled = resize_bicubic(back_project(sr, lr, scale=4), height_px=size[0], width_px=size[1])
    assert np.abs(downscaled - lr).max() * 255 <= 1


def test_result_that_fits_already_is_left_alone() -> None:
    lr = np.full((10, 10, 3), 0.25, np.float32)
    sr = np.full((20, 20, 3), 0.25, np.float32)
    np.testing.assert_allclose(back_project(sr, lr, scale=2), sr, atol=1e-6)


def test_a_picture_that_nothing_downscales_to_ends_after_the_last_step() -> None:
    lr = (np.indices((16, 16)).sum(axis=0) % 2).astype(np.float32)[:, :, None]
    before = resize_bicubic(lr.repeat(2, 0).repeat(2, 1), height_px=16, width_px=16)
    sr = back_project(lr.repeat(2, 0).repeat(2, 1), lr, scale=2)
    after = resize_bicubic(sr, height_px=16, width_px=16)
    assert np.abs(after - lr).mean() <= np.abs(before - lr).mean()
    assert sr.min() >= 0
    assert sr.max() <= 1


def test_back_projected_network_keeps_its_scale_and_asks_for_more_context(tmp_path: Path) -> None:
    faithful = NetworkUpscaler(plan_network(tiny_model(tmp_path)))
    upscaler = BackProjected(faithful)
    assert (upscaler.scale, upscaler.size_multiple) == (2, 1)
    assert upscaler.overlap_px == faithful.overlap_px + 12
