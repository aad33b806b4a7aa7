"""The learning rate over a run."""

from __future__ import annotations

import math

from engine.config.parts import ScheduleRecipe


def learning_rate_at(step: int, schedule: ScheduleRecipe) -> float:
    """Return the learning rate of ``step``, counted from 0; see `ScheduleRecipe` for the shapes."""
    done = step / schedule.steps
    if done < schedule.warmup_fraction:
        # From the first step on above 0, and below the full rate until the warm-up has ended.
        return schedule.learning_rate * (step + 1) / (schedule.warmup_fraction * schedule.steps + 1)
    if schedule.shape == "steps":
        return schedule.learning_rate * 0.5 ** sum(done >= m for m in schedule.milestones)
    left = _linear_left(done, schedule) if schedule.shape == "linear" else _cosine_left(done)
    # ``left`` falls from 1 to 0; the rate falls from the full one to its final fraction.
    floor = schedule.final_fraction
    return schedule.learning_rate * (floor + (1 - floor) * left)


def _linear_left(done: float, schedule: ScheduleRecipe) -> float:
    if done <= schedule.hold_fraction:
        return 1.0
    return max((1 - done) / (1 - schedule.hold_fraction), 0.0)


def _cosine_left(done: float) -> float:
    return 0.5 * (1 + math.cos(math.pi * min(done, 1.0)))
