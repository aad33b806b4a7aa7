from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.judging.davidson import (
    FIRST,
    PRIOR_SD,
    SECOND,
    TIE,
    chances,
    fit_davidson,
    fit_strengths,
    pairs_of,
)

_COUNTS = arrays(np.float64, (3, 3), elements=st.integers(0, 30).map(float))


def test_equal_networks_win_equally_often() -> None:
    first, second, tie = chances(0.0, 0.0)

    assert (first, second, tie) == pytest.approx((1 / 3, 1 / 3, 1 / 3))


def test_chances_are_those_of_the_paper() -> None:
    # Davidson (1970): a / (a + b + v * sqrt(a * b)), with worths a and b.
    a, b, v = 3.0, 0.5, 0.8
    total = a + b + v * math.sqrt(a * b)

    found = chances(math.log(a) - math.log(b), math.log(v))

    assert found == pytest.approx([a / total, b / total, v * math.sqrt(a * b) / total])


def test_two_networks_without_ties_have_the_strengths_of_the_logistic_curve() -> None:
    counts = np.zeros((1, 3))
    counts[0, FIRST], counts[0, SECOND] = 3000, 1000

    strengths = fit_davidson(counts, 2).strengths

    # So many answers leave nothing of the prior: log(3000 / 1000).
    assert strengths[0] - strengths[1] == pytest.approx(math.log(3), abs=2e-3)


def test_the_fit_is_where_the_posterior_has_no_slope() -> None:
    random = np.random.default_rng(3)
    counts = random.integers(0, 9, (6, 3)).astype(float)
    fit = fit_davidson(counts, 4)

    def log_posterior(point: np.ndarray) -> float:
        value = -float((point**2).sum()) / (2 * PRIOR_SD**2)
        for row, (one, other) in zip(counts, pairs_of(4), strict=True):
            value += float(row @ np.log(chances(point[one] - point[other], float(point[4]))))
        return value

    point = np.append(fit.strengths, fit.tie_log)
    slopes = [
        (log_posterior(point + step) - log_posterior(point - step)) / 2e-5
        for step in np.eye(5) * 1e-5
    ]
    assert slopes == pytest.approx([0] * 5, abs=1e-4)


def test_a_network_that_always_wins_stays_finite() -> None:
    counts = np.zeros((1, 3))
    counts[0, FIRST] = 1e6

    strengths = fit_davidson(counts, 2).strengths

    assert 2 < strengths[0] - strengths[1] < 20


def test_without_answers_all_are_equal() -> None:
    fit = fit_davidson(np.zeros((3, 3)), 3)

    assert fit.strengths == pytest.approx([0, 0, 0])
    assert np.diag(fit.covariance) == pytest.approx(PRIOR_SD**2 * (1 - 1 / 3))


@given(_COUNTS)
def test_strengths_add_up_to_nothing_and_the_covariance_is_one(counts: np.ndarray) -> None:
    fit = fit_davidson(counts, 3)

    assert fit.strengths.sum() == pytest.approx(0, abs=1e-8)
    assert np.linalg.eigvalsh(fit.covariance).min() > -1e-9


@given(_COUNTS)
def test_turning_all_answers_around_turns_all_strengths_around(counts: np.ndarray) -> None:
    turned = counts[:, [SECOND, FIRST, TIE]]

    assert fit_davidson(turned, 3).strengths == pytest.approx(
        -fit_davidson(counts, 3).strengths, abs=1e-7
    )


@given(_COUNTS, st.permutations([0, 1, 2]))
def test_the_order_of_the_networks_does_not_matter(counts: np.ndarray, order: list[int]) -> None:
    pairs = pairs_of(3)
    mixed = np.zeros_like(counts)
    for row, (one, other) in enumerate(pairs):
        places = order.index(one), order.index(other)
        answers = counts[row] if places[0] < places[1] else counts[row][[SECOND, FIRST, TIE]]
        mixed[pairs.index((min(places), max(places)))] = answers

    strengths = fit_davidson(counts, 3).strengths

    assert fit_davidson(mixed, 3).strengths == pytest.approx(strengths[order], abs=1e-7)


@given(st.lists(_COUNTS, min_size=1, max_size=4))
def test_many_fits_at_once_are_those_one_by_one(sets: list[np.ndarray]) -> None:
    together = fit_strengths(np.stack(sets), 3)

    for row, counts in zip(together, sets, strict=True):
        assert row == pytest.approx(fit_davidson(counts, 3).strengths, abs=1e-6)
