from __future__ import annotations

import time

import pytest
import torch

from engine.training.pace import Pace, memory_metrics


class Clock:
    """A clock that goes on only when it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now_s = 0.0
        monkeypatch.setattr(time, "perf_counter", lambda: self.now_s)


def test_the_speed_is_that_of_the_steps_since_the_last_report(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, pace = Clock(monkeypatch), Pace(batch_size=8)
    for _ in range(4):
        with pace.step():
            clock.now_s += 0.5
        clock.now_s += 100  # a validation between two steps
    assert pace.take_images_per_s() == 16

    with pace.step():
        clock.now_s += 0.25

    assert pace.take_images_per_s() == 32


def test_without_a_step_there_is_no_speed() -> None:
    assert Pace(batch_size=8).take_images_per_s() == 0


def test_a_cpu_has_one_memory() -> None:
    metrics = memory_metrics(torch.device("cpu"))

    assert list(metrics) == ["peak_memory_mb"]
    assert metrics["peak_memory_mb"] > 50


def test_the_memory_of_a_gpu_is_counted_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "max_memory_allocated", lambda device: 2_000_000)

    assert memory_metrics(torch.device("cuda"))["peak_gpu_memory_mb"] == 2
