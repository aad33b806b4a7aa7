from __future__ import annotations

from pathlib import Path

import pytest

from app.state.state_problem import StateProblem, problem_text

_PATH = Path("/config/queue.json")


@pytest.mark.parametrize("kind", ["broken", "part", "newer", "unsaved", "scratch", "elsewhere"])
def test_every_problem_names_its_file(kind: str) -> None:
    assert str(_PATH) in problem_text(StateProblem(kind=kind, path=_PATH, reason="no space"))


def test_the_reason_of_the_system_and_the_copy_are_told() -> None:
    problem = StateProblem(
        kind="unsaved", path=_PATH, reason="no space", copy=_PATH.with_name("queue.json.broken-1")
    )

    text = problem_text(problem)

    assert "(no space)" in text
    assert text.endswith("Its old content is kept as queue.json.broken-1.")


def test_a_model_tells_its_own_reason() -> None:
    problem = StateProblem(kind="model", path=_PATH, reason="the card is damaged")

    assert problem_text(problem) == "A model was skipped: the card is damaged"


def test_nothing_in_a_reason_acts() -> None:
    problem = StateProblem(kind="model", path=_PATH, reason="a\u202eb\nc")

    assert problem_text(problem) == r"A model was skipped: a\u202eb\nc"
