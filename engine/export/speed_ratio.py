"""How much faster one file runs than another."""

from __future__ import annotations

import statistics
import time

import numpy as np

from engine.inference.network.session import BatchF32, ExecutionSession


def relative_speed(fast: ExecutionSession, base: ExecutionSession, *, side_px: int) -> float:
    """Return how many times faster ``fast`` runs than ``base``, from interleaved runs.

    Args:
        fast: Session to judge.
        base: Session it is compared with.
        side_px: Side of the square LR input.
    """
    lr = np.random.default_rng(0).random((1, 3, side_px, side_px), dtype=np.float32)
    sessions = (fast, base)
    for session in sessions:
        session.run(lr)
    times_s = [[_run_s(session, lr) for session in sessions] for _ in range(20)]
    return statistics.median(base_s / fast_s for fast_s, base_s in times_s)


def _run_s(session: ExecutionSession, lr: BatchF32) -> float:
    before = time.perf_counter()
    session.run(lr)
    return time.perf_counter() - before
