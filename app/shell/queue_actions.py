"""What the window shows of the queue: wires between its panel, its controller and the viewer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from app.queue.queue_texts import reason_text
from app.services.engine_texts import error_text
from app.state.queue_store import QueueItem

if TYPE_CHECKING:
    from app.shell.app_controller import AppController


class QueueActions(QObject):
    """The queue of one `AppController` as people see it."""

    def __init__(self, studio: AppController) -> None:
        super().__init__(studio)
        self._studio = studio
        panel, queue, photos = studio.panel, studio.queue, studio.photos
        panel.start_requested.connect(queue.start)
        panel.pause_requested.connect(queue.pause)
        panel.cancel_requested.connect(queue.cancel)
        panel.retry_requested.connect(queue.retry)
        panel.remove_requested.connect(queue.remove)
        panel.clear_requested.connect(queue.clear_finished)
        panel.open_requested.connect(lambda item: photos.open(item.path, done=item))
        panel.reveal_requested.connect(studio.commands.reveal)
        panel.details_requested.connect(self._show_error)
        studio.window.height_changed.connect(panel.fit_window)
        panel.fit_window(studio.window.height())
        queue.part_finished.connect(photos.show_running)
        queue.stopped.connect(photos.leave_running)
        queue.finished.connect(self._on_finished)
        queue.failed.connect(self._on_failed)
        queue.emptied.connect(self._on_emptied)
        queue.found.connect(self.tell_added)
        queue.problem_met.connect(studio.window.show_problem)
        queue.add_failed.connect(lambda _path, error: studio.window.show_status(error_text(error)))

    def done_item(self, path: Path) -> QueueItem | None:
        """Return the newest item of ``path`` that has a result."""
        items = self._studio.queue_store.items
        return next((i for i in reversed(items) if i.path == path and i.result is not None), None)

    @Slot(object)
    def tell_added(self, items: Sequence[QueueItem]) -> None:
        """Say that ``items`` wait now, and show the first one if nothing else is shown."""
        photos = self._studio.photos
        if photos.photo is None and photos.is_idle:
            photos.open(items[0].path)
        text = self.tr("{count} photos added to the queue")
        self._studio.window.show_status(text.format(count=len(items)))

    @Slot(object)
    def _on_finished(self, item: QueueItem) -> None:
        window = self._studio.window
        name = item.result.name if item.result is not None else item.path.name
        window.show_status(self.tr("Saved {name}").format(name=name), file=item.result)
        window.show_device(self.tr("Ran on: {device}").format(device=item.device))
        self._studio.show_item_result(item)

    @Slot(object)
    def _on_failed(self, item: QueueItem) -> None:
        text = self.tr("{name} failed: {reason}")
        self._studio.window.show_status(text.format(name=item.path.name, reason=reason_text(item)))

    @Slot(int, int)
    def _on_emptied(self, done: int, failed: int) -> None:
        window = self._studio.window
        if failed:
            text = self.tr("Queue finished: {done} done, {failed} failed")
            window.show_status(text.format(done=done, failed=failed))
        if not window.isActiveWindow():
            window.alert()

    @Slot(object)
    def _show_error(self, item: QueueItem) -> None:
        title = self.tr("{name} could not be enlarged").format(name=item.path.name)
        self._studio.show_error(title, reason_text(item), item.details)
