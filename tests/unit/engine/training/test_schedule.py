from __future__ import annotations

import pytest

from engine.config.parts import ScheduleRecipe
from engine.training.schedule import learning_rate_at

LINEAR = ScheduleRecipe(steps=100, learning_rate=1.0, warmup_fraction=0.1, hold_fraction=0.5)
COSINE = ScheduleRecipe(
    steps=100, learning_rate=1.0, shape="cosine", warmup_fraction=0, final_fraction=0
)
STEPS = ScheduleRecipe(
    steps=100, learning_rate=1.0, shape="steps", warmup_fraction=0, milestones=(0.5, 0.75)
)


@pytest.mark.parametrize(
    ("schedule", "step", "expected"),
    [
        (LINEAR, 0, 1 / 11),
        (LINEAR, 9, 10 / 11),
        (LINEAR, 10, 1.0),
        (LINEAR, 50, 1.0),
        (LINEAR, 75, 0.01 + 0.99 * 0.5),
        (LINEAR, 100, 0.01),
        (COSINE, 0, 1.0),
        (COSINE, 50, 0.5),
        (COSINE, 100, 0.0),
        (STEPS, 49, 1.0),
        (STEPS, 50, 0.5),
        (STEPS, 99, 0.25),
    ],
)
def test_the_learning_rate_follows_its_shape(
    schedule: ScheduleRecipe, step: int, expected: float
) -> None:
    assert learning_rate_at(step, schedule) == pytest.approx(expected)


@pytest.mark.parametrize("schedule", [LINEAR, COSINE, STEPS])
def test_after_the_warm_up_the_learning_rate_never_rises(schedule: ScheduleRecipe) -> None:
    rates = [learning_rate_at(step, schedule) for step in range(10, 100)]

    assert rates == sorted(rates, reverse=True)
    assert min(rates) > 0
