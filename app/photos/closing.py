"""Asks before the window closes over a photo that is being enlarged."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout

from app.queue.queue_controller import QueueController
from app.state.queue_store import QueueStore
from app.state.shown_names import shown
from app.state.theme import SPACE_L_PX, SPACE_S_PX, SPACE_XL_PX
from app.widgets.controls import text_label
from app.widgets.dialogs import Dialogs
from app.window.main_window import MainWindow


class CloseDialog(QDialog):
    """Finish the photo first, stop at once, or stay.

    Signals:
        finish_requested: Close when the current photo is done.
        stop_requested: Close now.
        stay_requested: Do not close.
    """

    finish_requested = Signal()
    stop_requested = Signal()
    stay_requested = Signal()

    def __init__(self, *, name: str, waiting: int) -> None:
        super().__init__()
        self.setWindowTitle(self.tr("A photo is being enlarged"))
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_XL_PX, SPACE_XL_PX, SPACE_XL_PX, SPACE_L_PX)
        column.setSpacing(SPACE_S_PX)
        column.addWidget(
            text_label(
                self.tr("{name} is being enlarged").format(name=shown(name)), role="headline"
            )
        )
        text = self.tr("If you stop now, its work is lost and it waits at the next start.")
        if waiting:
            more = self.tr("{count} more photos wait there in any case.").format(count=waiting)
            text = f"{text} {more}"
        column.addWidget(text_label(text, wraps=True))
        column.addSpacing(SPACE_L_PX)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_S_PX)
        self.stop = QPushButton(self.tr("Stop and close"))
        self.stop.setProperty("role", "danger")
        self.finish = QPushButton(self.tr("Finish it, then close"))
        self.stay = QPushButton(self.tr("Stay"))
        self.stay.setProperty("role", "primary")
        self.stay.setDefault(True)
        buttons.addWidget(self.stop)
        buttons.addStretch()
        buttons.addWidget(self.finish)
        buttons.addWidget(self.stay)
        column.addLayout(buttons)
        self.setMinimumWidth(480)
        # The dialog closes before the signal: its answer may close the window below it.
        for button, signal in (
            (self.stop, self.stop_requested),
            (self.finish, self.finish_requested),
        ):
            button.clicked.connect(self.accept)
            button.clicked.connect(signal)
        self.stay.clicked.connect(self.reject)
        # Escape and the cross of the dialog mean the same as the button.
        self.rejected.connect(self.stay_requested)


class Closing(QObject):
    """Decides whether the window may close while the queue works."""

    def __init__(
        self,
        *,
        window: MainWindow,
        dialogs: Dialogs,
        queue: QueueController,
        queue_store: QueueStore,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._dialogs = dialogs
        self._queue = queue
        self._queue_store = queue_store
        self._is_decided = False
        self._closes_when_done = False
        queue.emptied.connect(self._on_emptied)

    def may_close(self) -> bool:
        """Return whether nothing would be lost; otherwise the user is asked and decides."""
        application = QGuiApplication.instance()
        # The system ends the session: it waits for no answer.
        is_leaving = isinstance(application, QGuiApplication) and application.isSavingSession()
        active = self._queue.active_item
        if self._is_decided or is_leaving or active is None:
            return True
        items = self._queue_store.items
        waiting = len([i for i in items if not i.state.is_final and i is not active])
        dialog = CloseDialog(name=active.path.name, waiting=waiting)
        dialog.stop_requested.connect(self._on_stop)
        dialog.finish_requested.connect(self._on_finish)
        dialog.stay_requested.connect(self._on_stay)
        self._dialogs.show(dialog)
        return False

    @Slot()
    def _on_stop(self) -> None:
        # Closing asks once more, and must not open this dialog again.
        self._is_decided = True
        self._window.close()

    @Slot()
    def _on_finish(self) -> None:
        self._closes_when_done = True
        self._queue.set_stops_after_photo(stops=True)
        self._window.show_status(self.tr("The window closes when this photo is done"))
        # It may have ended while the dialog was open.
        if not self._queue.is_running:
            self._on_stop()

    @Slot()
    def _on_stay(self) -> None:
        self._closes_when_done = False
        self._queue.set_stops_after_photo(stops=False)

    @Slot()
    def _on_emptied(self) -> None:
        if self._closes_when_done:
            self._on_stop()
