"""An eye of known preferences, which answers the questions of a blind test."""

from __future__ import annotations

import numpy as np

from engine.judging.davidson import FIRST, SECOND, chances
from engine.judging.judgments import Answer, BlindTest, JudgedNetwork, Judgment
from engine.judging.schedule import Question, next_question


class SimulatedEye:
    """Answers by the model of Davidson.

    Args:
        strengths: Of each network, by its id.
        tie_log: Readiness for ties.
        photo_spread: Standard deviation by which strengths differ from photo to photo.
        seed: From which answers are drawn.
    """

    def __init__(
        self,
        strengths: dict[str, float],
        *,
        tie_log: float = -0.5,
        photo_spread: float = 0.0,
        seed: int = 0,
    ) -> None:
        self.strengths = strengths
        self._tie_log = tie_log
        self._spread = photo_spread
        self._random = np.random.default_rng(seed)
        self._shifts: dict[tuple[str, str], float] = {}

    def answer(self, question: Question) -> Answer:
        """Return the answer to a question."""
        difference = self._on(question.photo, question.left) - self._on(
            question.photo, question.right
        )
        drawn = int(self._random.choice(3, p=chances(difference, self._tie_log)))
        return "left" if drawn == FIRST else "right" if drawn == SECOND else "tie"

    def _on(self, photo: str, network: str) -> float:
        cell = (photo, network)
        if cell not in self._shifts:
            self._shifts[cell] = float(self._random.normal(0, self._spread))
        return self.strengths[network] + self._shifts[cell]


def make_test(networks: int = 3, photos: int = 6, *, seed: int = 0) -> BlindTest:
    """Return a blind test of networks ``a``, ``b``, … on photos ``0.png``, ``1.png``, …."""
    ids = "abcdefghij"[:networks]
    return BlindTest(
        time_s=1.8e9,
        networks=tuple(JudgedNetwork(id=one, label=f"network {one}") for one in ids),
        photos=tuple(f"{number}.png" for number in range(photos)),
        seed=seed,
    )


def judge(test: BlindTest, eye: SimulatedEye, *, answers: int) -> list[Judgment]:
    """Return the answers of ``eye`` to the first questions of a blind test."""
    judgments: list[Judgment] = []
    for number in range(answers):
        question = next_question(test, judgments)
        judgments.append(
            Judgment(
                number=number,
                photo=question.photo,
                left=question.left,
                right=question.right,
                answer=eye.answer(question),
                repeats=question.repeats,
            )
        )
    return judgments
