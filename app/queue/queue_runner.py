"""Runs what waits in the queue, one photo at a time."""

from __future__ import annotations

import time
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from app.queue.queue_progress import QueueProgress
from app.queue.queue_saver import QueueSaver
from app.queue.running_reports import FinishedPart, collected_tiles, paced_progress
from app.services.engine_service import EngineService
from app.services.engine_texts import error_text, estimate_text, note_texts
from app.services.error_report import error_code, error_report
from app.services.task_runner import Task, TaskRunner
from app.state.queue_store import ItemState, QueueItem, QueueStore
from engine.api import DialSetting, PhotoResult, Progress


class QueueRunner(QObject):
    """Enlarges the oldest waiting item, then the next one, until none waits.

        waiting ─► running ⇄ paused
                      └─► done · skipped · failed · cancelled

    Signals:
        finished: The item whose result was saved.
        failed: The item that could not be enlarged.
        stopped: The item whose run ended without a result.
        part_finished: The item, its `RunningLevels` and the `Region` that can now be seen.
        emptied: Nothing is left to do; how many items are done and how many failed.
        running_changed: Whether the queue is running.
    """

    finished = Signal(object)
    failed = Signal(object)
    stopped = Signal(object)
    part_finished = Signal(object, object, object)
    emptied = Signal(int, int)
    running_changed = Signal(bool)

    def __init__(
        self,
        store: QueueStore,
        engine_service: EngineService,
        runner: TaskRunner,
        saver: QueueSaver,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._engine_service = engine_service
        self._runner = runner
        self._saver = saver
        self._is_running = False
        self._stops_after_photo = False
        self._task: Task | None = None
        self._running_id = 0
        self._progress = QueueProgress()

    @property
    def is_running(self) -> bool:
        """Whether the queue is running, or paused in the middle of a photo."""
        return self._is_running

    @property
    def is_paused(self) -> bool:
        """Whether the current photo is paused."""
        return self._store.first(ItemState.PAUSED) is not None

    @property
    def progress(self) -> QueueProgress:
        """What the current run has done so far."""
        return self._progress

    @property
    def active_item(self) -> QueueItem | None:
        """The photo that is running or paused, None if there is none."""
        return self._store.item(self._running_id) if self._running_id else None

    def start(self) -> None:
        """Run the waiting photos, or resume the photo that is paused."""
        if self.is_paused:
            self.resume()
            return
        if not self._is_running:
            self._progress = QueueProgress()
            self._set_running(is_running=True)
            self._start_next()

    def pause(self) -> None:
        """Pause the current photo after its current tile."""
        item = self._store.first(ItemState.RUNNING)
        if self._task is not None and item is not None:
            # The network finishes its tile first; the time left is unknown until it runs again.
            self._task.token.pause()
            self._store.put(replace(item, state=ItemState.PAUSED, eta_s=None))

    def resume(self) -> None:
        """Resume the photo that is paused."""
        item = self._store.first(ItemState.PAUSED)
        if self._task is not None and item is not None:
            self._store.put(replace(item, state=ItemState.RUNNING))
            self._task.token.resume()

    def cancel_active(self) -> None:
        """Ask the current photo to stop; `stopped` follows."""
        if self._task is not None:
            self._task.cancel()

    def set_stops_after_photo(self, *, stops: bool) -> None:
        """Finish the current photo and start no other one, or run on as usual."""
        self._stops_after_photo = stops
        # A paused photo would never end.
        if stops:
            self.resume()

    def shut_down(self) -> None:
        """Start nothing more and ask the current photo to stop."""
        self._is_running = False
        self.cancel_active()

    def _start_next(self) -> None:
        item = None if self._stops_after_photo else self._store.first(ItemState.WAITING)
        # Nothing waits any more, or the window closes after this photo.
        if item is None:
            self._stops_after_photo = False
            self._set_running(is_running=False)
            self.emptied.emit(
                self._store.count(ItemState.DONE), self._store.count(ItemState.FAILED)
            )
            return
        running = replace(item, state=ItemState.RUNNING, fraction=0.0, eta_s=None, message="")
        self._store.put(running)
        self._running_id = item.item_id
        self._task = self._create_task(running)
        self._task.reported.connect(self._on_reported)
        self._task.succeeded.connect(self._on_succeeded)
        self._task.failed.connect(self._on_failed)
        self._task.cancelled.connect(self._on_cancelled)
        self._task.start()

    def _create_task(self, item: QueueItem) -> Task:
        # Read here: the store belongs to the window's thread.
        queue, note = self._store.items, self._saver.note_path(item)
        return self._runner.create(
            lambda report, token: self._engine_service.upscale(
                item.path,
                item.choice,
                token=token,
                on_progress=paced_progress(report),
                on_tile=collected_tiles(report),
                queue=queue,
                note=note,
            )
        )

    @Slot(object)
    def _on_reported(self, report: Progress | FinishedPart) -> None:
        item = self.active_item
        if item is None:
            return
        if isinstance(report, FinishedPart):
            self.part_finished.emit(item, report.picture, report.region)
        elif item.state is ItemState.RUNNING:
            self._store.put(replace(item, fraction=report.fraction, eta_s=report.eta_s))

    @Slot(object)
    def _on_succeeded(self, finished: PhotoResult) -> None:
        item = self.active_item
        if item is not None:
            item = completed_item(item, finished)
            self._put(item)
            if item.state is ItemState.DONE:
                self.finished.emit(item)
        self._end_photo()

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        item = self.active_item
        if item is not None:
            item = replace(
                item,
                state=ItemState.FAILED,
                message=error_text(error),
                code=error_code(error),
                details=error_report(error, path=item.path, device=item.choice.device),
                eta_s=None,
                fraction=0.0,
            )
            self._put(item)
            self.failed.emit(item)
            self.stopped.emit(item)
        self._end_photo()

    @Slot()
    def _on_cancelled(self) -> None:
        item = self.active_item
        if item is not None:
            item = replace(item, state=ItemState.CANCELLED, eta_s=None, fraction=0.0)
            self._put(item)
            self.stopped.emit(item)
        self._end_photo()

    def _end_photo(self) -> None:
        self._progress = self._progress.with_photo(self.active_item, now_s=time.monotonic())
        self._task = None
        self._running_id = 0
        if self._is_running:
            self._start_next()

    def _put(self, item: QueueItem) -> None:
        self._store.put(item)
        self._saver.save_soon()

    def _set_running(self, *, is_running: bool) -> None:
        if is_running != self._is_running:
            self._is_running = is_running
            self.running_changed.emit(is_running)


def completed_item(item: QueueItem, finished: PhotoResult) -> QueueItem:
    """Return ``item`` as done, or as skipped if ``finished`` has no report."""
    report = finished.report
    if report is None:
        return replace(item, state=ItemState.SKIPPED, fraction=0.0, eta_s=None, code="exists")
    return replace(
        item,
        state=ItemState.DONE,
        fraction=1.0,
        eta_s=None,
        result=finished.path,
        message="\n".join(note_texts(report.notes)),
        consistency_max=report.consistency.max_levels,
        consistency_mean=report.consistency.mean_levels,
        device=", ".join(dict.fromkeys(use.provider_label for use in report.uses)),
        restoration=None if report.dial is None else report.dial.restoration,
        fidelity=None if report.dial is None else report.dial.fidelity,
        reason=_reason(report.dial),
    )


def _reason(dial: DialSetting | None) -> str:
    """Return why a restoration was estimated, in the language of the app."""
    if dial is None or not dial.is_auto or not dial.reason:
        return ""
    return estimate_text(dial.reason)
