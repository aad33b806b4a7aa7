"""How fast a run trains and what memory it takes, as metrics of its log."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from engine.core.peak_memory import peak_memory_bytes

_MB = 1e6


class Pace:
    """Counts the photos and the time of the steps since the last report.

    Args:
        batch_size: Patches per step, over all processes together.
    """

    def __init__(self, batch_size: int) -> None:
        self._batch_size = batch_size
        self._steps = 0
        self._busy_s = 0.0

    @contextmanager
    def step(self) -> Iterator[None]:
        """Time one step, with its wait for the batch, without checkpoints and validation."""
        started_s = time.perf_counter()
        yield
        self._busy_s += time.perf_counter() - started_s
        self._steps += 1

    def take_images_per_s(self) -> float:
        """Return the patches per second since the last call."""
        speed = self._batch_size * self._steps / max(self._busy_s, 1e-9)
        self._steps, self._busy_s = 0, 0.0
        return speed


def memory_metrics(device: torch.device) -> dict[str, float]:
    """Return the largest memory of this process so far, by name of the metric."""
    metrics = {"peak_memory_mb": peak_memory_bytes() / _MB}
    if device.type == "cuda":
        metrics["peak_gpu_memory_mb"] = torch.cuda.max_memory_allocated(device) / _MB
    return metrics
