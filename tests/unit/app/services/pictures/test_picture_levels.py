from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.services.pictures.picture_levels import (
    BicubicLevels,
    RasterLevels,
    level_count,
    level_size,
    shrink,
    to_rgb,
)
from engine.api import ImageUint, Raster, Region
from engine.imaging.resample.bicubic import resize_bicubic


def _smooth_codes(height_px: int, width_px: int) -> ImageUint:
    rows, columns = np.mgrid[0:height_px, 0:width_px]
    planes = [rows * 3 % 256, columns * 2 % 256, (rows + columns) % 256]
    return np.stack(planes, axis=2).astype(np.uint8)


@pytest.fixture
def raster(tmp_path: Path) -> Iterator[Raster]:
    with Raster.create(
        height_px=77, width_px=131, channels=3, dtype=np.uint8, scratch_folder=tmp_path
    ) as raster:
        raster.write(raster.whole, _smooth_codes(77, 131))
        yield raster


@pytest.mark.parametrize("level", [0, 1, 2])
def test_a_level_is_the_mean_of_its_pixels(raster: Raster, level: int) -> None:
    picture = RasterLevels(raster)
    step = 1 << level
    region = Region(left=8, top=4, width=12, height=10)

    pixels = picture.read(level, region)

    whole = raster.read(raster.whole).astype(float)
    part = whole[4 * step : 14 * step, 8 * step : 20 * step]
    expected = part.reshape(10, step, 12, step, 3).mean(axis=(1, 3))
    assert np.abs(pixels - expected).max() <= 1.0


@pytest.mark.parametrize("level", [0, 1, 2, 3, 4, 5])
def test_every_level_can_be_read_to_its_last_pixel(raster: Raster, level: int) -> None:
    picture = RasterLevels(raster)
    width, height = level_size(picture, level)

    pixels = picture.read(level, Region(left=0, top=0, width=width, height=height))

    assert pixels.shape == (height, width, 3)


def test_the_sketch_of_a_large_picture_becomes_exact(raster: Raster) -> None:
    picture = RasterLevels(raster)
    region = Region(left=0, top=0, width=16, height=9)
    sketch = picture.read(3, region)

    picture.refine()

    exact = picture.read(3, region)
    whole = raster.read(raster.whole).astype(float)[:72, :128]
    expected = whole.reshape(9, 8, 16, 8, 3).mean(axis=(1, 3))
    assert np.abs(exact - expected).max() <= 1.0
    assert np.abs(sketch - expected).mean() >= np.abs(exact - expected).mean()


def test_the_last_level_fits_one_tile(raster: Raster) -> None:
    picture = RasterLevels(raster)
    picture.width_px, picture.height_px = 16000, 12000

    width, height = level_size(picture, level_count(picture) - 1)

    assert max(width, height) <= 256


@pytest.mark.parametrize(("width_px", "height_px"), [(524, 308), (333, 196)])
def test_a_piece_of_the_enlargement_equals_the_whole_one(
    raster: Raster, width_px: int, height_px: int
) -> None:
    picture = BicubicLevels(RasterLevels(raster), width_px=width_px, height_px=height_px)
    region = Region(left=100, top=60, width=90, height=70)

    pixels = picture.read(0, region)

    photo = raster.read(raster.whole).astype(np.float32)
    whole = np.clip(resize_bicubic(photo, height_px=height_px, width_px=width_px), 0, 255)
    assert np.abs(pixels - whole[60:130, 100:190]).max() <= 0.51


def test_a_level_of_the_photos_own_size_is_the_photo(raster: Raster) -> None:
    picture = BicubicLevels(RasterLevels(raster), width_px=524, height_px=308)
    region = Region(left=0, top=0, width=131, height=77)

    assert np.array_equal(picture.read(2, region), raster.read(raster.whole))


def test_gray_of_16_bit_becomes_rgb_of_8_bit() -> None:
    pixels = np.array([[[0], [65535]]], dtype=np.uint16)

    assert to_rgb(pixels).tolist() == [[[0, 0, 0], [255, 255, 255]]]


@pytest.mark.parametrize("level", [0, 1, 3])
def test_alpha_comes_along_at_every_level(raster: Raster, tmp_path: Path, level: int) -> None:
    with Raster.create(
        height_px=77, width_px=131, channels=1, dtype=np.uint8, scratch_folder=tmp_path
    ) as alpha:
        left_half = Region(left=0, top=0, width=64, height=77)
        alpha.write(left_half, np.full((77, 64, 1), 255, np.uint8))
        picture = RasterLevels(raster, alpha=alpha)
        width, height = level_size(picture, level)

        pixels = picture.read(level, Region(left=0, top=0, width=width, height=height))

        assert pixels.shape == (height, width, 4)
        assert np.all(pixels[:, : 64 >> level, 3] == 255)
        assert np.all(pixels[:, (64 >> level) + 1 :, 3] == 0)


def test_color_under_transparency_does_not_show_in_smaller_levels() -> None:
    # Dark on the left, bright and invisible on the right, in blocks that hold both.
    pixels = np.full((16, 16, 4), (200, 200, 200, 0), np.uint8)
    pixels[:, :6] = (40, 40, 40, 255)

    small = shrink(pixels, 2)

    assert np.abs(small[:, 0].astype(int) - (40, 40, 40, 255)).max() <= 1
    assert np.abs(small[:, 1].astype(int) - (40, 40, 40, 128)).max() <= 1
    assert np.all(small[:, 2:, 3] == 0)


@pytest.fixture
def without_switches() -> Iterator[None]:
    """Let a thread run only while another one lets go of the interpreter's lock by itself."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1000)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("without_switches")
def test_the_window_can_go_on_while_a_large_picture_is_shrunk() -> None:
    pixels = np.full((2048, 2048, 3), 90, np.uint8)
    shrink(pixels, 3)
    turns = 0
    is_over = False

    def take_turns() -> None:
        nonlocal turns
        while not is_over:
            turns += 1
            time.sleep(0)

    window = threading.Thread(target=take_turns)
    window.start()
    seen, end_s = turns, time.monotonic() + 20
    # Once is enough: a busy machine may not give the other thread a processor each time.
    while turns == seen and time.monotonic() < end_s:
        shrink(pixels, 3)
    went_on = turns > seen
    is_over = True
    window.join()

    assert went_on
