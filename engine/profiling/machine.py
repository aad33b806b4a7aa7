"""Describes the machine and measures the peak speed of its matrix products."""

from __future__ import annotations

import os
import platform
import time
from dataclasses import dataclass

import numpy as np
import psutil

from engine.core.processor import processor_name
from engine.inference.network.session import runtime_version


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """The machine and the versions with which something was measured."""

    processor: str
    physical_cores: int
    usable_cores: int
    memory_bytes: int
    system: str
    python: str
    onnxruntime: str


def describe_machine() -> Machine:
    """Return the CPU, the memory and the versions of this machine."""
    return Machine(
        processor=processor_name(),
        physical_cores=psutil.cpu_count(logical=False) or 1,
        usable_cores=_usable_cores(),
        memory_bytes=psutil.virtual_memory().total,
        system=platform.platform(),
        python=platform.python_version(),
        onnxruntime=runtime_version(),
    )


def measure_peak_gflops(*, side: int = 2048, rounds: int = 5) -> float:
    """Return the best speed of a float32 matrix product, in 10^9 operations per second.

    A multiply-accumulate counts as two operations.

    Args:
        side: Rows and columns of the square matrices.
        rounds: Number of products; the fastest counts, because the others were disturbed.
    """
    random = np.random.default_rng(0)
    left = random.random((side, side), dtype=np.float32)
    right = random.random((side, side), dtype=np.float32)
    # The first product starts the threads, and its result is the memory for the others.
    result = left @ right
    best_s = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        np.matmul(left, right, out=result)
        best_s = min(best_s, time.perf_counter() - start)
    return 2 * side**3 / best_s / 1e9


def _usable_cores() -> int:
    # A container or `taskset` may allow fewer cores than the machine has.
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
