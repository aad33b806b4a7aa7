"""The film strip below the viewer: what waits, runs and is done."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListView,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.models.queue_model import QueueModel
from app.state.number_texts import local_numbers
from app.state.queue_store import ItemState, QueueItem
from app.state.queue_texts import ITEM_ROLE
from app.state.theme import SPACE_M_PX, SPACE_S_PX, SPACE_XS_PX
from app.widgets.controls import ElidedLabel, text_label
from app.widgets.queue_delegate import CARD_HEIGHT_PX, QueueDelegate
from app.widgets.theming import ThemeService
from engine.api import format_bytes, format_duration


class QueuePanel(QFrame):
    """A row of cards with the buttons that act on them.

    Signals:
        start_requested: Work through what waits, or go on.
        pause_requested: Hold the photo under way.
        cancel_requested: Numbers of the items to stop.
        retry_requested: Numbers of the items to try again.
        remove_requested: Numbers of the items to take out.
        clear_requested: Take out all that is over.
        open_requested: The `QueueItem` to look at.
        reveal_requested: The `QueueItem` whose file to show in its folder.
        details_requested: The `QueueItem` whose error to show.
    """

    start_requested = Signal()
    pause_requested = Signal()
    cancel_requested = Signal(list)
    retry_requested = Signal(list)
    remove_requested = Signal(list)
    clear_requested = Signal()
    open_requested = Signal(object)
    reveal_requested = Signal(object)
    details_requested = Signal(object)

    def __init__(
        self, model: QueueModel, theming: ThemeService, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("queue")
        self._model = model
        self._theming = theming
        self._icons: list[tuple[QToolButton, str]] = []
        self.list = QListView()
        self.list.setModel(model)
        self.list.setItemDelegate(QueueDelegate(theming, self))
        self.list.setFlow(QListView.Flow.LeftToRight)
        self.list.setWrapping(False)
        self.list.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.list.setHorizontalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMouseTracking(True)
        self.list.setAccessibleName(self.tr("Queue"))
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._on_menu)
        self.list.activated.connect(self._on_activated)
        self.list.selectionModel().selectionChanged.connect(self._refresh)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_M_PX, SPACE_XS_PX, SPACE_M_PX, SPACE_S_PX)
        layout.setSpacing(SPACE_XS_PX)
        layout.addLayout(self._build_header())
        layout.addWidget(self.list)
        self._add_keys()
        for signal in (model.rowsInserted, model.rowsRemoved, model.dataChanged):
            signal.connect(self._refresh)
        theming.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self._refresh()

    def selected(self) -> list[QueueItem]:
        """Return the selected items."""
        indexes = self.list.selectionModel().selectedIndexes()
        return [index.data(ITEM_ROLE) for index in indexes]

    def items(self) -> list[QueueItem]:
        """Return all items."""
        rows = range(self._model.rowCount())
        return [self._model.index(row).data(ITEM_ROLE) for row in rows]

    def _build_header(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SPACE_XS_PX)
        row.addWidget(text_label(self.tr("Queue"), role="title"))
        row.addSpacing(SPACE_S_PX)
        self._summary = ElidedLabel(role="caption")
        row.addWidget(self._summary, 1)
        self._start = self._tool("play", self.tr("Start the queue"), self._on_start)
        self._cancel = self._tool("cancel", self.tr("Cancel"), self._on_cancel)
        self._retry = self._tool("retry", self.tr("Try again"), self._on_retry)
        self._reveal = self._tool("reveal", self.tr("Show in folder"), self._on_reveal)
        self._remove = self._tool("remove", self.tr("Remove from the queue"), self._on_remove)
        for button in (self._start, self._cancel, self._retry, self._reveal, self._remove):
            row.addWidget(button)
        return row

    def _tool(self, icon: str, name: str, slot: object) -> QToolButton:
        button = QToolButton()
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(slot)
        self._icons.append((button, icon))
        return button

    def _add_keys(self) -> None:
        remove = QAction(self.list)
        remove.setShortcut(QKeySequence(QKeySequence.StandardKey.Delete))
        remove.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        remove.triggered.connect(self._on_remove)
        self.list.addAction(remove)

    @Slot()
    def _refresh(self) -> None:
        items = self.items()
        chosen = self.selected() or items
        is_running = any(item.state is ItemState.RUNNING for item in items)
        can_start = any(i.state in {ItemState.WAITING, ItemState.PAUSED} for i in items)
        name = self.tr("Pause") if is_running else self.tr("Start the queue")
        self._start.setAccessibleName(name)
        self._start.setToolTip(name)
        self._start.setIcon(self._theming.icon("pause" if is_running else "play"))
        self._start.setEnabled(is_running or can_start)
        self._cancel.setEnabled(any(not item.state.is_final for item in chosen))
        self._retry.setEnabled(any(_can_retry(item) for item in chosen))
        self._reveal.setEnabled(any(item.result is not None for item in chosen))
        self._remove.setEnabled(bool(items))
        # Without items the strip gives its room to the photo.
        self.list.setVisible(bool(items))
        self._summary.setText(self._summary_text(items))

    def _summary_text(self, items: list[QueueItem]) -> str:
        if not items:
            return self.tr("Empty. Dropped photos and folders wait here.")
        done = sum(item.state is ItemState.DONE for item in items)
        failed = sum(item.state is ItemState.FAILED for item in items)
        parts = [self.tr("{done} of {total} done").format(done=done, total=len(items))]
        if failed:
            parts.append(self.tr("{count} failed").format(count=failed))
        ahead = [i.forecast for i in items if i.state is ItemState.WAITING and i.forecast]
        if ahead:
            parts.append(
                self.tr("about {time}, {memory} memory, {disk} disk").format(
                    time=format_duration(sum(f.time_s for f in ahead)),
                    memory=format_bytes(max(f.memory_bytes for f in ahead)),
                    disk=format_bytes(sum(f.disk_bytes for f in ahead)),
                )
            )
        return local_numbers(" \u00b7 ".join(parts))

    @Slot()
    def _on_theme_changed(self) -> None:
        for button, name in self._icons:
            button.setIcon(self._theming.icon(name))
            button.setIconSize(self._theming.icon_size)
        scale = 1 + (self._theming.theme.text_scale - 1) * 0.5
        self.list.setFixedHeight(round((CARD_HEIGHT_PX + 14) * scale))
        self._refresh()

    @Slot()
    def _on_start(self) -> None:
        is_running = any(item.state is ItemState.RUNNING for item in self.items())
        (self.pause_requested if is_running else self.start_requested).emit()

    @Slot()
    def _on_cancel(self) -> None:
        chosen = self.selected() or self.items()
        self.cancel_requested.emit([i.item_id for i in chosen if not i.state.is_final])

    @Slot()
    def _on_retry(self) -> None:
        chosen = self.selected() or self.items()
        self.retry_requested.emit([i.item_id for i in chosen if _can_retry(i)])

    @Slot()
    def _on_remove(self) -> None:
        chosen = self.selected()
        if chosen:
            self.remove_requested.emit([item.item_id for item in chosen])
        else:
            self.clear_requested.emit()

    @Slot()
    def _on_reveal(self) -> None:
        chosen = [i for i in self.selected() or self.items() if i.result is not None]
        if chosen:
            self.reveal_requested.emit(chosen[-1])

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        item = index.data(ITEM_ROLE)
        if item.state is ItemState.FAILED:
            self.details_requested.emit(item)
        else:
            self.open_requested.emit(item)

    @Slot(QPoint)
    def _on_menu(self, position: QPoint) -> None:
        menu = self.build_menu()
        if menu is not None:
            menu.popup(self.list.viewport().mapToGlobal(position))

    def build_menu(self) -> QMenu | None:
        """Return the menu for the selected items, None if there are none."""
        chosen = self.selected()
        if not chosen:
            return None
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        first = chosen[0]
        menu.addAction(self.tr("Open in the viewer"), lambda: self.open_requested.emit(first))
        if first.state is ItemState.FAILED:
            menu.addAction(self.tr("Show the error"), lambda: self.details_requested.emit(first))
        menu.addSeparator()
        for button, slot in (
            (self._cancel, self._on_cancel),
            (self._retry, self._on_retry),
            (self._reveal, self._on_reveal),
            (self._remove, self._on_remove),
        ):
            action = menu.addAction(button.icon(), button.accessibleName(), slot)
            action.setEnabled(button.isEnabled())
        return menu


def _can_retry(item: QueueItem) -> bool:
    return item.state.is_final and item.state is not ItemState.DONE
