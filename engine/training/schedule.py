"""The step size over a run."""

from __future__ import annotations

from engine.config.recipes import ScheduleRecipe


def learning_rate_at(step: int, schedule: ScheduleRecipe) -> float:
    """Return the step size of ``step``, counted from 0.

    It rises linearly, holds, then falls linearly to the final fraction.
    """
    done = step / schedule.steps
    if done < schedule.warmup_fraction:
        return schedule.learning_rate * (step + 1) / (schedule.warmup_fraction * schedule.steps + 1)
    if done <= schedule.hold_fraction:
        return schedule.learning_rate
    left = (1 - done) / (1 - schedule.hold_fraction)
    return schedule.learning_rate * (
        schedule.final_fraction + (1 - schedule.final_fraction) * max(left, 0.0)
    )
