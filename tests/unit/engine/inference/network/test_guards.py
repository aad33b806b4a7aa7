"""Tests of the guards against broken output."""

from __future__ import annotations

import numpy as np
import pytest

from engine.core.images import ImageF32
from engine.inference.network.guards import find_fault
from tests.helpers.tiny_models import soft_picture


def enlarge(lr: ImageF32) -> ImageF32:
    return lr.repeat(2, axis=0).repeat(2, axis=1)


@pytest.mark.parametrize("size", [(1, 1), (3, 50), (17, 23), (64, 64)])
def test_good_enlargement_has_no_fault(size: tuple[int, int]) -> None:
    lr = soft_picture(*size)
    assert find_fault(lr, enlarge(lr)) is None


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_single_value_that_is_no_number_is_a_fault(bad: float) -> None:
    lr = soft_picture(16, 16)
    sr = enlarge(lr).copy()
    sr[5, 5, 1] = bad
    assert find_fault(lr, sr) == "values that are not numbers"


@pytest.mark.parametrize("flat", [0.0, 0.5, 1.0])
def test_one_flat_color_for_a_picture_with_contrast_is_a_fault(flat: float) -> None:
    lr = soft_picture(16, 16)
    assert find_fault(lr, np.full((32, 32, 3), flat, np.float32)) == "one flat color"


def test_flat_sky_may_stay_flat() -> None:
    sky = np.full((16, 16, 3), 0.7, np.float32)
    assert find_fault(sky, enlarge(sky)) is None


def test_black_for_a_flat_picture_is_a_fault() -> None:
    sky = np.full((16, 16, 3), 0.7, np.float32)
    fault = find_fault(sky, np.zeros((32, 32, 3), np.float32))
    assert fault is not None
    assert "off by 178" in fault


def test_a_picture_of_something_else_is_a_fault() -> None:
    lr = np.zeros((32, 32, 3), np.float32)
    lr[:, 16:] = 1
    assert find_fault(lr, enlarge(lr[:, ::-1])) == (
        "a picture that is off by 255 of 255 levels on average"
    )


def test_smoothed_noise_is_no_fault() -> None:
    lr = np.random.default_rng(0).uniform(0, 1, (64, 64, 3)).astype(np.float32)
    smooth = np.full((128, 128, 3), 0.5, np.float32)
    smooth[::2] += 0.02
    assert find_fault(lr, smooth) is None
