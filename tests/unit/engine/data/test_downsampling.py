from __future__ import annotations

import numpy as np
import pytest

from engine.config.degradation import DegradationName, DegradationRecipe, named_degradation
from engine.core.images import ImageU8
from engine.data.downsampling import (
    build_downsampling,
    crop_to_multiple,
    downsample_bicubic,
)
from engine.imaging.pixel_values import to_float
from engine.imaging.resample.bicubic import resize_bicubic


def noise(height: int, width: int) -> ImageU8:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)


def test_bicubic_downsampling_is_the_field_s_resampling_rounded_once() -> None:
    hr = noise(24, 36)

    lr = downsample_bicubic(hr, 3)

    exact = resize_bicubic(to_float(hr), height_px=8, width_px=12) * 255
    assert lr.dtype == np.uint8
    assert np.abs(lr - exact.clip(0, 255)).max() <= 0.5001


@pytest.mark.parametrize("name", ["clean", "light", "mild", "strong"])
def test_one_seed_and_number_give_one_picture_at_any_scale(name: DegradationName) -> None:
    hr = noise(24, 36)
    downsample = build_downsampling(named_degradation(name), seed=1)
    again = build_downsampling(named_degradation(name), seed=1)

    for scale in (2, 4):
        lr = downsample(hr, scale, number=7)
        assert lr.shape == (24 // scale, 36 // scale, 3)
        assert lr.dtype == np.uint8
        assert np.array_equal(lr, again(hr, scale, number=7))


def test_numbers_and_seeds_change_the_draws_of_a_degradation_alone() -> None:
    hr, recipe = noise(32, 32), DegradationRecipe(kind="real")
    downsample = build_downsampling(recipe, seed=1)

    lr = downsample(hr, 4, number=7)

    assert not np.array_equal(lr, downsample(hr, 4, number=8))
    assert not np.array_equal(lr, build_downsampling(recipe, seed=2)(hr, 4, number=7))
    clean = build_downsampling(DegradationRecipe(), seed=1)
    assert np.array_equal(clean(hr, 4, number=7), clean(hr, 4, number=8))


def test_pictures_are_cropped_at_their_ends() -> None:
    picture = noise(13, 10)

    assert np.array_equal(crop_to_multiple(picture, 4), picture[:12, :8])
    assert crop_to_multiple(picture, 1).shape == picture.shape
