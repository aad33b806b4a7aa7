"""Which pair is shown next, on which photo and on which sides.

First every pair is shown once; then that pair comes next whose answer is expected to make the
difference of its two strengths most certain. Of the photos the pair has been seen on least comes
next. Of every six questions one is an earlier one again, with swapped sides, at a drawn place, so
that nobody can tell it.

Adaptive choice of pairs: M. E. Glickman and S. T. Jensen, "Adaptive paired comparison design",
Journal of Statistical Planning and Inference 127, 2005.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.judging.davidson import Values, chances, fit_davidson, pairs_of
from engine.judging.judgments import BlindTest, Judgment
from engine.judging.tally import count_answers

_BLOCK = 6
_LEAST_DISTANCE = 4  # questions between an answer and its repeat: a few more than one remembers
_LEAST_LOOKS = 4
_MOST_FIRSTS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A pair to be judged.

    Attributes:
        photo: Path of the photo.
        left: Id of the network on the left.
        right: Id of the network on the right.
        repeats: Number of the answer that it repeats with swapped sides.
    """

    photo: str
    left: str
    right: str
    repeats: int | None = None


def planned_questions(networks: int, photos: int) -> int:
    """Return how many questions a first sitting has.

    Every pair is shown on every photo, and at least four times, as long as that does not take more
    than 60 questions and their repeats.
    """
    looks = photos * -(-_LEAST_LOOKS // photos)
    firsts = min(len(pairs_of(networks)) * looks, _MOST_FIRSTS)
    return -(-firsts * _BLOCK // (_BLOCK - 1))


def next_question(
    test: BlindTest, judgments: Sequence[Judgment], pending: Sequence[Question] = ()
) -> Question:
    """Return the question after those that were answered and those that wait.

    Args:
        test: What is compared.
        judgments: The answers so far.
        pending: Questions that were chosen and have no answer yet, in order.
    """
    asked: list[Judgment | Question] = [*judgments, *pending]
    random = np.random.default_rng([test.seed, len(asked)])
    if _is_repeat_due(test.seed, asked):
        again = _repeatable(judgments, asked)
        if again:
            first = again[int(random.integers(len(again)))]
            return Question(
                photo=first.photo, left=first.right, right=first.left, repeats=first.number
            )
    looks = _looks(test, judgments, pending)
    pair = _choose_pair(test, judgments, pending, looks, random)
    photo = _choose_photo(looks, pair, random)
    sides = [test.ids[place] for place in pairs_of(len(test.ids))[pair]]
    left, right = sides if random.random() < 0.5 else reversed(sides)
    return Question(photo=test.photos[photo], left=left, right=right)


def _is_repeat_due(seed: int, asked: Sequence[Judgment | Question]) -> bool:
    """Return whether the drawn place of a repeat has come that was not asked yet."""
    position = len(asked)
    due = sum(
        block * _BLOCK + _place_in(seed, block) <= position
        for block in range(position // _BLOCK + 1)
    )
    # Compared with what was asked: a place at which nothing could be repeated is made up for.
    return sum(one.repeats is not None for one in asked) < due


def _place_in(seed: int, block: int) -> int:
    first = _LEAST_DISTANCE if block == 0 else 0
    # A stream of its own: the one of a position decides about other things.
    return int(np.random.default_rng([seed, block, 1]).integers(first, _BLOCK))


def _repeatable(
    judgments: Sequence[Judgment], asked: Sequence[Judgment | Question]
) -> list[Judgment]:
    """Return the answers that may be asked again: not lately, never twice, and no repeats."""
    used = {one.repeats for one in asked}
    recent = [_cell(one) for one in asked[-_LEAST_DISTANCE:]]
    return [
        one
        for one in judgments
        if one.repeats is None and one.number not in used and _cell(one) not in recent
    ]


def _cell(one: Judgment | Question) -> tuple[str, frozenset[str]]:
    return one.photo, frozenset({one.left, one.right})


def _looks(test: BlindTest, judgments: Sequence[Judgment], pending: Sequence[Question]) -> Values:
    """Return how often each pair was or will be seen on each photo, ``(pairs, photos)``."""
    pairs = pairs_of(len(test.ids))
    cells = {
        (photo, frozenset({test.ids[one], test.ids[other]})): (pair, column)
        for pair, (one, other) in enumerate(pairs)
        for column, photo in enumerate(test.photos)
    }
    looks = np.zeros((len(pairs), len(test.photos)))
    asked: list[Judgment | Question] = [*judgments, *pending]
    for one in asked:
        if one.repeats is None and (cell := cells.get(_cell(one))) is not None:
            looks[cell] += 1
    return looks


def _choose_pair(
    test: BlindTest,
    judgments: Sequence[Judgment],
    pending: Sequence[Question],
    looks: Values,
    random: np.random.Generator,
) -> int:
    per_pair = looks.sum(axis=1)
    if per_pair.min() == 0:
        # Networks that were seen least come first, so that one does not wait until the end.
        pairs = pairs_of(len(test.ids))
        seen = np.zeros(len(test.ids))
        for looked, pair in zip(per_pair, pairs, strict=True):
            seen[list(pair)] += looked
        worth = np.array([-seen[list(pair)].sum() for pair in pairs])
        worth[per_pair > 0] = -np.inf
    else:
        worth = _information(test, judgments, pending)
    worth += random.random(len(worth)) * 1e-6
    # The pair that was just shown is remembered too well.
    asked: list[Judgment | Question] = [*judgments, *pending]
    if len(worth) > 1 and asked:
        ids = frozenset({asked[-1].left, asked[-1].right})
        for place, (one, other) in enumerate(pairs_of(len(test.ids))):
            if {test.ids[one], test.ids[other]} == ids:
                worth[place] = -np.inf
    return int(np.argmax(worth))


def _information(
    test: BlindTest, judgments: Sequence[Judgment], pending: Sequence[Question]
) -> Values:
    """Return what one more answer to each pair tells about its difference, in nats."""
    networks = len(test.ids)
    fit = fit_davidson(count_answers(test.ids, judgments).total, networks)
    waiting = [frozenset({one.left, one.right}) for one in pending if one.repeats is None]
    worth = []
    for one, other in pairs_of(networks):
        difference = float(fit.strengths[one] - fit.strengths[other])
        first, second, _ = chances(difference, fit.tie_log)
        each = (first + second) / 4 - (first - second) ** 2 / 4
        spread = fit.covariance
        variance = spread[one, one] + spread[other, other] - 2 * spread[one, other]
        # The answers of waiting questions are unknown, but they will come.
        more = waiting.count(frozenset({test.ids[one], test.ids[other]}))
        worth.append(0.5 * np.log1p(each / (1 / variance + more * each)))
    return np.array(worth)


def _choose_photo(looks: Values, pair: int, random: np.random.Generator) -> int:
    # On the photo where this pair was seen least; of these, on the one that was shown least.
    rarity = looks[pair] + looks.sum(axis=0) / (looks.sum() + 1) / 2
    return int(np.argmin(rarity + random.random(len(rarity)) * 1e-6))
