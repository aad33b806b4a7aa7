"""The queue as rows of a Qt item model."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Slot,
)
from PySide6.QtGui import QImage
from typing_extensions import override

from app.queue.queue_texts import ITEM_ROLE, reason_text, restoration_text, state_text
from app.queue.thumbnails import Thumbnails
from app.state.queue_store import QueueItem, QueueStore
from app.state.shown_names import shown
from app.state.tooltips import tip_html

Index = QModelIndex | QPersistentModelIndex


class QueueModel(QAbstractListModel):
    """One row for each item of the queue, oldest first."""

    def __init__(
        self, store: QueueStore, thumbnails: Thumbnails | None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.store = store
        self._thumbnails = thumbnails
        # The rows as views know them. The store has changed before it reports the change, and
        # Qt demands that `rowCount` changes only between its begin and end calls.
        self._rows = list(store.items)
        self._shown_ids: dict[Path, set[int]] = {}
        store.added.connect(self._on_added)
        store.changed.connect(self._on_changed)
        store.removed.connect(self._on_removed)
        if thumbnails is not None:
            thumbnails.ready.connect(self._on_thumbnail)

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        item = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return shown(item.path.name)
            case Qt.ItemDataRole.DecorationRole:
                return self._thumbnail(item)
            case _:
                return item if role == ITEM_ROLE else _said(item, role)

    def _thumbnail(self, item: QueueItem) -> QImage | None:
        if self._thumbnails is None:
            return None
        # The same photo may be in the queue twice: each of its cards waits for the thumbnail.
        self._shown_ids.setdefault(item.path, set()).add(item.item_id)
        return self._thumbnails.get(item.path)

    @Slot(int, int)
    def _on_added(self, first: int, last: int) -> None:
        self.beginInsertRows(QModelIndex(), first, last)
        # Read from the store now: it holds exactly these rows until the next signal.
        self._rows[first:first] = [self.store.at(row) for row in range(first, last + 1)]
        self.endInsertRows()

    @Slot(int)
    def _on_changed(self, position: int) -> None:
        self._rows[position] = self.store.at(position)
        index = self.index(position)
        self.dataChanged.emit(index, index)

    @Slot(int, int)
    def _on_removed(self, first: int, last: int) -> None:
        self.beginRemoveRows(QModelIndex(), first, last)
        del self._rows[first : last + 1]
        self.endRemoveRows()

    @Slot(object)
    def _on_thumbnail(self, path: Path) -> None:
        for item_id in self._shown_ids.pop(path, ()):
            row = self.store.position(item_id)
            if row is not None and row < len(self._rows):
                index = self.index(row)
                self.dataChanged.emit(index, index)


def _said(item: QueueItem, role: int) -> str | None:
    """Return what is said about an item in a tooltip and by screen readers."""
    match role:
        case Qt.ItemDataRole.ToolTipRole:
            lines = (shown(item.path), restoration_text(item), reason_text(item))
            return tip_html("\n".join(line for line in lines if line))
        case Qt.ItemDataRole.AccessibleTextRole:
            return f"{shown(item.path.name)}, {state_text(item)}"
        case Qt.ItemDataRole.AccessibleDescriptionRole:
            return restoration_text(item)
        case _:
            return None
