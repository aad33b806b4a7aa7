"""Progress of a run of the queue, and how long the rest will take."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace

from app.state.queue_store import ItemState, QueueItem, QueueStore


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueProgress:
    """What a run has done so far.

    Attributes:
        photo_count: Photos that ended, with or without a result.
        forecast_s: Seconds that the finished ones were estimated to take.
        taken_s: Seconds that they took.
        last_s: When the last photo ended, on the monotonic clock.
    """

    photo_count: int = 0
    forecast_s: float = 0.0
    taken_s: float = 0.0
    last_s: float = field(default_factory=time.monotonic)

    def with_photo(self, item: QueueItem | None, *, now_s: float) -> QueueProgress:
        """Return the progress after one more photo."""
        counted = replace(self, photo_count=self.photo_count + 1, last_s=now_s)
        # Only complete photos tell how good the estimates are: a failure ends early.
        if item is None or item.state is not ItemState.DONE or item.forecast is None:
            return counted
        return replace(
            counted,
            forecast_s=self.forecast_s + item.forecast.time_s,
            taken_s=self.taken_s + now_s - self.last_s,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueSummary:
    """The queue in a few numbers.

    Attributes:
        total: Items.
        done: Items with a result.
        failed: Items that could not be enlarged.
        waiting: Items that have not been started.
        can_retry: Items that `QueueController.retry` would run again.
        is_running: Whether a photo is running and not paused.
        is_paused: Whether it is paused.
        fraction: Share of the run that is done, 0 to 1.
        time_s: Seconds left of the run, or that it will take; None if not known.
        memory_bytes: Peak memory of the waiting items.
        disk_bytes: Disk space that the waiting items will need.
    """

    total: int
    done: int
    failed: int
    waiting: int
    can_retry: int
    is_running: bool
    is_paused: bool
    fraction: float
    time_s: float | None
    memory_bytes: int
    disk_bytes: int


def summarize(store: QueueStore, progress: QueueProgress) -> QueueSummary:
    """Return the queue of ``store`` in numbers, in one pass over the items."""
    items = store.items
    ahead = [i.forecast for i in items if i.state is ItemState.WAITING and i.forecast]
    active = store.first(ItemState.RUNNING) or store.first(ItemState.PAUSED)
    waiting = store.count(ItemState.WAITING)
    begun = progress.photo_count + (active.fraction if active is not None else 0.0)
    whole = progress.photo_count + waiting + (active is not None)
    return QueueSummary(
        total=len(items),
        done=store.count(ItemState.DONE),
        failed=store.count(ItemState.FAILED),
        waiting=waiting,
        can_retry=sum(
            store.count(state)
            for state in (ItemState.FAILED, ItemState.CANCELLED, ItemState.SKIPPED)
        ),
        is_running=store.count(ItemState.RUNNING) > 0,
        is_paused=store.count(ItemState.PAUSED) > 0,
        fraction=min(1.0, begun / whole) if whole else 0.0,
        time_s=_time_left_s(active, [f.time_s for f in ahead], waiting, progress),
        memory_bytes=max((f.memory_bytes for f in ahead), default=0),
        disk_bytes=sum(f.disk_bytes for f in ahead),
    )


def _time_left_s(
    active: QueueItem | None, known_s: list[float], waiting: int, progress: QueueProgress
) -> float | None:
    """Return seconds for the rest: the estimates, scaled by how far off they were so far."""
    if waiting and not known_s:
        return None
    # A photo without an estimate counts as an average one.
    rest_s = sum(known_s) / len(known_s) * waiting if known_s else 0.0
    if progress.forecast_s > 0:
        rest_s *= progress.taken_s / progress.forecast_s
    if active is None:
        return rest_s if waiting else None
    if active.eta_s is not None:
        return rest_s + active.eta_s
    if active.forecast is not None:
        return rest_s + active.forecast.time_s * (1 - active.fraction)
    return None
