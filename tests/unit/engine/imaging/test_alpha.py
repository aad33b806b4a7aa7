from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.core.cancellation import CancelToken
from engine.core.errors import JobCancelled
from engine.core.images import ImageUint
from engine.imaging.alpha import bleed_color, bleed_raster, is_zero
from tests.helpers.pictures import filled_raster, noise


def _disc(size: int, dtype: type = np.uint8) -> tuple[np.ndarray, np.ndarray]:
    """Return a red disc on black that nobody sees, and its alpha."""
    y, x = np.mgrid[:size, :size]
    inside = (x - size / 2) ** 2 + (y - size / 2) ** 2 < (size / 3) ** 2
    white = np.iinfo(dtype).max
    alpha: ImageUint = np.where(inside, white, 0).astype(dtype)[:, :, None]
    color: ImageUint = np.zeros((size, size, 3), dtype)
    color[inside] = (white, white // 5, white // 10)
    return color, alpha


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("size", [1, 2, 3, 33, 64])
def test_color_goes_on_under_transparency(size: int, dtype: type) -> None:
    color, alpha = _disc(max(size, 3), dtype)

    bled = bleed_color(color, alpha)

    visible = color[alpha[:, :, 0] > 0][0].astype(int)
    assert bled.dtype == dtype
    assert np.abs(bled.astype(int) - visible).max() <= 1


def test_visible_pixels_keep_their_pixel_values() -> None:
    color, alpha = noise(31, 17), noise(31, 17, 1, seed=1)
    alpha[alpha < 128] = 0

    bled = bleed_color(color, alpha)

    seen = alpha[:, :, 0] > 0
    np.testing.assert_array_equal(bled[seen], color[seen])


@pytest.mark.parametrize("value", [0, 255])
def test_a_picture_that_is_all_or_not_at_all_visible_stays(value: int) -> None:
    color = noise(6, 5)

    assert bleed_color(color, np.full((6, 5, 1), value, np.uint8)) is color


def test_no_fringe_appears_when_a_cut_out_is_halved_and_doubled() -> None:
    color, alpha = _disc(48)

    bled = bleed_color(color, alpha).astype(np.float32)
    blurred = (bled + np.roll(bled, 1, 0) + np.roll(bled, 1, 1) + np.roll(bled, 1, (0, 1))) / 4

    assert np.abs(blurred - np.array([255, 51, 25])).max() <= 1


def test_a_raster_is_bled_across_its_tiles(tmp_path: Path) -> None:
    color = np.zeros((20, 1100, 3), np.uint8)
    alpha = np.zeros((20, 1100, 1), np.uint8)
    color[:, 505:512], alpha[:, 505:512] = 77, 255

    with filled_raster(color, tmp_path) as pixels, filled_raster(alpha, tmp_path) as opacity:
        bleed_raster(pixels, opacity)
        bled = pixels.read(pixels.whole)

    assert (bled[:, 440:576] == 77).all()
    assert (bled[:, 1030:] == 0).all()


def test_a_raster_without_transparency_is_left_alone(tmp_path: Path) -> None:
    pixels = noise(9, 9)
    opaque = np.full((9, 9, 1), 255, np.uint8)

    with filled_raster(pixels, tmp_path) as color, filled_raster(opaque, tmp_path) as opacity:
        bleed_raster(color, opacity, token=CancelToken())

        np.testing.assert_array_equal(color.read(color.whole), pixels)


def test_bleeding_can_be_cancelled(tmp_path: Path) -> None:
    token = CancelToken()
    token.cancel()
    with (
        filled_raster(noise(9, 9), tmp_path) as color,
        filled_raster(noise(9, 9, 1), tmp_path) as alpha,
        pytest.raises(JobCancelled),
    ):
        bleed_raster(color, alpha, token=token)


def test_one_pixel_that_is_hardly_seen_is_enough_not_to_be_zero(tmp_path: Path) -> None:
    alpha = np.zeros((1030, 3, 1), np.uint16)
    with filled_raster(alpha, tmp_path) as opacity:
        assert is_zero(opacity)
    alpha[1029, 2] = 1
    with filled_raster(alpha, tmp_path) as opacity:
        assert not is_zero(opacity)
        assert not is_zero(opacity, token=CancelToken())


def test_looking_for_something_visible_can_be_cancelled(tmp_path: Path) -> None:
    token = CancelToken()
    token.cancel()
    with filled_raster(noise(9, 9, 1), tmp_path) as alpha, pytest.raises(JobCancelled):
        is_zero(alpha, token=token)
