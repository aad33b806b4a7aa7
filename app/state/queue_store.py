"""The photos that wait, run and are done."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.state.processing import ProcessingChoice


class ItemState(Enum):
    """Where an item of the queue stands."""

    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_active(self) -> bool:
        """Whether work is under way."""
        return self in {ItemState.RUNNING, ItemState.PAUSED}

    @property
    def is_final(self) -> bool:
        """Whether nothing more will happen by itself."""
        return not self.is_active and self is not ItemState.WAITING


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemForecast:
    """What an item will become and need.

    Attributes:
        width_px: Columns of the result.
        height_px: Rows of the result.
        file_bytes: Size of the result's file.
        memory_bytes: Peak memory.
        disk_bytes: Scratch files and the result.
        time_s: Duration.
    """

    width_px: int
    height_px: int
    file_bytes: int
    memory_bytes: int
    disk_bytes: int
    time_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueItem:
    """One photo of the queue.

    Attributes:
        item_id: Number that no other item of the session has.
        path: The photo.
        choice: What to do with it.
        state: Where it stands.
        fraction: Share of the work that is done.
        eta_s: Seconds left, None if not known.
        forecast: What it will need, None until known.
        result: The finished file.
        message: Why it failed or was skipped, or what to know of the result.
        code: Kind of the error.
        details: What somebody who helps needs to know of the error.
        consistency_max: Largest difference of the reduced result, in 8-bit codes.
        consistency_mean: Mean difference, in 8-bit codes.
        device: What the network really ran on.
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


class QueueStore(QObject):
    """The items in order. Only the queue's controller changes it.

    Signals:
        added: Position of a new item.
        changed: Position of an item with new content.
        removed: Position an item had.
    """

    added = Signal(int)
    changed = Signal(int)
    removed = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: list[QueueItem] = []
        self._ids = itertools.count(1)

    @property
    def items(self) -> tuple[QueueItem, ...]:
        """All items, oldest first."""
        return tuple(self._items)

    def item(self, item_id: int) -> QueueItem | None:
        """Return an item, None if it is gone."""
        return next((item for item in self._items if item.item_id == item_id), None)

    def add(self, path: Path, choice: ProcessingChoice) -> QueueItem:
        """Append a photo that waits."""
        return self.add_item(QueueItem(item_id=0, path=path, choice=choice))

    def add_item(self, item: QueueItem) -> QueueItem:
        """Append an item, which gets a number of its own."""
        numbered = replace(item, item_id=next(self._ids))
        self._items.append(numbered)
        self.added.emit(len(self._items) - 1)
        return numbered

    def put(self, item: QueueItem) -> None:
        """Replace the item of the same number; one that is gone stays gone."""
        for position, existing in enumerate(self._items):
            if existing.item_id == item.item_id:
                if existing != item:
                    self._items[position] = item
                    self.changed.emit(position)
                return

    def remove(self, item_ids: Iterable[int]) -> None:
        """Take items out."""
        wanted = set(item_ids)
        for position in reversed(range(len(self._items))):
            if self._items[position].item_id in wanted:
                del self._items[position]
                self.removed.emit(position)

    def first(self, state: ItemState) -> QueueItem | None:
        """Return the oldest item in ``state``."""
        return next((item for item in self._items if item.state is state), None)
