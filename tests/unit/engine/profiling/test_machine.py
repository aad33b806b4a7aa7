from __future__ import annotations

import os

import psutil
import pytest

from engine.profiling.machine import describe_machine, measure_peak_gflops


def test_the_machine_is_described() -> None:
    machine = describe_machine()

    assert machine.memory_bytes == psutil.virtual_memory().total
    assert machine.processor
    assert machine.physical_cores >= 1


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="only Linux limits a process so")
def test_usable_cores_are_those_that_the_process_may_use() -> None:
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        assert describe_machine().usable_cores == 1
    finally:
        os.sched_setaffinity(0, before)


def test_the_peak_is_a_positive_speed() -> None:
    assert measure_peak_gflops(side=64, rounds=2) > 0
