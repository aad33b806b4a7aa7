"""The result of blind tests: ranking, what cannot be told apart, how consistent the eye was."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.config.search import HIGHER_IS_BETTER
from engine.core.errors import ConfigError
from engine.judging.judgments import JudgedNetwork, Judgment, JudgmentLog
from engine.judging.ranking import Ranking, rank
from engine.judging.tally import count_answers
from engine.metrics.front import kendall_tau

QUALITY_METRICS = ("lpips", "psnr_y_db")
"""The metrics that the eye is compared with."""

MANY_ANSWERS = 2000
"""More missing answers than this are as good as never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedNetwork:
    """A network in the ranking.

    Attributes:
        network: The network.
        strength: Logarithm; strengths of all networks add up to 0.
        share: Part of the answers that prefers it to the others, a tie as one half.
        share_low: Lower end of the interval of ``share``.
        share_high: Upper end.
        answers: Answers with this network, without repeats.
    """

    network: JudgedNetwork
    strength: float
    share: float
    share_low: float
    share_high: float
    answers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PairVerdict:
    """What is known of two networks, of which ``better`` is the higher one in the ranking.

    Attributes:
        better: Its id.
        worse: The id of the other.
        chance: How likely ``better`` is the better one.
        is_told_apart: Whether the interval of the difference excludes 0.
        missing: About how many more answers to this pair tell it apart; None if too many.
        won: Answers that preferred ``better``.
        lost: Answers that preferred ``worse``.
        tied: Answers that preferred neither.
    """

    better: str
    worse: str
    chance: float
    is_told_apart: bool
    missing: int | None
    won: int
    lost: int
    tied: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Consistency:
    """How the eye answered hidden repeats with swapped sides, and whether it prefers a side.

    Attributes:
        repeats: Repeats that were answered.
        same: Of these, answered as the first time.
        reversed: Of these, the other network was preferred.
        same_by_chance: Share of same answers of an eye that guesses with these ties, 0 to 1.
        decided: Answers other than ties, with repeats.
        left: Of these, the left side.
        ties: Ties, with repeats.
    """

    repeats: int
    same: int
    reversed: int
    same_by_chance: float
    decided: int
    left: int
    ties: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricAgreement:
    """How far a metric ranks the networks as the eye does.

    Attributes:
        metric: Its name.
        tau: Kendall's tau, 1 for the same order and -1 for the opposite.
        low: Lower end of its interval over photos; None with few photos.
        high: Upper end.
        networks: How many networks have this metric.
    """

    metric: str
    tau: float
    low: float | None
    high: float | None
    networks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgingReport:
    """What blind tests found.

    Attributes:
        ranking: The networks, the best first.
        pairs: All pairs, those of neighbors in the ranking first.
        consistency: Of the eye.
        agreements: Of metrics with the eye.
        answers: Answers that count for the ranking.
        photos: Photos that they are about.
        is_general: Whether intervals speak of photos in general, or of these photos alone.
    """

    ranking: tuple[RankedNetwork, ...]
    pairs: tuple[PairVerdict, ...]
    consistency: Consistency
    agreements: tuple[MetricAgreement, ...]
    answers: int
    photos: int
    is_general: bool

    @property
    def undecided(self) -> tuple[PairVerdict, ...]:
        """Neighbors in the ranking that cannot be told apart yet."""
        return tuple(pair for pair in self.pairs[: len(self.ranking) - 1] if not pair.is_told_apart)


def make_report(logs: Sequence[JudgmentLog]) -> JudgingReport:
    """Return what blind tests of the same run found together.

    Args:
        logs: The tests; a network is known by its id, and described as in the last test with it.

    Raises:
        ConfigError: If there is no test.
    """
    if not logs:
        raise ConfigError("There is no blind test to report on")
    networks = {network.id: network for log in logs for network in log.test.networks}
    judgments = [judgment for log in logs for judgment in log.judgments]
    ranking = rank(count_answers(tuple(networks), judgments))
    listed = [_ranked(ranking, place, networks) for place in ranking.order]
    return JudgingReport(
        ranking=tuple(listed),
        pairs=tuple(_verdicts(ranking)),
        consistency=_consistency(logs),
        agreements=tuple(_agreements(ranking, list(networks.values()))),
        answers=ranking.tally.answers,
        photos=len(ranking.tally.photos),
        is_general=ranking.is_general,
    )


def _ranked(ranking: Ranking, place: int, networks: dict[str, JudgedNetwork]) -> RankedNetwork:
    own = ranking.tally.ids[place]
    others = (other for other in ranking.tally.ids if other != own)
    half = float(ranking.errors[place])
    return RankedNetwork(
        network=networks[own],
        strength=float(ranking.fit.strengths[place]),
        share=ranking.share(place),
        share_low=ranking.share(place, shift=-half),
        share_high=ranking.share(place, shift=half),
        answers=sum(sum(ranking.tally.of_pair(own, other)) for other in others),
    )


def _verdicts(ranking: Ranking) -> list[PairVerdict]:
    order, ids = ranking.order, ranking.tally.ids
    # By distance in the ranking: neighbors are what a reader asks about first.
    places = [
        (order[start], order[start + distance])
        for distance in range(1, len(order))
        for start in range(len(order) - distance)
    ]
    verdicts = []
    for one, other in places:
        missing = ranking.answers_missing(one, other)
        won, lost, tied = ranking.tally.of_pair(ids[one], ids[other])
        verdicts.append(
            PairVerdict(
                better=ids[one],
                worse=ids[other],
                chance=ranking.better_chance(one, other),
                is_told_apart=ranking.is_told_apart(one, other),
                missing=None if missing > MANY_ANSWERS else math.ceil(missing),
                won=won,
                lost=lost,
                tied=tied,
            )
        )
    return verdicts


def _consistency(logs: Sequence[JudgmentLog]) -> Consistency:
    repeated = [
        (first, again)
        for log in logs
        for again in log.judgments
        for first in log.judgments
        if again.repeats == first.number
    ]
    judgments = [judgment for log in logs for judgment in log.judgments]
    ties = sum(judgment.answer == "tie" for judgment in judgments)
    share = ties / len(judgments) if judgments else 0.0
    return Consistency(
        repeats=len(repeated),
        same=sum(first.preferred == again.preferred for first, again in repeated),
        reversed=sum(_is_reversed(first, again) for first, again in repeated),
        same_by_chance=share**2 + (1 - share) ** 2 / 2,
        decided=len(judgments) - ties,
        left=sum(judgment.answer == "left" for judgment in judgments),
        ties=ties,
    )


def _is_reversed(first: Judgment, again: Judgment) -> bool:
    both = {first.preferred, again.preferred}
    return len(both) == 2 and None not in both


def _agreements(ranking: Ranking, networks: Sequence[JudgedNetwork]) -> list[MetricAgreement]:
    found = []
    for metric in QUALITY_METRICS:
        places = [place for place, one in enumerate(networks) if metric in one.metrics]
        if len(places) < 2 or not ranking.tally.answers:
            continue
        sign = 1 if metric in HIGHER_IS_BETTER else -1
        values = [sign * networks[place].metrics[metric] for place in places]
        tau = kendall_tau(ranking.fit.strengths[places], values)
        # All networks are equal by this metric: it has no order to compare.
        if math.isnan(tau):
            continue
        draws = [kendall_tau(row, values) for row in ranking.drawn[:, places]]
        ends = np.nanquantile(draws, [0.025, 0.975]) if draws else [None, None]
        low, high = (None if end is None else float(end) for end in ends)
        found.append(
            MetricAgreement(metric=metric, tau=tau, low=low, high=high, networks=len(places))
        )
    return found
