"""Counts of answers, by photo and pair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.judging.davidson import FIRST, SECOND, TIE, Values, pairs_of
from engine.judging.judgments import Judgment


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How often each pair was answered in which way.

    Attributes:
        ids: The networks.
        photos: The photos with an answer.
        counts: ``(photos, pairs, 3)``, in the order of `pairs_of` and of the three answers.
    """

    ids: tuple[str, ...]
    photos: tuple[str, ...]
    counts: Values

    @property
    def total(self) -> Values:
        """The counts over all photos, ``(pairs, 3)``."""
        return np.asarray(self.counts.sum(axis=0))

    @property
    def answers(self) -> int:
        """How many answers were counted."""
        return int(self.counts.sum())

    def of_pair(self, first: str, second: str) -> tuple[int, int, int]:
        """Return how often ``first``, ``second`` and neither was preferred."""
        place, is_swapped = _place(self.ids, first, second)
        counted = [int(count) for count in self.total[place]]
        won, lost = (SECOND, FIRST) if is_swapped else (FIRST, SECOND)
        return counted[won], counted[lost], counted[TIE]


def count_answers(ids: Sequence[str], judgments: Sequence[Judgment]) -> Tally:
    """Count the answers; repeats are left out.

    A repeat says how consistent the eye is. Counted with the first answer it would make one look
    at one pair weigh as much as two.
    """
    firsts = [judgment for judgment in judgments if judgment.repeats is None]
    photos = tuple(dict.fromkeys(judgment.photo for judgment in firsts))
    counts = np.zeros((len(photos), len(pairs_of(len(ids))), 3))
    for judgment in firsts:
        pair, is_swapped = _place(ids, judgment.left, judgment.right)
        answer = {"left": FIRST, "right": SECOND, "tie": TIE}[judgment.answer]
        if is_swapped and answer != TIE:
            answer = SECOND if answer == FIRST else FIRST
        counts[photos.index(judgment.photo), pair, answer] += 1
    return Tally(ids=tuple(ids), photos=photos, counts=counts)


def _place(ids: Sequence[str], left: str, right: str) -> tuple[int, bool]:
    """Return the place of a pair in `pairs_of`, and whether its second network is ``left``."""
    one, other = ids.index(left), ids.index(right)
    low, high = min(one, other), max(one, other)
    # All pairs that begin with a network before ``low`` come first.
    before = low * len(ids) - low * (low + 1) // 2
    return before + high - low - 1, one > other
