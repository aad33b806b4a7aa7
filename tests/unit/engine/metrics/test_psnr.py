"""PSNR against values worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from typing_extensions import override

from engine.metrics.psnr import psnr_db
from tests.contracts.metric_contract import Metric, MetricContract


class TestPsnrContract(MetricContract):
    @override
    @pytest.fixture
    def metric(self) -> Metric:
        return psnr_db


def test_an_error_of_a_tenth_is_twenty_decibels() -> None:
    hr = np.zeros((4, 4, 1), np.float32)

    assert psnr_db(hr + np.float32(0.1), hr) == pytest.approx(20, abs=1e-5)


def test_equal_pictures_have_no_noise() -> None:
    hr = np.ones((2, 2, 3), np.float32)

    assert psnr_db(hr, hr) == math.inf
