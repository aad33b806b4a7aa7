"""What every full-reference metric promises."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import pytest

from engine.core.errors import ShapeMismatchError
from engine.core.images import ImageF32


class Metric(Protocol):
    """Measures a picture against its reference."""

    def __call__(self, sr: ImageF32, hr: ImageF32, *, border_px: int = 0) -> float:
        """Return the figure; higher is better."""
        ...


class MetricContract:
    """Subclass this and give the fixture `metric`."""

    @pytest.fixture
    def metric(self) -> Metric:
        raise NotImplementedError

    @pytest.fixture
    def hr(self) -> ImageF32:
        return np.random.default_rng(1).random((24, 19, 3), dtype=np.float32)

    def test_more_noise_is_worse(self, metric: Metric, hr: ImageF32) -> None:
        noise = np.random.default_rng(2).normal(0, 1, hr.shape).astype(np.float32)

        figures = [metric(hr + np.float32(sigma) * noise, hr) for sigma in (0.01, 0.05, 0.2)]

        assert figures == sorted(figures, reverse=True)

    def test_a_damaged_border_does_not_count(self, metric: Metric, hr: ImageF32) -> None:
        sr = hr.copy()
        sr[:2] = sr[-2:] = 0
        sr[:, :2] = sr[:, -2:] = 0

        assert metric(sr, hr, border_px=2) == metric(hr, hr)

    def test_gray_pictures_are_measured_too(self, metric: Metric, hr: ImageF32) -> None:
        assert metric(hr[:, :, 0] * np.float32(0.9), hr[:, :, 0]) < metric(hr[:, :, 0], hr[:, :, 0])

    def test_different_shapes_are_refused(self, metric: Metric, hr: ImageF32) -> None:
        with pytest.raises(ShapeMismatchError, match="cannot be compared"):
            metric(hr[1:], hr)

    def test_a_border_that_leaves_nothing_is_refused(self, metric: Metric, hr: ImageF32) -> None:
        with pytest.raises(ShapeMismatchError, match="border_px=10"):
            metric(hr, hr, border_px=10)
