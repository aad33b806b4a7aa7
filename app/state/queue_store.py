"""The items of the queue: photos that wait, run and are done."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.state.processing import ProcessingChoice


class ItemState(Enum):
    """State of an item of the queue."""

    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_active(self) -> bool:
        """Whether the item is running or paused."""
        return self in {ItemState.RUNNING, ItemState.PAUSED}

    @property
    def is_final(self) -> bool:
        """Whether nothing more happens to the item without a request."""
        return not self.is_active and self is not ItemState.WAITING


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemForecast:
    """Estimate of what an item will become and need.

    Attributes:
        width_px: Columns of the result.
        height_px: Rows of the result.
        file_bytes: Size of the result's file.
        memory_bytes: Peak memory.
        disk_bytes: Scratch files and the result.
        time_s: Duration.
        estimates_restoration: Whether the restoration is estimated from the photo when it runs.
    """

    width_px: int
    height_px: int
    file_bytes: int
    memory_bytes: int
    disk_bytes: int
    time_s: float
    estimates_restoration: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueItem:
    """One photo of the queue.

    Attributes:
        item_id: Number that no other item of the session has.
        key: Name that no item of any other window has, empty until it is in a store.
        path: The photo.
        choice: How to enlarge it.
        state: Its state.
        fraction: Share of the work that is done, 0 to 1.
        eta_s: Seconds left, None if not known.
        forecast: What it will need, None until known.
        result: The finished file.
        message: Why it failed or was skipped, or notes about the result.
        code: Kind of the error.
        details: Details of the error for a bug report.
        consistency_max: Largest difference of the downscaled result from the photo, in 8-bit
            levels.
        consistency_mean: Mean difference, in 8-bit levels.
        device: The execution provider the network ran on.
        restoration: Restoration of the result, 0 to 1; None before, and for models without it.
        fidelity: Fidelity of the result, in the same way.
        reason: Why it has that restoration, if it was estimated from the photo.
    """

    item_id: int
    path: Path
    choice: ProcessingChoice
    state: ItemState = ItemState.WAITING
    fraction: float = 0.0
    eta_s: float | None = None
    forecast: ItemForecast | None = None
    result: Path | None = None
    message: str = ""
    code: str = ""
    details: str = ""
    consistency_max: float | None = None
    consistency_mean: float | None = None
    device: str = ""
    restoration: float | None = None
    fidelity: float | None = None
    reason: str = ""
    key: str = ""


class QueueStore(QObject):
    """The items in order. Only the queue's controller and its parts change it.

    Items are found by id, and a change costs the same however many items there are.

    Signals:
        added: First and last position of new items, at the end of the list.
        changed: Position of an item that was replaced.
        removed: First and last position that the removed items had.
    """

    added = Signal(int, int)
    changed = Signal(int)
    removed = Signal(int, int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: list[QueueItem] = []
        self._positions: dict[int, int] = {}
        self._counts = dict.fromkeys(ItemState, 0)
        self._ids = itertools.count(1)

    @property
    def items(self) -> tuple[QueueItem, ...]:
        """All items, oldest first; a copy."""
        return tuple(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def at(self, position: int) -> QueueItem:
        """Return the item at ``position``."""
        return self._items[position]

    def count(self, state: ItemState) -> int:
        """Return how many items are in ``state``."""
        return self._counts[state]

    def item(self, item_id: int) -> QueueItem | None:
        """Return an item, None if it was removed."""
        position = self._positions.get(item_id)
        return None if position is None else self._items[position]

    def position(self, item_id: int) -> int | None:
        """Return the position of an item, None if it was removed."""
        return self._positions.get(item_id)

    def add(self, path: Path, choice: ProcessingChoice) -> QueueItem:
        """Append a waiting photo."""
        return self.add_items([QueueItem(item_id=0, path=path, choice=choice)])[0]

    def add_items(self, items: Sequence[QueueItem]) -> tuple[QueueItem, ...]:
        """Append items in one step; each gets an id and, if it has none, a key."""
        if not items:
            return ()
        first = len(self._items)
        numbered = tuple(
            replace(item, item_id=next(self._ids), key=item.key or uuid.uuid4().hex)
            for item in items
        )
        for position, item in enumerate(numbered, start=first):
            self._positions[item.item_id] = position
            self._counts[item.state] += 1
        self._items.extend(numbered)
        self.added.emit(first, len(self._items) - 1)
        return numbered

    def put(self, item: QueueItem) -> None:
        """Replace the item with the same id; an item that was removed stays removed."""
        position = self._positions.get(item.item_id)
        # Views repaint for each change: one that changes nothing is not reported.
        if position is None or self._items[position] == item:
            return
        self._counts[self._items[position].state] -= 1
        self._counts[item.state] += 1
        self._items[position] = item
        self.changed.emit(position)

    def remove(self, item_ids: Iterable[int]) -> None:
        """Remove items, neighbors in one step."""
        gone = {p for i in item_ids if (p := self._positions.get(i)) is not None}
        # From the end, so that the positions of the earlier runs stay valid.
        for first, last in reversed(_runs(sorted(gone))):
            for item in self._items[first : last + 1]:
                self._counts[item.state] -= 1
            del self._items[first : last + 1]
            self._positions = {item.item_id: at for at, item in enumerate(self._items)}
            self.removed.emit(first, last)

    def first(self, state: ItemState) -> QueueItem | None:
        """Return the oldest item in ``state``."""
        if not self._counts[state]:
            return None
        return next((item for item in self._items if item.state is state), None)


def _runs(positions: Sequence[int]) -> list[tuple[int, int]]:
    """Return first and last of each run of neighbors in sorted ``positions``."""
    runs: list[tuple[int, int]] = []
    for position in positions:
        if runs and runs[-1][1] == position - 1:
            runs[-1] = (runs[-1][0], position)
        else:
            runs.append((position, position))
    return runs
