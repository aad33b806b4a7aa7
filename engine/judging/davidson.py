"""Strengths of networks from answers to pairs, with ties: the model of Davidson.

Of two networks with strengths a and b, and a readiness t to answer "no difference", an eye
answers with chances in the ratio

    first : second : tie  =  exp(a) : exp(b) : exp(t + (a + b) / 2)

Without ties it is the model of Bradley and Terry.

Papers:
    R. A. Bradley and M. E. Terry, "Rank analysis of incomplete block designs: I. The method of
    paired comparisons", Biometrika 39, 1952.
    R. R. Davidson, "On extending the Bradley-Terry model to accommodate ties in paired comparison
    experiments", Journal of the American Statistical Association 65, 1970.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

FIRST, SECOND, TIE = 0, 1, 2
"""Places of the three answers in the last axis of counts."""

PRIOR_SD = 2.0
"""Standard deviation of the normal prior of each strength, and of the readiness for ties.

Between two networks a difference of 2 means 88 % of the decided answers. Weak: it counts about as
much as one answer, and keeps a network that won every time from an infinite strength.
"""

_MOST_STEPS = 100
_LARGEST_STEP = 2.0
_TOLERANCE = 1e-10


@dataclass(frozen=True, slots=True, kw_only=True)
class DavidsonFit:
    """Strengths of networks; they add up to 0.

    Attributes:
        strengths: Natural logarithms, larger is better, ``(networks,)``.
        tie_log: Logarithm of the readiness for ties; 0 gives equal networks a tie in a third of
            the answers.
        covariance: Uncertainty of the strengths by the number of answers, ``(networks, networks)``.
    """

    strengths: Values
    tie_log: float
    covariance: Values


def pairs_of(networks: int) -> list[tuple[int, int]]:
    """Return all pairs of so many networks, in the order that counts have."""
    return list(itertools.combinations(range(networks), 2))


def chances(difference: Values | float, tie_log: float) -> Values:
    """Return how likely the three answers are for a difference of strengths; last axis of 3."""
    half = np.asarray(difference, dtype=float)[..., None] / 2
    return _softmax(np.concatenate([half, -half, np.full_like(half, tie_log)], axis=-1))


def fit_davidson(counts: Values, networks: int) -> DavidsonFit:
    """Return the most likely strengths under the prior.

    Args:
        counts: How often each pair of `pairs_of` was answered with each of the three answers.
        networks: How many there are, at least 2.

    Shape:
        - ``counts``: ``(pairs, 3)``, not negative; fractions are fine.
    """
    design = _design(networks)
    fitted = _maximize(counts[None], design)
    hessian = _curvature(fitted, counts[None], design)[0]
    # The prior alone decides how large all strengths are together, which says nothing.
    centering = np.eye(networks) - 1 / networks
    covariance = np.linalg.inv(hessian)[:networks, :networks]
    return DavidsonFit(
        strengths=fitted[0, :networks],
        tie_log=float(fitted[0, networks]),
        covariance=centering @ covariance @ centering,
    )


def fit_strengths(counts: Values, networks: int) -> Values:
    """Return the strengths for many sets of counts at once.

    Shape:
        - ``counts``: ``(sets, pairs, 3)``.
        - result: ``(sets, networks)``.
    """
    return _maximize(counts, _design(networks))[:, :networks]


def _design(networks: int) -> Values:
    """Return how the three logarithms of a pair follow from strengths and readiness for ties.

    Shape:
        - result: ``(pairs, 3, networks + 1)``.
    """
    pairs = pairs_of(networks)
    design = np.zeros((len(pairs), 3, networks + 1))
    for place, (first, second) in enumerate(pairs):
        design[place, FIRST, first] = 1
        design[place, SECOND, second] = 1
        design[place, TIE, [first, second]] = 0.5
        design[place, TIE, networks] = 1
    return design


def _maximize(counts: Values, design: Values) -> Values:
    """Return the maximum of the posterior for each set, by Newton's method: it has only one."""
    point = np.zeros((len(counts), design.shape[2]))
    totals = counts.sum(axis=2)
    for _ in range(_MOST_STEPS):
        expected = totals[..., None] * _softmax(np.einsum("pok,sk->spo", design, point))
        slope = np.einsum("spo,pok->sk", counts - expected, design) - point / PRIOR_SD**2
        step = np.linalg.solve(_curvature(point, counts, design), slope[..., None])[..., 0]
        # Far from the maximum a whole step may lead past it, and further with every step.
        longest = np.abs(step).max(axis=1, keepdims=True)
        point += step * np.minimum(1, _LARGEST_STEP / np.maximum(longest, _LARGEST_STEP))
        if longest.max() < _TOLERANCE:
            break
    return point


def _curvature(point: Values, counts: Values, design: Values) -> Values:
    """Return minus the second derivatives of the posterior's logarithm, ``(sets, k, k)``."""
    chance = _softmax(np.einsum("pok,sk->spo", design, point))
    totals = counts.sum(axis=2)
    mean = np.einsum("spo,pok->spk", chance, design)
    outer = np.einsum("pok,pol->pokl", design, design)
    squares = np.einsum("spo,pokl->skl", totals[..., None] * chance, outer)
    prior = np.eye(design.shape[2]) / PRIOR_SD**2
    return np.asarray(squares - np.einsum("sp,spk,spl->skl", totals, mean, mean) + prior)


def _softmax(logarithms: Values) -> Values:
    # Less the largest, or the exponential overflows.
    powers = np.exp(logarithms - logarithms.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))
