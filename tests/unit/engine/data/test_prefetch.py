from __future__ import annotations

import threading

import pytest
import torch

from engine.data.batch import Batch
from engine.data.prefetch import Prefetcher


def numbered(step: int) -> Batch:
    return Batch(lr=torch.full((1,), step), hr=torch.zeros(1))


def test_batches_come_in_order_and_end() -> None:
    with Prefetcher(numbered, first=3, end=6) as batches:
        steps = [int(batches.take().lr) for _ in range(3)]

        with pytest.raises(IndexError, match="before step 6"):
            batches.take()

    assert steps == [3, 4, 5]
    assert batches.waited_s >= 0


def test_the_next_batch_is_made_before_it_is_asked_for() -> None:
    is_made_ahead = threading.Event()

    def source(step: int) -> Batch:
        if step == 1:
            is_made_ahead.set()
        return numbered(step)

    with Prefetcher(source, first=0, end=9) as batches:
        batches.take()

        assert is_made_ahead.wait(timeout=10)


def test_an_error_of_the_source_reaches_the_taker() -> None:
    def broken(step: int) -> Batch:
        raise ValueError(f"step {step}")

    with Prefetcher(broken, first=0, end=1) as batches, pytest.raises(ValueError, match="step 0"):
        batches.take()
