"""Prepares the next batches while the network is trained on the current one."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from typing_extensions import override

from engine.core.closing import Closing
from engine.data.batch import Batch

_AHEAD = 4  # some batches take longer than others; a few in reserve balance that


class Prefetcher(Closing):
    """Returns batches in the order of their steps, prepared ahead by one thread.

    A single thread keeps the order without locks.

    Args:
        source: Makes the batch of a step; called by the thread.
        first: First step.
        end: One past the last step.

    Attributes:
        waited_s: Seconds that `take` has waited so far.
    """

    def __init__(self, source: Callable[[int], Batch], *, first: int, end: int) -> None:
        self._source = source
        self._end = end
        self._ordered = first
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="patches")
        self._coming: deque[Future[Batch]] = deque()
        for _ in range(_AHEAD):
            self._order()
        self.waited_s = 0.0

    def take(self) -> Batch:
        """Return the next batch.

        Raises:
            IndexError: If all batches were taken.
        """
        if not self._coming:
            raise IndexError(f"All batches before step {self._end} were taken")
        started_s = time.perf_counter()
        batch = self._coming.popleft().result()
        self.waited_s += time.perf_counter() - started_s
        self._order()
        return batch

    @override
    def close(self) -> None:
        """Stop the thread after the batch that it is working on."""
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _order(self) -> None:
        if self._ordered < self._end:
            self._coming.append(self._thread.submit(self._source, self._ordered))
            self._ordered += 1
