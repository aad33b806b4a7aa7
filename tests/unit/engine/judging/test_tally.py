from __future__ import annotations

import itertools

import pytest

from engine.judging.judgments import Answer, Judgment
from engine.judging.tally import count_answers


def _judgment(
    left: str, right: str, answer: Answer, *, photo: str = "p", repeats: int | None = None
) -> Judgment:
    return Judgment(number=0, photo=photo, left=left, right=right, answer=answer, repeats=repeats)


@pytest.mark.parametrize("pair", list(itertools.permutations("abcd", 2)))
def test_it_does_not_matter_on_which_side_a_network_was(pair: tuple[str, str]) -> None:
    first, second = pair
    judgments = [_judgment(first, second, "left"), _judgment(second, first, "right")]

    tally = count_answers("abcd", judgments)

    assert tally.of_pair(first, second) == (2, 0, 0)
    assert tally.of_pair(second, first) == (0, 2, 0)
    assert tally.answers == 2


def test_a_tie_belongs_to_both() -> None:
    tally = count_answers("ab", [_judgment("b", "a", "tie")])

    assert tally.of_pair("a", "b") == tally.of_pair("b", "a") == (0, 0, 1)


def test_repeats_are_left_out() -> None:
    judgments = [_judgment("a", "b", "left"), _judgment("b", "a", "right", repeats=0)]

    assert count_answers("ab", judgments).answers == 1


def test_answers_are_kept_apart_by_photo() -> None:
    judgments = [_judgment("a", "b", "left", photo=photo) for photo in ("p", "q", "p")]

    tally = count_answers("ab", judgments)

    assert tally.photos == ("p", "q")
    assert tally.counts[:, 0, 0].tolist() == [2, 1]
