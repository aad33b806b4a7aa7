from __future__ import annotations

import numpy as np
import pytest

from engine.core.images import ImageU8
from engine.inference.restoration.features import crop_features
from tests.helpers.leaf_pictures import blurred, compressed, leaf_picture, with_noise

CROP = leaf_picture(height=96, width=96)
FLAT = np.full((96, 96, 3), 128, np.uint8)
# Groups in the order in which they are joined.
NOISE, BLUE, RED = slice(5), slice(5, 9), slice(9, 13)
FADING = slice(25, 33)
ZEROS_ON_GRID = slice(41, 45)
BORDERS, LARGEST_BORDER = slice(45, 48), 48
FLAT_NEAR_EDGES, FLAT_ELSEWHERE = 49, 51


def _features(*crops: ImageU8) -> np.ndarray:
    return crop_features(np.stack(crops))


def test_each_crop_is_rated_for_itself() -> None:
    other = with_noise(CROP, 9)

    both = _features(CROP, other)

    assert both.shape == (2, 56)
    np.testing.assert_allclose(both[0], _features(CROP)[0], atol=1e-4)
    np.testing.assert_allclose(both[1], _features(other)[0], atol=1e-4)


@pytest.mark.parametrize("value", [0, 128, 255])
def test_flat_crops_have_finite_features(value: int) -> None:
    assert np.isfinite(_features(np.full((96, 96, 3), value, np.uint8))).all()


def test_the_noise_of_a_flat_crop_is_measured() -> None:
    gray = with_noise(FLAT[:, :, :1], 4).repeat(3, axis=2)

    found = 2 ** _features(gray)[0, NOISE] - 0.1

    # Percentiles of the blocks lie around the deviation.
    assert found[0] < 4 < found[-1]
    assert found[2:4].mean() == pytest.approx(4, rel=0.15)


def test_color_noise_shows_in_chroma_and_gray_noise_does_not() -> None:
    gray, color = (with_noise(FLAT[:, :, :channels], 6) for channels in (1, 3))
    gray = gray.repeat(3, axis=2)

    features = _features(gray, color)

    for chroma in (BLUE, RED):
        assert features[1, chroma].mean() > features[0, chroma].mean() + 3


def test_detail_of_a_blurred_crop_fades_faster() -> None:
    features = _features(CROP, blurred(CROP, 1.0))

    assert features[1, FADING].mean() < features[0, FADING].mean() - 0.5


@pytest.mark.parametrize("quality", [30, 60, 85])
def test_compression_shows_on_the_grid_of_the_file(quality: int) -> None:
    stored = compressed(leaf_picture(height=104, width=104), quality)

    on_grid, off_grid = _features(stored[:96, :96], stored[4:100, 4:100])

    assert on_grid[ZEROS_ON_GRID].sum() > off_grid[ZEROS_ON_GRID].sum() + 0.1


def test_the_grid_of_a_cut_picture_is_found_elsewhere() -> None:
    stored = compressed(leaf_picture(height=104, width=104), 25)

    cut, plain = _features(stored[3:99, 6:102], CROP)

    assert cut[LARGEST_BORDER] > plain[LARGEST_BORDER] + 0.2


@pytest.mark.parametrize("quality", [60, 80, 90])
def test_compression_leaves_waves_beside_letters_and_not_far_from_them(quality: int) -> None:
    page = np.full((96, 96, 3), 255, np.uint8)
    page[40:44, 20:60] = 0
    page[30:56, 38:42] = 0

    sharp, saved = _features(page, compressed(page, quality))

    assert sharp[FLAT_NEAR_EDGES] == sharp[FLAT_ELSEWHERE] == 1
    assert saved[FLAT_NEAR_EDGES] < 0.75
    assert saved[FLAT_ELSEWHERE] > 0.9


def test_borders_of_blocks_show_as_steps() -> None:
    on_grid = _features(compressed(CROP, 25), CROP)

    assert on_grid[0, BORDERS].max() > on_grid[1, BORDERS].max() + 0.2
