from __future__ import annotations

import numpy as np
import pytest

from engine.core.restoration import (
    blur_error_levels,
    jpeg_error_levels,
    jpeg_quality_of,
    restoration_value,
)


def value(noise: float = 0.0, blur: float = 0.0, jpeg: float = 0.0) -> float:
    return float(
        restoration_value(noise_sigma_levels=noise, blur_error_levels=blur, jpeg_error_levels=jpeg)
    )


def test_a_clean_picture_needs_no_restoration() -> None:
    assert value() == 0
    assert float(jpeg_error_levels(100)) == 0
    assert float(blur_error_levels(0, scale=4)) == 0


def test_sixteen_levels_of_error_need_all_and_more_needs_no_more() -> None:
    assert value(noise=4) == pytest.approx(0.5)
    assert value(noise=16) == 1
    assert value(noise=60) == 1


def test_errors_add_up_as_variances() -> None:
    assert value(noise=3, blur=4) == pytest.approx(value(jpeg=5))


def test_the_measured_errors_are_returned_and_interpolated() -> None:
    assert jpeg_error_levels([95, 90, 50]) == pytest.approx([1.75, 2.95, 7.05])
    assert blur_error_levels([0.5, 1.5, 3.0], scale=4) == pytest.approx([0.44, 3.67, 8.89])
    assert blur_error_levels([0.5, 1.5], scale=2) == pytest.approx([1.47, 8.39])
    assert float(jpeg_error_levels(92.5)) == pytest.approx((2.5 * 5 + 1.75) / 6)
    assert 3.67 < float(blur_error_levels(1.5, scale=3)) < 8.39


def test_worse_quality_and_more_blur_leave_more_error() -> None:
    assert bool((np.diff(jpeg_error_levels(np.arange(30, 101))) < 0).all())
    for scale in (2, 3, 4):
        assert bool((np.diff(blur_error_levels(np.linspace(0, 6, 40), scale=scale)) > 0).all())


def test_the_quality_is_found_again_from_its_error() -> None:
    qualities = np.arange(30, 101)

    assert jpeg_quality_of(jpeg_error_levels(qualities)) == pytest.approx(qualities)
    assert float(jpeg_quality_of(50)) == 30
