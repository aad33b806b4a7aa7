"""Times work in turns, so that whatever else the machine does hits all of it alike."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence

from engine.core.cancellation import CancelToken


def time_runs(
    tasks: Sequence[Callable[[], object]],
    *,
    rounds: int,
    warm_ups: int = 1,
    token: CancelToken | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[tuple[float, ...], ...]:
    """Run ``tasks`` in turns, A B C, A B C, and so on, and time each run.

    Args:
        tasks: What to run.
        rounds: Timed runs of each task.
        warm_ups: Runs of each task before the first timed one; they pay for what
            only the first run costs, such as allocating memory.
        token: Stops between two timed runs.
        progress: Receives the number of finished timed runs and of all of them.
        clock: Returns the time in seconds.

    Returns:
        Seconds of each timed run, one tuple per task.

    Raises:
        JobCancelled: If ``token`` was cancelled.
    """
    for task in tasks:
        for _ in range(warm_ups):
            task()
    times_s: list[list[float]] = [[] for _ in tasks]
    total = len(tasks) * rounds
    for done in range(total):
        if token is not None:
            token.check()
        place = done % len(tasks)
        started_s = clock()
        tasks[place]()
        times_s[place].append(clock() - started_s)
        progress(done + 1, total)
    return tuple(map(tuple, times_s))


def load_average() -> float:
    """Return how many threads wanted a core in the last minute; 0 where the system does not say."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else 0.0
