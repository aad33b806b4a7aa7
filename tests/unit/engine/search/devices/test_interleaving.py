from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from engine.core.cancellation import CancelToken
from engine.core.errors import JobCancelled
from engine.search.devices.interleaving import (
    TimedRun,
    clock_for,
    relative_time,
    time_interleaved,
)


@dataclass
class DriftingMachine:
    """A machine that becomes slower by 1 % with every task."""

    now_s: float = 0.0
    slowness: float = 1.0

    def clock(self) -> float:
        return self.now_s

    def task(self, work_s: float) -> Callable[[], None]:
        def run() -> None:
            self.now_s += work_s * self.slowness
            self.slowness *= 1.01

        return run


def test_drift_of_the_machine_cancels() -> None:
    machine = DriftingMachine()
    runs = time_interleaved(
        [machine.task(2.0), machine.task(5.0)], machine.task(1.0), rounds=40, clock=machine.clock
    )

    assert machine.slowness > 4
    assert [relative_time(found).ratio for found in runs] == pytest.approx([2.0, 5.0], rel=1e-3)


def test_the_reference_runs_before_and_after_every_task() -> None:
    order: list[str] = []
    time_interleaved(
        [lambda: order.append("a"), lambda: order.append("b")],
        lambda: order.append("-"),
        rounds=2,
        clock=lambda: 0.0,
    )

    assert "".join(order) == "ab-" + "-a-b-a-b-"


def test_disturbed_runs_do_not_count() -> None:
    quiet = [TimedRun(before_s=1, task_s=3, after_s=1)] * 5
    disturbed = [TimedRun(before_s=1, task_s=9, after_s=1)] * 4

    assert relative_time([*disturbed, *quiet]).ratio == 3


def test_spread_is_half_the_distance_of_the_quartiles() -> None:
    ratios = [0.9, 0.95, 1.0, 1.05, 1.1]
    runs = [TimedRun(before_s=1, task_s=ratio, after_s=1) for ratio in ratios]

    found = relative_time(runs)
    assert found.spread * found.ratio == pytest.approx(0.05)


def test_one_run_is_enough() -> None:
    found = relative_time([TimedRun(before_s=1, task_s=4, after_s=3)])
    assert (found.ratio, found.spread) == (2.0, 0.0)


def test_more_runs_are_surer() -> None:
    some = [TimedRun(before_s=1, task_s=ratio, after_s=1) for ratio in (0.9, 1.0, 1.1)]
    few, many = relative_time(some * 3), relative_time(some * 12)
    assert few.spread == many.spread
    assert many.uncertainty == pytest.approx(few.uncertainty / 2)


def test_cancelling_stops_between_two_runs() -> None:
    token = CancelToken()
    with pytest.raises(JobCancelled):
        time_interleaved([token.cancel], lambda: None, rounds=1, token=token, clock=lambda: 0.0)


def test_one_thread_is_timed_by_its_processor_time() -> None:
    # Time in which the thread does not run belongs to other programs.
    (runs,) = time_interleaved(
        [lambda: time.sleep(0.05)], lambda: sum(range(1000)), rounds=1, clock=clock_for(1)
    )
    assert runs[0].task_s < 0.05


@pytest.mark.parametrize("thread_count", [0, 2])
def test_several_threads_are_timed_by_the_time_that_passes(thread_count: int) -> None:
    assert clock_for(thread_count) is time.perf_counter
