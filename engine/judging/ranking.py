"""What the answers say about the networks, and how sure that is.

Two sources make a strength uncertain: too few answers, which the fit knows, and too few photos,
which a bootstrap over photos shows: photos are drawn with replacement, each with all its answers,
and the strengths are fitted again. Intervals take the wider of both, so that three answers for one
network and none against it do not look certain because every draw repeats them. How often such
intervals hold the truth was simulated (`docs/judging.md`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from engine.judging.davidson import DavidsonFit, Values, chances, fit_davidson, fit_strengths
from engine.judging.tally import Tally

LEAST_PHOTOS = 3
"""From so many photos on, intervals speak of photos in general; below, of these photos alone."""

LEVEL = 0.95
_POWER = 0.8
_ROUNDS = 500
_NORMAL = NormalDist()
_Z = _NORMAL.inv_cdf((1 + LEVEL) / 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """The strengths of networks with their uncertainty.

    Attributes:
        tally: The answers.
        fit: The strengths.
        errors: Half of the interval of each strength, ``(networks,)``.
        pair_errors: Half of the interval of each difference of strengths, ``(networks, networks)``.
        drawn: Strengths for each draw of photos, ``(rounds, networks)``; none with few photos.
    """

    tally: Tally
    fit: DavidsonFit
    errors: Values
    pair_errors: Values
    drawn: Values

    @property
    def order(self) -> list[int]:
        """Places of the networks, the best first."""
        return [int(place) for place in np.argsort(-self.fit.strengths, kind="stable")]

    @property
    def is_general(self) -> bool:
        """Whether intervals speak of photos in general."""
        return len(self.tally.photos) >= LEAST_PHOTOS

    def share(self, place: int, *, shift: float = 0.0) -> float:
        """Return the part of answers that prefers a network to the others, a tie as one half.

        Args:
            place: The network.
            shift: Added to its strength.
        """
        others = np.delete(self.fit.strengths, place)
        chance = chances(self.fit.strengths[place] + shift - others, self.fit.tie_log)
        return float((chance[:, 0] + chance[:, 2] / 2).mean())

    def is_told_apart(self, one: int, other: int) -> bool:
        """Return whether the interval of the difference of two networks excludes 0."""
        return bool(abs(self._difference(one, other)) > self.pair_errors[one, other])

    def better_chance(self, one: int, other: int) -> float:
        """Return how likely ``one`` is better than ``other``, 0 to 1."""
        error = self.pair_errors[one, other] / _Z
        return _NORMAL.cdf(self._difference(one, other) / error)

    def answers_missing(self, one: int, other: int) -> float:
        """Return about how many more answers to this pair tell it apart; endless for equals.

        With so many the interval excludes 0 in four of five tests, if the difference is as large
        as it looks now. The answers are spread over photos like those before.
        """
        if self.is_told_apart(one, other):
            return 0.0
        difference = abs(self._difference(one, other))
        if difference == 0:
            return math.inf
        now = self.pair_errors[one, other] / _Z
        wanted = difference / (_Z + _NORMAL.inv_cdf(_POWER))
        first, second, _ = chances(difference, self.fit.tie_log)
        # Fisher's information of one answer about the difference. Where photos differ, an answer
        # says as much less as the interval is wider than the answers alone would make it.
        information = (first + second) / 4 - (first - second) ** 2 / 4
        covariance = self.fit.covariance
        alone = covariance[one, one] + covariance[other, other] - 2 * covariance[one, other]
        information *= min(alone / now**2, 1.0)
        return float((wanted**-2 - now**-2) / information)

    def _difference(self, one: int, other: int) -> float:
        return float(self.fit.strengths[one] - self.fit.strengths[other])


def rank(tally: Tally, *, rounds: int = _ROUNDS, seed: int = 0) -> Ranking:
    """Return the ranking that follows from the answers.

    Args:
        tally: The answers; without any, all networks are equal.
        rounds: How often photos are drawn.
        seed: From which they are drawn.
    """
    networks = len(tally.ids)
    fit = fit_davidson(tally.total, networks)
    halves = _Z * np.sqrt(_difference_variances(fit.covariance))
    own = _Z * np.sqrt(np.diag(fit.covariance))
    drawn = np.empty((0, networks))
    photos = len(tally.photos)
    if photos >= LEAST_PHOTOS:
        random = np.random.default_rng(seed)
        weights = random.multinomial(photos, np.full(photos, 1 / photos), size=rounds)
        drawn = fit_strengths(np.einsum("rp,pao->rao", weights, tally.counts), networks)
        # The photos that were drawn lie closer together than those they were drawn from.
        covariance = np.cov(drawn, rowvar=False) * photos / (photos - 1)
        halves = np.maximum(halves, _Z * np.sqrt(_difference_variances(covariance)))
        own = np.maximum(own, _Z * np.sqrt(np.diag(covariance)))
    return Ranking(tally=tally, fit=fit, errors=own, pair_errors=halves, drawn=drawn)


def _difference_variances(covariance: Values) -> Values:
    own = np.diag(covariance)
    # Rounding may leave less than nothing on the diagonal.
    return np.maximum(own[:, None] + own[None, :] - 2 * covariance, 0)
