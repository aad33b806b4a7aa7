from __future__ import annotations

import numpy as np
import pytest

from engine.core.restoration_scale import (
    blur_error_levels,
    blur_sigma_of,
    jpeg_error_levels,
    jpeg_quality_of,
    restoration_of,
)


def _restoration(*, noise: float = 0.0, blur: float = 0.0, jpeg: float = 0.0) -> float:
    return float(restoration_of(noise_levels=noise, blur_levels=blur, jpeg_levels=jpeg))


def test_a_clean_picture_needs_no_restoration() -> None:
    assert _restoration() == 0
    assert jpeg_error_levels(100) == 0
    assert blur_error_levels(0, scale=4) == 0


def test_the_errors_add_up_as_variances() -> None:
    # √(3² + 4²) = 5, and the root of that a quarter.
    assert _restoration(noise=3, jpeg=4) == pytest.approx(np.sqrt(5) / 4)
    assert _restoration(noise=2, blur=2, jpeg=1) == pytest.approx(np.sqrt(3) / 4)


def test_the_value_ends_at_1() -> None:
    assert _restoration(noise=16) == 1
    assert _restoration(noise=90) == 1


@pytest.mark.parametrize("part", ["noise", "blur", "jpeg"])
def test_more_of_any_error_needs_more(part: str) -> None:
    values = [_restoration(**{part: level}) for level in (0, 0.5, 2, 8)]

    assert values == sorted(set(values))


def test_lower_quality_and_wider_blur_leave_more_error() -> None:
    assert np.all(np.diff(jpeg_error_levels(np.arange(30, 101))) < 0)
    for scale in (2, 3, 4):
        assert np.all(np.diff(blur_error_levels(np.arange(0.1, 4, 0.1), scale=scale)) > 0)


def test_quality_and_blur_are_found_back_from_their_errors() -> None:
    qualities, sigmas = np.array([30, 62, 88, 96]), np.array([0.4, 1.1, 2.2])

    assert jpeg_quality_of(jpeg_error_levels(qualities)) == pytest.approx(qualities)
    for scale in (2, 3, 4):
        levels = blur_error_levels(sigmas, scale=scale)
        assert blur_sigma_of(levels, scale=scale) == pytest.approx(sigmas)


def test_blur_of_one_width_in_lr_leaves_about_the_same_error_at_each_scale() -> None:
    at_2, at_3, at_4 = (float(blur_error_levels(0.5 * scale, scale=scale)) for scale in (2, 3, 4))

    assert at_3 == pytest.approx(at_4)
    assert at_2 == pytest.approx(at_4, rel=0.15)


def test_pictures_of_a_batch_are_rated_each_for_itself() -> None:
    values = restoration_of(
        noise_levels=np.array([0, 4]), blur_levels=np.zeros(2), jpeg_levels=np.zeros(2)
    )

    assert values == pytest.approx([0, 0.5])
