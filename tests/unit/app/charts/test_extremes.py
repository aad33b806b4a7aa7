from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.charts.extremes import Extremes


def _noise(count: int, *, seed: int = 0, missing: float = 0.0) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=count)
    values[rng.random(count) < missing] = np.nan
    return values


@given(
    count=st.integers(1, 9000),
    columns=st.integers(1, 40),
    missing=st.sampled_from([0.0, 0.3, 1.0]),
    seed=st.integers(0, 5),
)
def test_no_extreme_value_in_view_is_lost(
    count: int, columns: int, missing: float, seed: int
) -> None:
    values = _noise(count, seed=seed, missing=missing)
    edges = np.linspace(0, count, columns + 1).astype(np.int64)

    found = Extremes(values).columns(edges)

    if np.isnan(values).all():
        assert np.isnan(found.low).all()
        return
    assert np.nanmin(found.low) == np.nanmin(values)
    assert np.nanmax(found.high) == np.nanmax(values)


@given(count=st.integers(100, 30000), columns=st.integers(1, 30), seed=st.integers(0, 5))
def test_a_column_has_the_extremes_of_its_points_within_an_eighth_of_its_width(
    count: int, columns: int, seed: int
) -> None:
    values = _noise(count, seed=seed)
    edges = np.linspace(0, count, columns + 1).astype(np.int64)

    found = Extremes(values).columns(edges)

    assert found.index.tolist() == np.flatnonzero(np.diff(edges) > 0).tolist()
    for index, low, high in zip(found.index, found.low, found.high, strict=True):
        first, end = edges[index], edges[index + 1]
        slack = (end - first) // 8 + 1
        inner = values[first + slack : end - slack]
        outer = values[max(first - slack, 0) : end + slack]
        assert low >= outer.min()
        assert high <= outer.max()
        if len(inner):
            assert low <= inner.min()
            assert high >= inner.max()


def test_columns_of_few_points_beside_columns_of_many_are_exact() -> None:
    values = _noise(5000)
    # As on a log axis: each column has more points than the one before.
    edges = np.array([0, 1, 3, 7, 20, 60, 300, 1200, 5000])

    found = Extremes(values).columns(edges)

    for number in range(4):
        part = values[edges[number] : edges[number + 1]]
        assert (found.low[number], found.high[number]) == (part.min(), part.max())
    assert found.low.min() == values.min()
    assert found.high.max() == values.max()


def test_columns_without_points_are_left_out() -> None:
    found = Extremes(np.arange(10.0)).columns(np.array([0, 4, 4, 4, 10]))

    assert found.index.tolist() == [0, 3]
    assert found.low.tolist() == [0, 4]
    assert found.high.tolist() == [3, 9]


def test_only_the_part_between_the_edges_counts() -> None:
    values = np.zeros(40_000)
    values[100], values[39_000] = 9, -9

    found = Extremes(values).columns(np.arange(10_000, 30_001, 1000))

    assert set(found.low) == set(found.high) == {0}


@pytest.mark.parametrize("added", [1, 15, 16, 700, 5000])
def test_a_pyramid_that_grew_equals_one_that_was_built_at_once(added: int) -> None:
    values = _noise(9000 + added, missing=0.2)
    grown = Extremes(values[:9000])

    grown.extend(values)

    edges = np.linspace(0, len(values), 13).astype(np.int64)
    once = Extremes(values).columns(edges)
    found = grown.columns(edges)
    np.testing.assert_array_equal(found.low, once.low)
    np.testing.assert_array_equal(found.high, once.high)
    assert grown.whole() == Extremes(values).whole()
