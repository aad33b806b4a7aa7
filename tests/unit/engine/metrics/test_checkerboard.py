"""A checkerboard is measured, and detail is not taken for one."""

from __future__ import annotations

import numpy as np
import pytest

from engine.core.images import ImageF32
from engine.metrics.checkerboard import checkerboard_levels


def smooth(side: int = 64) -> ImageF32:
    x = np.linspace(0, 2 * np.pi, side, dtype=np.float32)
    waves = 0.5 + 0.2 * np.outer(np.sin(x), np.cos(x))
    return np.repeat(waves[..., None], 3, axis=2).astype(np.float32)


def test_a_smooth_picture_has_no_checkerboard() -> None:
    assert checkerboard_levels(smooth(), scale=4) < 0.01


def test_detail_without_a_pattern_hardly_counts() -> None:
    noise = np.random.default_rng(0).random((256, 256, 3), dtype=np.float32)

    assert checkerboard_levels(noise, scale=4) < 1.5  # of a spread of 55 levels


@pytest.mark.parametrize("scale", [2, 4])
def test_a_pattern_counts_as_strong_as_it_is(scale: int) -> None:
    picture = smooth()
    ripple = np.indices(picture.shape[:2]).sum(axis=0) % 2 * 2 - 1
    rippled = picture + (3 / 255) * ripple[..., None].astype(np.float32)

    swing = 219 / 255  # of luma, which has less room than RGB
    assert checkerboard_levels(rippled, scale=scale) == pytest.approx(3 * swing, abs=0.02)


def test_what_is_left_over_at_the_border_does_not_count() -> None:
    wider = np.concatenate([smooth(), np.ones((64, 3, 3), dtype=np.float32)], axis=1)

    assert checkerboard_levels(wider, scale=4) == checkerboard_levels(smooth(), scale=4)
