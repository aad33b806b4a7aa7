from __future__ import annotations

import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.judging.judgments import Judgment
from engine.judging.schedule import Question, next_question, planned_questions
from tests.helpers.simulated_eye import SimulatedEye, judge, make_test

_EQUAL = dict.fromkeys("abcdefghij", 0.0)


def _pair(one: Judgment | Question) -> frozenset[str]:
    return frozenset({one.left, one.right})


@given(networks=st.integers(2, 6), photos=st.integers(1, 6), seed=st.integers(0, 1000))
def test_every_question_can_be_answered_and_every_pair_comes_first_of_all(
    networks: int, photos: int, seed: int
) -> None:
    test = make_test(networks, photos, seed=seed)
    pairs = networks * (networks - 1) // 2

    judgments = judge(test, SimulatedEye(_EQUAL, seed=seed), answers=2 * pairs + 6)

    assert all(one.left != one.right for one in judgments)
    assert {one.photo for one in judgments} <= set(test.photos)
    firsts = [one for one in judgments if one.repeats is None]
    assert len({_pair(one) for one in firsts[:pairs]}) == pairs


@pytest.mark.parametrize("seed", range(5))
def test_a_tenth_and_more_are_repeats_with_swapped_sides_and_at_some_distance(seed: int) -> None:
    judgments = judge(make_test(3, 6, seed=seed), SimulatedEye(_EQUAL, seed=seed), answers=60)

    repeats = [one for one in judgments if one.repeats is not None]
    assert len(repeats) >= 6
    assert len({one.repeats for one in repeats}) == len(repeats)
    for again in repeats:
        first = judgments[again.repeats or 0]
        assert first.repeats is None
        assert (again.left, again.right, again.photo) == (first.right, first.left, first.photo)
        assert again.number - first.number >= 4


def test_repeats_come_at_places_that_nobody_can_guess() -> None:
    places = set()
    for seed in range(12):
        judgments = judge(make_test(3, 6, seed=seed), SimulatedEye(_EQUAL), answers=24)
        places |= {one.number % 6 for one in judgments if one.repeats is not None}

    assert places == set(range(6))


def test_a_short_test_with_a_few_questions_ahead_has_its_repeats_too() -> None:
    test = make_test(3, 4)
    judgments: list[Judgment] = []
    waiting: list[Question] = []
    while len(judgments) < planned_questions(3, 4):
        while len(waiting) < 4:
            waiting.append(next_question(test, judgments, waiting))
        one = waiting.pop(0)
        judgments.append(
            Judgment(
                number=len(judgments),
                photo=one.photo,
                left=one.left,
                right=one.right,
                answer="tie",
                repeats=one.repeats,
            )
        )

    repeats = [one for one in judgments if one.repeats is not None]
    assert len(repeats) >= 2
    assert all(one.number - (one.repeats or 0) >= 4 for one in repeats)


def test_sides_are_drawn() -> None:
    judgments = judge(make_test(2, 6), SimulatedEye(_EQUAL), answers=120)

    lefts = Counter(one.left for one in judgments if one.repeats is None)
    # 100 draws of one half each: outside of this once in 20,000 seeds.
    assert 30 <= lefts["a"] <= 70


def test_photos_take_turns() -> None:
    judgments = judge(make_test(3, 5), SimulatedEye(_EQUAL), answers=54)

    looks = Counter((_pair(one), one.photo) for one in judgments if one.repeats is None)
    photos = Counter(one.photo for one in judgments if one.repeats is None)
    assert len(looks) == 15
    assert max(photos.values()) - min(photos.values()) <= 3


def test_the_same_pair_does_not_come_twice_in_a_row() -> None:
    judgments = judge(make_test(4, 3), SimulatedEye(_EQUAL), answers=60)

    chosen = [one for one in judgments if one.repeats is None]
    follows = [
        (one, other)
        for one, other in itertools.pairwise(judgments)
        if other in chosen and _pair(one) == _pair(other)
    ]
    assert follows == []


def test_pairs_that_are_hard_to_tell_apart_are_asked_more_often() -> None:
    eye = SimulatedEye({"a": 3.0, "b": 0.0, "c": 0.0, "d": -3.0}, seed=1)

    judgments = judge(make_test(4, 6), eye, answers=90)

    looks = Counter(_pair(one) for one in judgments if one.repeats is None)
    assert looks[frozenset("bc")] > 2 * looks[frozenset("ad")]


def test_waiting_questions_count_as_if_they_were_asked() -> None:
    test = make_test(3, 1)
    waiting: list[Question] = []
    for _ in range(3):
        waiting.append(next_question(test, [], waiting))

    assert len({_pair(one) for one in waiting}) == 3


def test_the_same_answers_lead_to_the_same_question() -> None:
    test = make_test(4, 4, seed=9)
    judgments = judge(test, SimulatedEye(_EQUAL), answers=17)

    assert next_question(test, judgments) == next_question(test, judgments)


def test_a_sitting_shows_every_pair_on_every_photo_while_that_is_not_too_much() -> None:
    assert planned_questions(3, 6) == 22  # 18, and one repeat in six
    assert planned_questions(2, 1) == 5
    assert planned_questions(10, 10) == 72
