"""SSIM against its definition."""

from __future__ import annotations

import numpy as np
import pytest
from typing_extensions import override

from engine.core.errors import ShapeMismatchError
from engine.metrics.ssim import ssim
from tests.contracts.metric_contract import Metric, MetricContract


class TestSsimContract(MetricContract):
    @override
    @pytest.fixture
    def metric(self) -> Metric:
        return ssim


def test_one_window_equals_the_formula() -> None:
    random = np.random.default_rng(4)
    x = random.random((11, 11, 1), dtype=np.float32)
    y = (x * 0.7 + 0.2 * random.random((11, 11, 1), dtype=np.float32)).astype(np.float32)
    axis = np.exp(-((np.arange(11) - 5) ** 2) / 4.5)
    window = np.outer(axis, axis) / np.outer(axis, axis).sum()
    a, b = x[:, :, 0].astype(np.float64), y[:, :, 0].astype(np.float64)
    mean_a, mean_b = (window * a).sum(), (window * b).sum()
    variance_a = (window * a * a).sum() - mean_a**2
    variance_b = (window * b * b).sum() - mean_b**2
    covariance = (window * a * b).sum() - mean_a * mean_b
    expected = ((2 * mean_a * mean_b + 1e-4) * (2 * covariance + 9e-4)) / (
        (mean_a**2 + mean_b**2 + 1e-4) * (variance_a + variance_b + 9e-4)
    )

    assert ssim(x, y) == pytest.approx(expected, abs=1e-9)


def test_equal_pictures_score_one() -> None:
    hr = np.random.default_rng(0).random((16, 16, 3), dtype=np.float32)

    assert ssim(hr, hr) == pytest.approx(1)


def test_a_picture_smaller_than_the_window_is_refused() -> None:
    tiny = np.zeros((10, 30, 1), np.float32)

    with pytest.raises(ShapeMismatchError, match="30x10"):
        ssim(tiny, tiny)
