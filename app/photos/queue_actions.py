"""Connects the panel of the queue with its controller, the viewer and the status bar."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from app.queue.queue_controller import QueueController
from app.queue.queue_panel import QueuePanel
from app.queue.queue_texts import reason_text
from app.services.engine_texts import error_text
from app.state.queue_store import QueueItem, QueueStore
from app.upscale.photo_controller import PhotoController
from app.window.error_dialogs import ErrorDialogs
from app.window.main_window import MainWindow


class QueueActions(QObject):
    """What the panel of the queue asks for, and what the window reports of the queue."""

    def __init__(
        self,
        *,
        window: MainWindow,
        errors: ErrorDialogs,
        panel: QueuePanel,
        queue: QueueController,
        queue_store: QueueStore,
        photos: PhotoController,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._errors = errors
        self._photos = photos
        self._queue_store = queue_store
        self._connect_panel(panel, queue)
        self._connect_queue(queue)
        window.height_changed.connect(panel.fit_window)
        panel.fit_window(window.height())

    def done_item(self, path: Path) -> QueueItem | None:
        """Return the newest item of ``path`` that has a result."""
        items = self._queue_store.items
        # Items are in the order in which they were added.
        return next((i for i in reversed(items) if i.path == path and i.result is not None), None)

    @Slot(object)
    def show_added(self, items: Sequence[QueueItem]) -> None:
        """Report that ``items`` wait now, and show the first one if nothing else is shown."""
        # Idle as well: a photo that is being decoded right now is about to be shown.
        if self._photos.photo is None and self._photos.is_idle:
            self._photos.open(items[0].path)
        # A value that was set for the photo in the viewer goes along to photos that were not seen.
        share = items[0].choice.restoration
        if share is None:
            text = self.tr("{count} photos added to the queue")
        else:
            text = self.tr("{count} photos added to the queue, each with restoration {share} %")
        self._window.show_status(text.format(count=len(items), share=round((share or 0) * 100)))

    def _connect_panel(self, panel: QueuePanel, queue: QueueController) -> None:
        panel.start_requested.connect(queue.start)
        panel.pause_requested.connect(queue.pause)
        # The panel has buttons per row, the menus commands for all rows: see `queue_commands`.
        panel.cancel_requested.connect(queue.cancel)
        panel.retry_requested.connect(queue.retry)
        panel.remove_requested.connect(queue.remove)
        panel.clear_requested.connect(queue.clear_finished)
        panel.open_requested.connect(self._open_item)
        panel.reveal_requested.connect(self._reveal_item)
        panel.details_requested.connect(self._show_error)

    def _connect_queue(self, queue: QueueController) -> None:
        queue.part_finished.connect(self._photos.show_running)
        queue.stopped.connect(self._photos.leave_running)
        queue.finished.connect(self._on_finished)
        queue.failed.connect(self._on_failed)
        queue.emptied.connect(self._on_emptied)
        queue.found.connect(self.show_added)
        queue.problem_met.connect(self._window.show_problem)
        queue.add_failed.connect(self._on_add_failed)

    @Slot(object)
    def _open_item(self, item: QueueItem) -> None:
        self._photos.open(item.path, done=item)

    @Slot(object)
    def _reveal_item(self, item: QueueItem) -> None:
        if item.result is not None:
            self._window.reveal_requested.emit(item.result)

    @Slot(object)
    def _on_finished(self, item: QueueItem) -> None:
        window = self._window
        name = item.result.name if item.result is not None else item.path.name
        window.show_status(self.tr("Saved {name}").format(name=name), file=item.result)
        window.show_device(self.tr("Ran on: {device}").format(device=item.device))

    @Slot(object)
    def _on_failed(self, item: QueueItem) -> None:
        text = self.tr("{name} failed: {reason}")
        self._window.show_status(text.format(name=item.path.name, reason=reason_text(item)))

    @Slot(int, int)
    def _on_emptied(self, done: int, failed: int) -> None:
        window = self._window
        if failed:
            text = self.tr("Queue finished: {done} done, {failed} failed")
            window.show_status(text.format(done=done, failed=failed))
        # A long queue ends while the user does something else.
        if not window.isActiveWindow():
            window.alert()

    @Slot(object, object)
    def _on_add_failed(self, _path: Path, error: Exception) -> None:
        self._window.show_status(error_text(error))

    @Slot(object)
    def _show_error(self, item: QueueItem) -> None:
        title = self.tr("{name} could not be enlarged").format(name=item.path.name)
        self._errors.show(title, reason_text(item), item.details)
