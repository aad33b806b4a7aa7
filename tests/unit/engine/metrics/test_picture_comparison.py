from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from engine.core.errors import ShapeMismatchError
from engine.core.images import ImageUint
from engine.imaging.pixel_values import to_float
from engine.imaging.raster import Raster
from engine.metrics import picture_comparison as comparison
from engine.metrics.luma import to_luma
from engine.metrics.picture_comparison import compare_rasters, draw_difference
from engine.metrics.psnr import psnr_db
from engine.metrics.ssim import ssim
from tests.helpers.tiny_models import layers_of


@pytest.fixture
def pair() -> tuple[ImageUint, ImageUint]:
    random = np.random.default_rng(3)
    first = random.integers(0, 256, (90, 40, 3), dtype=np.uint8)
    noise = random.integers(-20, 20, first.shape)
    return first, np.clip(first + noise, 0, 255).astype(np.uint8)


def raster(pixels: ImageUint, folder: Path) -> Raster:
    return layers_of(pixels, folder).color


@pytest.mark.parametrize("border_px", [0, 4])
def test_bands_give_the_figures_of_the_whole_picture(
    tmp_path: Path,
    pair: tuple[ImageUint, ImageUint],
    border_px: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The smallest band has 40 rows: the pictures need three.
    monkeypatch.setattr(comparison, "_BAND_PIXELS", 1)
    found = compare_rasters(*(raster(pixels, tmp_path) for pixels in pair), border_px=border_px)
    sr, hr = (to_float(pixels) for pixels in pair)
    y_sr, y_hr = to_luma(sr), to_luma(hr)
    assert found.psnr_rgb_db == pytest.approx(psnr_db(sr, hr, border_px=border_px))
    assert found.psnr_y_db == pytest.approx(psnr_db(y_sr, y_hr, border_px=border_px))
    assert found.ssim_rgb == pytest.approx(ssim(sr, hr, border_px=border_px))
    assert found.ssim_y == pytest.approx(ssim(y_sr, y_hr, border_px=border_px))
    assert (found.width_px, found.height_px) == (40 - 2 * border_px, 90 - 2 * border_px)


def test_equal_pictures_are_equal(tmp_path: Path, pair: tuple[ImageUint, ImageUint]) -> None:
    found = compare_rasters(raster(pair[0], tmp_path), raster(pair[0], tmp_path))
    assert math.isinf(found.psnr_y_db)
    assert (found.max_levels, found.mean_levels, found.ssim_y) == (0.0, 0.0, 1.0)


def test_gray_equals_its_copy_in_rgb(tmp_path: Path) -> None:
    gray = np.arange(240, dtype=np.uint8).reshape(15, 16, 1)
    found = compare_rasters(raster(gray, tmp_path), raster(gray.repeat(3, axis=2), tmp_path))
    assert found.max_levels == 0


def test_sixteen_bits_are_compared_with_eight(tmp_path: Path) -> None:
    eight = np.full((12, 12, 3), 200, dtype=np.uint8)
    sixteen = (eight.astype(np.uint16)) * 257
    found = compare_rasters(raster(eight, tmp_path), raster(sixteen, tmp_path))
    assert found.max_levels == pytest.approx(0, abs=1e-4)


def test_tiny_pictures_have_no_ssim(tmp_path: Path) -> None:
    one = np.zeros((1, 1, 3), dtype=np.uint8)
    found = compare_rasters(raster(one, tmp_path), raster(one + 255, tmp_path))
    assert (found.ssim_y, found.ssim_rgb, found.max_levels) == (None, None, 255)


def test_pictures_of_two_sizes_cannot_be_compared(tmp_path: Path) -> None:
    first, second = np.zeros((4, 5, 3), dtype=np.uint8), np.zeros((5, 4, 3), dtype=np.uint8)
    with pytest.raises(ShapeMismatchError, match="5 x 4 and 4 x 5"):
        compare_rasters(raster(first, tmp_path), raster(second, tmp_path))
    with pytest.raises(ShapeMismatchError, match="leaves nothing"):
        compare_rasters(raster(first, tmp_path), raster(first, tmp_path), border_px=2)


def test_the_drawing_is_the_difference_times_the_gain(tmp_path: Path) -> None:
    first = np.full((3, 4, 3), 100, dtype=np.uint8)
    second = first.copy()
    second[0, 0] = (101, 90, 200)
    target = raster(np.zeros((3, 4, 3), dtype=np.uint8), tmp_path)
    draw_difference(raster(first, tmp_path), raster(second, tmp_path), target, gain=10)
    drawn = target.read(target.whole)
    assert drawn[0, 0].tolist() == [10, 100, 255]
    assert drawn.sum() == 365
