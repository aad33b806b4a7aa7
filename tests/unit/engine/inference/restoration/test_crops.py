from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.core.images import ImageUint
from engine.imaging.orientation import upright_pixels
from engine.imaging.raster import Raster
from engine.inference.restoration.crops import MAX_CROPS, sample_crops, sample_pixels
from tests.helpers.pictures import filled_raster, noise


def _coordinates(height: int, width: int) -> ImageUint:
    """Return a picture whose first two channels say where a pixel is, in steps of 8."""
    rows, columns = np.mgrid[:height, :width]
    return np.stack([rows // 8, columns // 8, rows % 8 * 8 + columns % 8], axis=2).astype(np.uint8)


def _raster(pixels: ImageUint, folder: Path) -> Raster:
    return filled_raster(pixels, folder)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((96, 96), (1, 96, 96)),
        ((95, 300), (4, 88, 96)),
        ((128, 128), (4, 96, 96)),
        ((97, 103), (1, 96, 96)),
        ((16, 16), (1, 16, 16)),
        ((400, 400), (16, 96, 96)),
        ((1900, 2040), (16, 96, 96)),
        ((200, 2000), (16, 96, 96)),
        ((2000, 97), (16, 96, 96)),
    ],
)
def test_the_crops_fit_the_picture(size: tuple[int, int], expected: tuple[int, int, int]) -> None:
    crops = sample_pixels(noise(*size))

    assert crops.shape == (*expected, 3)
    assert len(crops) <= MAX_CROPS


@pytest.mark.parametrize("size", [(15, 200), (200, 8), (1, 1)])
def test_a_tiny_picture_has_no_crop(size: tuple[int, int]) -> None:
    assert len(sample_pixels(noise(*size))) == 0


@pytest.mark.parametrize("size", [(701, 1003), (99, 130), (1000, 403)])
def test_crops_begin_on_the_grid_and_reach_over_the_picture(size: tuple[int, int]) -> None:
    crops = sample_pixels(_coordinates(*size))

    # The place within a block of 8x8 pixels is the first one in each corner.
    assert (crops[:, 0, 0, 2] == 0).all()
    for axis, side in enumerate(size):
        ends = crops[:, -1, -1, axis].max(), crops[:, 0, 0, axis].min()
        middle = 8 * (int(ends[0]) + int(ends[1])) / 2
        assert abs(middle - side / 2) < 16


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_tag_of_orientation_does_not_change_the_crops(orientation: int, tmp_path: Path) -> None:
    stored = noise(203, 331)
    upright = upright_pixels(stored, orientation)

    with _raster(upright, tmp_path) as raster:
        crops = sample_crops(raster, orientation=orientation)

    np.testing.assert_array_equal(crops, sample_pixels(stored))


def test_gray_and_16_bits_become_rgb_of_8_bits() -> None:
    pixels = noise(64, 64)

    deep = sample_pixels(pixels.astype(np.uint16) * 257)
    gray = sample_pixels(pixels[:, :, :1])

    np.testing.assert_array_equal(deep[0], pixels)
    np.testing.assert_array_equal(gray[0], pixels[:, :, :1].repeat(3, axis=2))


def test_transparent_parts_are_not_looked_at(tmp_path: Path) -> None:
    pixels, alpha = _coordinates(400, 400), np.zeros((400, 400, 1), np.uint8)
    alpha[:, :200] = 255

    with _raster(pixels, tmp_path) as color, _raster(alpha, tmp_path) as opacity:
        crops = sample_crops(color, opacity)
        assert 4 <= len(crops) < MAX_CROPS
        assert crops[:, 0, 0, 1].max() <= 200 // 8

    with _raster(pixels, tmp_path) as color, _raster(0 * alpha, tmp_path) as opacity:
        assert len(sample_crops(color, opacity)) == MAX_CROPS


def test_parts_of_one_color_are_not_looked_at() -> None:
    picture = np.full((400, 400, 3), 7, np.uint8)
    assert len(sample_pixels(picture)) == 0

    # Bars above and below, as of a film.
    picture[150:250] = noise(100, 400)

    crops = sample_pixels(picture)
    assert 4 <= len(crops) < MAX_CROPS
