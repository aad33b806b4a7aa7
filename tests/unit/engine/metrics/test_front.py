from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau

from engine.metrics.front import dominates, front_indices, kendall_tau, regret, tau_interval

LOSSES = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=30)


def test_a_candidate_dominates_what_is_nowhere_better_and_somewhere_worse() -> None:
    assert dominates([1, 2], [1, 3])
    assert not dominates([1, 2], [1, 2])
    assert not dominates([1, 4], [2, 3])


@given(LOSSES)
def test_the_front_is_what_nothing_dominates(losses: list[tuple[int, int]]) -> None:
    front = [losses[place] for place in front_indices(losses)]

    for row in set(losses):
        is_beaten = any(dominates(other, row) for other in losses)
        assert (row in front) != is_beaten
    assert len(set(front)) == len(front)
    assert front == sorted(front)


def test_there_may_be_no_candidates() -> None:
    assert front_indices([]) == []


@given(LOSSES.filter(lambda rows: len({a for a, _ in rows}) > 1 and len({b for _, b in rows}) > 1))
def test_kendall_tau_is_that_of_scipy(rows: list[tuple[int, int]]) -> None:
    one, other = zip(*rows, strict=True)

    assert kendall_tau(one, other) == pytest.approx(kendalltau(one, other).statistic)


def test_kendall_tau_needs_differences_and_pairs() -> None:
    assert math.isnan(kendall_tau([1, 1, 1], [1, 2, 3]))
    with pytest.raises(ValueError, match="two or more"):
        kendall_tau([1], [1])


def test_regret_is_what_the_wrong_winner_lacks() -> None:
    assert regret([1.0, 3.0, 2.0], [30.0, 31.5, 31.75]) == pytest.approx(0.25)
    assert regret([1.0, 3.0, 4.0], [30.0, 31.5, 31.75]) == 0


def test_the_interval_of_a_perfect_ranking_is_narrow_and_of_a_random_one_wide() -> None:
    random = np.random.default_rng(0)
    values, noise = np.arange(24.0), random.normal(size=24)

    assert tau_interval(values, values, rounds=200) == (1.0, 1.0)
    low, high = tau_interval(values, noise, rounds=200)
    assert low < 0 < high
    assert high - low > 0.3
