from __future__ import annotations

import pytest
import torch

from engine.losses.smooth_areas import smooth_area_weights


def test_even_areas_weigh_more_than_detail() -> None:
    picture = torch.full((1, 3, 40, 40), 0.5)
    picture[..., 20:] += 0.3 * torch.rand(1, 3, 40, 20)

    weights = smooth_area_weights(picture, 3.0)

    assert weights.shape == (1, 1, 40, 40)
    assert weights[..., :12] == pytest.approx(4.0)
    assert weights[..., 28:].max() < 1.2
    assert weights.min() >= 1


def test_an_even_picture_weighs_the_same_at_its_borders() -> None:
    weights = smooth_area_weights(torch.full((2, 3, 16, 16), 0.25), 1.0)

    assert weights == pytest.approx(2.0)


def test_half_of_the_extra_weight_is_left_at_two_levels() -> None:
    # Columns of two values, whose standard deviation within any window is about 2 levels.
    picture = torch.full((1, 3, 36, 36), 0.5)
    picture[..., ::2] += 4 / 255

    weights = smooth_area_weights(picture, 2.0)

    assert weights[..., 8:-8, 8:-8] == pytest.approx(2.0, abs=0.02)


def test_without_extra_weight_all_pixels_are_equal() -> None:
    assert (smooth_area_weights(torch.rand(1, 3, 20, 20), 0.0) == 1).all()
