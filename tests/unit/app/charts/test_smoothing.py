from __future__ import annotations

import numpy as np
import pytest

from app.charts.smoothing import MovingAverage


def _by_definition(values: list[float], weight: float) -> list[float]:
    """Return the average as its definition says: a loop over all pairs of values."""
    averages = []
    for last in range(len(values)):
        pairs = [(weight ** (last - i), values[i]) for i in range(last + 1)]
        known = [(factor, value) for factor, value in pairs if not np.isnan(value)]
        if np.isnan(values[last]):
            averages.append(np.nan)
        else:
            averages.append(sum(f * v for f, v in known) / sum(f for f, _ in known))
    return averages


@pytest.mark.parametrize("weight", [0.3, 0.9, 0.99])
@pytest.mark.parametrize("missing", [0.0, 0.4])
def test_each_average_weighs_the_values_before_it(weight: float, missing: float) -> None:
    rng = np.random.default_rng(3)
    values = rng.normal(size=300)
    values[rng.random(300) < missing] = np.nan

    found = MovingAverage(weight).extend(values)

    np.testing.assert_allclose(found, _by_definition(values.tolist(), weight), rtol=1e-6)


def test_no_smoothing_returns_the_values() -> None:
    values = np.array([1.0, np.nan, 3.0])

    np.testing.assert_array_equal(MovingAverage(0).extend(values), values)


@pytest.mark.parametrize("cut", [1, 100, 4096, 9999])
def test_values_in_parts_give_the_same_averages(cut: int) -> None:
    values = np.random.default_rng(4).normal(size=10_000)
    average = MovingAverage(0.95)

    parts = [average.extend(values[:cut]), average.extend(values[cut:])]

    np.testing.assert_allclose(np.concatenate(parts), MovingAverage(0.95).extend(values))


def test_constant_values_stay_constant_from_the_first_one_on() -> None:
    found = MovingAverage(0.99).extend(np.full(20_000, 7.0))

    np.testing.assert_allclose(found, 7.0)


def test_values_before_the_first_known_one_are_missing() -> None:
    found = MovingAverage(0.9).extend(np.array([np.nan, np.inf, 2.0, 4.0]))

    assert np.isnan(found[:2]).all()
    assert found[2] == 2
    assert found[3] == pytest.approx((4 + 0.9 * 2) / 1.9)
