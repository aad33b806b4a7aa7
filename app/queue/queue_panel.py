"""The strip below the viewer: photos that wait, run and are done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListView,
    QMenu,
    QProgressBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app.queue.queue_delegate import CARD_HEIGHT_PX, QueueDelegate
from app.queue.queue_model import QueueModel
from app.queue.queue_progress import QueueProgress, QueueSummary, summarize
from app.queue.queue_texts import ITEM_ROLE
from app.state.number_texts import local_numbers
from app.state.queue_store import ItemState, QueueItem
from app.state.theme import SPACE_M_PX, SPACE_S_PX, SPACE_XS_PX
from app.widgets.controls import PartsLabel, text_label
from app.widgets.theming import ThemeService
from engine.api import format_bytes, format_duration

_REFRESH_MS = 100
_WIDE_PX = 640
_LOW_PX = 420


class QueuePanel(QFrame):
    """A row of cards with the buttons that act on them.

    Signals:
        start_requested: Run the waiting photos, or resume.
        pause_requested: Pause the current photo.
        cancel_requested: Ids of the items to cancel.
        retry_requested: Ids of the items to retry.
        remove_requested: Ids of the items to remove.
        clear_requested: Remove all finished items.
        open_requested: The `QueueItem` to open in the viewer.
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
        self,
        model: QueueModel,
        theming: ThemeService,
        *,
        progress: Callable[[], QueueProgress] = QueueProgress,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("queue")
        self._model = model
        self._progress = progress
        self._running_id = 0
        self._shows_pause: bool | None = None
        self._is_low = False
        # Thousands of photos can change in a moment; the header above them follows in steps.
        self._refreshing = QTimer(self)
        self._refreshing.setSingleShot(True)
        self._refreshing.setInterval(_REFRESH_MS)
        self._refreshing.timeout.connect(self.refresh)
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
        self.list.setUniformItemSizes(True)
        self.list.selectionModel().selectionChanged.connect(self.refresh)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_M_PX, SPACE_XS_PX, SPACE_M_PX, SPACE_S_PX)
        layout.setSpacing(SPACE_XS_PX)
        layout.addLayout(self._build_header())
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self._bar.setAccessibleName(self.tr("Progress of the whole queue"))
        layout.addWidget(self._bar)
        layout.addWidget(self.list)
        self._add_keys()
        for signal in (model.rowsInserted, model.rowsRemoved, model.dataChanged):
            signal.connect(self._refresh_soon)
        model.dataChanged.connect(self._follow)
        theming.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def selected(self) -> list[QueueItem]:
        """Return the selected items."""
        indexes = self.list.selectionModel().selectedIndexes()
        return [index.data(ITEM_ROLE) for index in indexes]

    @property
    def header_text(self) -> str:
        """The text of the header about the whole queue."""
        paused = [] if self._paused.isHidden() else [self._paused.text()]
        return " ".join([*paused, self._summary.text()])

    @property
    def fraction(self) -> float:
        """Progress of the whole queue as the bar shows it, 0 to 1."""
        return self._bar.value() / self._bar.maximum()

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(1, super().minimumSizeHint().height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        beside, alone = (
            Qt.ToolButtonStyle.ToolButtonTextBesideIcon,
            Qt.ToolButtonStyle.ToolButtonIconOnly,
        )
        scale = self._theming.theme.text_scale
        for button in (self._cancel, self._retry):
            button.setToolButtonStyle(beside if self.width() >= _WIDE_PX * scale else alone)
        self._fit_header()

    def _build_header(self) -> QHBoxLayout:
        self._header = row = QHBoxLayout()
        row.setSpacing(SPACE_XS_PX)
        self._title = text_label(self.tr("Queue"), role="title")
        row.addWidget(self._title)
        self._paused = text_label(self.tr("Paused"), role="badge")
        row.addWidget(self._paused, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addSpacing(SPACE_S_PX)
        self._summary = PartsLabel(role="caption")
        row.addWidget(self._summary, 1)
        self._start = self._tool("play", self.tr("Start the queue"), self._on_start)
        self._cancel = self._tool("cancel", self.tr("Cancel all"), self._on_cancel)
        self._retry = self._tool("retry", self.tr("Retry failed"), self._on_retry)
        self._reveal = self._tool("reveal", self.tr("Show in folder"), self._on_reveal)
        self._remove = self._tool("remove", self.tr("Remove finished"), self._on_remove)
        for button in (self._start, self._cancel, self._retry, self._reveal, self._remove):
            row.addWidget(button)
        return row

    def _fit_header(self) -> None:
        """Leave out the title where it would be cut: the cards below say what this is."""
        self._title.show()
        # Qt looks at the buttons again only when it is back in its event loop.
        self._header.invalidate()
        room_px = self.width() - 2 * SPACE_M_PX
        self._title.setVisible(self._header.minimumSize().width() <= room_px)

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
        # Only while the strip has the focus: in a text field the key deletes a letter.
        remove.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        remove.triggered.connect(self._on_remove)
        self.list.addAction(remove)

    def fit_window(self, height_px: int) -> None:
        """Hide the cards where the window is too low for them and the photo."""
        growth = 1 + (self._theming.theme.text_scale - 1) * 0.4
        self._is_low = height_px < _LOW_PX * growth
        self._show_state()

    @Slot()
    def _refresh_soon(self) -> None:
        self._show_state()
        # Not postponed by later changes: during a run there is always one.
        if not self._refreshing.isActive():
            self._refreshing.start()

    @Slot()
    def refresh(self) -> None:
        """Show the queue as it is now; looks at each item once."""
        self._refreshing.stop()
        chosen = self.selected()
        summary = summarize(self._model.store, self._progress())
        self._show_state()
        is_chosen = any(not item.state.is_final for item in chosen)
        can_cancel = summary.is_running or summary.is_paused or summary.waiting > 0
        self._name(self._cancel, self.tr("Cancel selected") if is_chosen else self.tr("Cancel all"))
        self._cancel.setVisible(is_chosen or can_cancel)
        is_chosen = any(_can_retry(item) for item in chosen)
        self._name(
            self._retry,
            self.tr("Retry selected") if is_chosen else self.tr("Retry failed"),
        )
        self._retry.setVisible(is_chosen or summary.can_retry > 0)
        self._reveal.setEnabled(summary.done > 0)
        self._name(
            self._remove, self.tr("Remove selected") if chosen else self.tr("Remove finished")
        )
        self._remove.setEnabled(bool(chosen) or summary.done + summary.can_retry > 0)
        self._bar.setVisible(summary.is_running or summary.is_paused)
        self._bar.setValue(round(summary.fraction * self._bar.maximum()))
        self._summary.setText(self._summary_text(summary))

    def _show_state(self) -> None:
        """Show what the store knows without looking at every item."""
        store = self._model.store
        is_running = store.count(ItemState.RUNNING) > 0
        is_paused = store.count(ItemState.PAUSED) > 0
        if is_running is not self._shows_pause:
            self._shows_pause = is_running
            self._name(self._start, self.tr("Pause") if is_running else self.tr("Start the queue"))
            self._start.setIcon(self._theming.icon("pause" if is_running else "play"))
        self._start.setEnabled(is_running or is_paused or store.count(ItemState.WAITING) > 0)
        self._paused.setVisible(is_paused)
        self._fit_header()
        # Without items the space of the strip goes to the photo.
        self.list.setVisible(len(store) > 0 and not self._is_low)

    def _name(self, button: QToolButton, name: str) -> None:
        button.setText(name)
        button.setAccessibleName(name)
        button.setToolTip(name)

    def _summary_text(self, summary: QueueSummary) -> str:
        if not summary.total:
            return self.tr("Empty. Dropped photos and folders wait here.")
        parts = [self.tr("{done} of {total} done").format(done=summary.done, total=summary.total)]
        if summary.failed:
            parts.append(self.tr("{count} failed").format(count=summary.failed))
        is_begun = summary.is_running or summary.is_paused
        if summary.time_s is not None:
            text = self.tr("about {time} left") if is_begun else self.tr("about {time}")
            parts.append(text.format(time=format_duration(summary.time_s)))
        # Memory and disk matter before the start, when they can still be a reason not to.
        if summary.disk_bytes and not is_begun:
            parts.append(
                self.tr("{memory} memory, {disk} disk").format(
                    memory=format_bytes(summary.memory_bytes),
                    disk=format_bytes(summary.disk_bytes),
                )
            )
        return local_numbers(" \u00b7 ".join(parts))

    @Slot(QModelIndex, QModelIndex)
    def _follow(self, first: QModelIndex, _last: QModelIndex) -> None:
        """Bring the card of the current photo into view, unless the pointer is in the strip."""
        item = first.data(ITEM_ROLE)
        if item.state is ItemState.RUNNING and item.item_id != self._running_id:
            self._running_id = item.item_id
            # A list that scrolls under the pointer makes a click hit another card.
            if not self.list.underMouse():
                self.list.scrollTo(first, QListView.ScrollHint.PositionAtCenter)

    @Slot()
    def _on_theme_changed(self) -> None:
        for button, name in self._icons:
            button.setIcon(self._theming.icon(name))
            button.setIconSize(self._theming.icon_size)
        scale = 1 + (self._theming.theme.text_scale - 1) * 0.5
        self.list.setFixedHeight(round((CARD_HEIGHT_PX + 14) * scale))
        # Unknown, so that the icon of the start button is drawn again in the new colors.
        self._shows_pause = None
        self.refresh()

    @Slot()
    def _on_start(self) -> None:
        is_running = self._model.store.count(ItemState.RUNNING) > 0
        (self.pause_requested if is_running else self.start_requested).emit()

    @Slot()
    def _on_cancel(self) -> None:
        chosen = [i for i in self.selected() if not i.state.is_final]
        items = chosen or [i for i in self._model.store.items if not i.state.is_final]
        self.cancel_requested.emit([item.item_id for item in items])

    @Slot()
    def _on_retry(self) -> None:
        chosen = [i for i in self.selected() if _can_retry(i)]
        items = chosen or [i for i in self._model.store.items if _can_retry(i)]
        self.retry_requested.emit([item.item_id for item in items])

    @Slot()
    def _on_remove(self) -> None:
        chosen = self.selected()
        if chosen:
            self.remove_requested.emit([item.item_id for item in chosen])
        else:
            self.clear_requested.emit()

    @Slot()
    def _on_reveal(self) -> None:
        chosen = [i for i in self.selected() if i.result is not None]
        items = chosen or [i for i in self._model.store.items if i.result is not None]
        if items:
            self.reveal_requested.emit(items[-1])

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
        """Return the context menu of the selected items, None if nothing is selected."""
        chosen = self.selected()
        if not chosen:
            return None
        menu = QMenu(self)
        # Owned by the panel: without this every menu would stay until the window closes.
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        first = chosen[0]
        menu.addAction(self.tr("Open in the viewer"), lambda: self.open_requested.emit(first))
        if first.state is ItemState.FAILED:
            menu.addAction(self.tr("Show the error"), lambda: self.details_requested.emit(first))
        menu.addSeparator()
        # Names and states of the buttons, which depend on the selection already.
        for button, slot in (
            (self._cancel, self._on_cancel),
            (self._retry, self._on_retry),
            (self._reveal, self._on_reveal),
            (self._remove, self._on_remove),
        ):
            action = menu.addAction(button.icon(), button.accessibleName(), slot)
            action.setEnabled(button.isEnabled() and not button.isHidden())
        return menu


def _can_retry(item: QueueItem) -> bool:
    return item.state.is_final and item.state is not ItemState.DONE
