"""Times tasks as multiples of a reference that runs right before and after each of them.

    reference  task A  reference  task B  reference  task A  ...

A CPU that becomes slower, hot, or busy with something else slows down a task and its two
neighbors alike, so that their ratio stays.

With one thread the processor time of that thread is taken, which leaves out the moments in which
the system ran other programs: on an idle machine it equals the time that passes, and on a busy
one it is what the idle one would show. Several threads wait for each other, so that only the
time that passes can be taken, and the machine must be idle.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.core.cancellation import CancelToken

# Of a task's runs, the share of the least disturbed ones that count. Measured on a busy machine
# with 150 networks: the predictor's mean error is 2.9 % with half of them, 3.1 % with all.
_QUIET_SHARE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedRun:
    """One run of a task, in seconds, between two runs of the reference."""

    before_s: float
    task_s: float
    after_s: float

    @property
    def reference_s(self) -> float:
        """What the reference took around it."""
        return (self.before_s + self.after_s) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class RelativeTime:
    """A task's time as a multiple of the reference's.

    Attributes:
        ratio: Median over the least disturbed runs.
        spread: Half the distance between the quartiles of all runs' ratios, as a share of it.
        runs: Number of runs.
    """

    ratio: float
    spread: float
    runs: int

    @property
    def uncertainty(self) -> float:
        """How far, about, the ratio may be from that of endless runs, as a share of it."""
        return self.spread / math.sqrt(self.runs)


def clock_for(thread_count: int) -> Callable[[], float]:
    """Return the clock that times work of so many threads, 0 for all cores."""
    return time.thread_time if thread_count == 1 else time.perf_counter


def time_interleaved(
    tasks: Sequence[Callable[[], object]],
    reference: Callable[[], object],
    *,
    rounds: int,
    token: CancelToken | None = None,
    clock: Callable[[], float],
) -> tuple[tuple[TimedRun, ...], ...]:
    """Run ``tasks`` in turns, the reference between any two runs, and return the runs of each.

    Args:
        tasks: What to time.
        reference: What to compare with.
        rounds: Timed runs of each task; each ran once before.
        token: Stops between two runs.
        clock: Returns the time in seconds; see `clock_for`.

    Raises:
        JobCancelled: If ``token`` was cancelled.
    """

    def timed(task: Callable[[], object]) -> float:
        if token is not None:
            token.check()
        started_s = clock()
        task()
        return clock() - started_s

    # The first run pays for memory that later ones find allocated.
    for task in (*tasks, reference):
        timed(task)
    runs: list[list[TimedRun]] = [[] for _ in tasks]
    before_s = timed(reference)
    for _ in range(rounds):
        for place, task in enumerate(tasks):
            task_s, after_s = timed(task), timed(reference)
            runs[place].append(TimedRun(before_s=before_s, task_s=task_s, after_s=after_s))
            before_s = after_s
    return tuple(map(tuple, runs))


def relative_time(runs: Sequence[TimedRun]) -> RelativeTime:
    """Return the time of a task as a multiple of the reference's.

    Args:
        runs: At least one.
    """
    ratios = np.array([run.task_s / run.reference_s for run in runs])
    total_s = np.array([run.before_s + run.task_s + run.after_s for run in runs])
    # Whatever else ran on the machine made a run longer, never shorter.
    quiet = np.argsort(total_s, kind="stable")[: max(1, round(_QUIET_SHARE * len(runs)))]
    ratio = float(np.median(ratios[quiet]))
    low, high = np.quantile(ratios, (0.25, 0.75))
    return RelativeTime(ratio=ratio, spread=float(high - low) / 2 / ratio, runs=len(runs))
