from __future__ import annotations

import math

import numpy as np
import pytest

from engine.judging.judgments import Answer, Judgment
from engine.judging.ranking import Ranking, rank
from engine.judging.tally import count_answers
from tests.helpers.simulated_eye import SimulatedEye, judge, make_test


def _ranking(
    strengths: dict[str, float],
    *,
    photos: int = 8,
    answers: int = 60,
    spread: float = 0.0,
    seed: int = 0,
) -> Ranking:
    test = make_test(len(strengths), photos, seed=seed)
    eye = SimulatedEye(strengths, photo_spread=spread, seed=seed)
    return rank(count_answers(test.ids, judge(test, eye, answers=answers)), rounds=150)


def _answers(answers: str, photos: int) -> Ranking:
    """Return the ranking of two networks after answers: ``l`` and ``r`` for sides, ``t``."""
    names: dict[str, Answer] = {"l": "left", "r": "right", "t": "tie"}
    judgments = [
        Judgment(
            number=number, photo=str(number % photos), left="a", right="b", answer=names[letter]
        )
        for number, letter in enumerate(answers)
    ]
    return rank(count_answers("ab", judgments))


def test_known_strengths_are_found_again() -> None:
    true = {"a": 1.2, "b": 0.2, "c": -0.4, "d": -1.0}

    ranking = _ranking(true, answers=1500)

    assert ranking.order == [0, 1, 2, 3]
    assert ranking.fit.strengths == pytest.approx(list(true.values()), abs=0.25)
    assert ranking.fit.tie_log == pytest.approx(-0.5, abs=0.2)


@pytest.mark.parametrize("spread", [0.0, 0.7], ids=["equal photos", "photos that differ"])
def test_intervals_hold_the_truth_about_as_often_as_they_say(spread: float) -> None:
    random = np.random.default_rng(11)
    held = []
    for seed in range(60):
        true = dict(zip("abc", random.normal(0, 1, 3), strict=True))
        ranking = _ranking(true, answers=40, spread=spread, seed=seed)
        for one, other in ((0, 1), (0, 2), (1, 2)):
            difference = ranking.fit.strengths[one] - ranking.fit.strengths[other]
            truth = list(true.values())[one] - list(true.values())[other]
            held.append(abs(difference - truth) <= ranking.pair_errors[one, other])

    assert 0.88 <= np.mean(held) <= 1.0


def test_photos_that_disagree_widen_the_intervals() -> None:
    # 24 answers for the first network and 8 for the second, on 8 photos: the same on each, or
    # six photos of one mind and two of the other.
    agreeing = _answers("l" * 24 + "r" * 8, photos=8)
    disagreeing = _answers("llllllrr" * 4, photos=8)

    assert disagreeing.fit.strengths == pytest.approx(agreeing.fit.strengths)
    assert disagreeing.pair_errors[0, 1] > 1.5 * agreeing.pair_errors[0, 1]


def test_few_answers_without_a_dissent_are_not_certain() -> None:
    # Every draw of photos repeats 3 : 0; of an eye that guesses, every fourth test is like this.
    ranking = _answers("lll", photos=3)

    assert not ranking.is_told_apart(0, 1)
    assert ranking.better_chance(0, 1) < 0.97


def test_many_answers_without_a_dissent_are() -> None:
    assert _answers("l" * 16, photos=4).is_told_apart(0, 1)


def test_an_eye_that_guesses_seldom_tells_two_networks_apart() -> None:
    told = sum(
        _ranking({"a": 0.0, "b": 0.0}, answers=40, seed=seed).is_told_apart(0, 1)
        for seed in range(60)
    )

    assert told <= 8


@pytest.mark.parametrize("difference", [0.5, 0.9])
def test_as_many_answers_as_are_said_to_be_missing_tell_a_pair_apart(difference: float) -> None:
    # 20 answers that look exactly like this difference; then as many more as are said to be
    # missing, drawn from an eye that has it.
    share = 1 / (1 + math.exp(-difference))
    first = _answers("l" * round(20 * share) + "r" * (20 - round(20 * share)), photos=1)
    seen = float(first.fit.strengths[0] - first.fit.strengths[1])
    missing = math.ceil(first.answers_missing(0, 1))
    assert missing > 0

    told = 0
    for seed in range(60):
        random = np.random.default_rng(seed)
        drawn = "".join(random.choice(["l", "r"], 20 + missing, p=[_chance(seen), _chance(-seen)]))
        told += _answers(drawn, photos=1).is_told_apart(0, 1)

    # Four of five, as the method says; 60 tests give 48 give or take 10.
    assert 38 <= told <= 58


def _chance(difference: float) -> float:
    return 1 / (1 + math.exp(-difference))


def test_equal_networks_need_endless_answers_and_told_apart_ones_none() -> None:
    assert _answers("lr", photos=2).answers_missing(0, 1) > 1e9
    assert _answers("l" * 30, photos=5).answers_missing(0, 1) == 0


def test_swapping_all_sides_changes_nothing() -> None:
    test = make_test(4, 6)
    judgments = judge(test, SimulatedEye({"a": 1.0, "b": 0.5, "c": 0.0, "d": -1.0}), answers=50)
    other: dict[Answer, Answer] = {"left": "right", "right": "left", "tie": "tie"}
    swapped = [
        Judgment(
            number=one.number,
            photo=one.photo,
            left=one.right,
            right=one.left,
            answer=other[one.answer],
            repeats=one.repeats,
        )
        for one in judgments
    ]

    ranking = rank(count_answers(test.ids, judgments))
    turned = rank(count_answers(test.ids, swapped))

    assert turned.fit.strengths == pytest.approx(ranking.fit.strengths)
    assert turned.pair_errors == pytest.approx(ranking.pair_errors)


def test_shares_of_two_networks_add_up_to_one() -> None:
    ranking = _answers("llltr" * 4, photos=4)

    assert ranking.share(0) + ranking.share(1) == pytest.approx(1)
    assert ranking.share(0) > 0.5
    assert ranking.better_chance(0, 1) + ranking.better_chance(1, 0) == pytest.approx(1)


def test_without_answers_nothing_is_known() -> None:
    ranking = rank(count_answers("abc", []))

    assert ranking.share(1) == pytest.approx(0.5)
    assert not ranking.is_told_apart(0, 2)
    assert not ranking.is_general
    assert ranking.better_chance(0, 1) == pytest.approx(0.5)
