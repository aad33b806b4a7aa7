"""Cuts the next batch while the current one is trained on."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType

from engine.data.batch import Batch


class Prefetcher:
    """Gives batches in order of their steps, always one ahead, from one thread.

    Attributes:
        waited_s: Seconds that callers of `take` had to wait so far.
    """

    def __init__(self, source: Callable[[int], Batch], *, first: int, end: int) -> None:
        self._source = source
        self._end = end
        self._step = first
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="patches")
        self._next = self._order()
        self.waited_s = 0.0

    def take(self) -> Batch:
        """Return the next batch.

        Raises:
            IndexError: If there is none.
        """
        if self._next is None:
            raise IndexError(f"All batches before step {self._end} were taken")
        started_s = time.perf_counter()
        batch = self._next.result()
        self.waited_s += time.perf_counter() - started_s
        self._step += 1
        self._next = self._order()
        return batch

    def __enter__(self) -> Prefetcher:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _order(self) -> Future[Batch] | None:
        return self._thread.submit(self._source, self._step) if self._step < self._end else None
