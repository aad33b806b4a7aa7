"""Works through the queue, one photo at a time, and keeps it on disk."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.queue.photo_search import SearchedPhotos, search_photos
from app.queue.queue_file import load_queue, queue_text
from app.queue.queue_forecasts import QueueForecasts
from app.queue.queue_notes import QueueNotes
from app.queue.queue_progress import QueueProgress
from app.queue.running_news import FinishedPart, collected_tiles, paced_progress
from app.services.engine_service import EngineService, FinishedPhoto
from app.services.engine_texts import error_text, note_texts
from app.services.error_report import error_code, error_report
from app.services.task_runner import Task, TaskRunner
from app.state.places import complete_path, is_folder
from app.state.processing import ProcessingChoice
from app.state.queue_store import ItemState, QueueItem, QueueStore
from app.state.state_writer import StateWriter
from engine.api import Progress

_SAVE_DELAY_MS = 500
_ADDED_AT_ONCE = 200


class QueueController(QObject):
    """The only one that changes the queue's store.

    Signals:
        finished: The item whose result was saved.
        failed: The item that could not be done.
        stopped: The item whose run ended without a result.
        part_finished: The item, its `RunningLevels` and the `Region` that can now be seen.
        emptied: Nothing is left to do; how many items are done and how many failed.
        found: The items of folders, once they were searched.
        add_failed: Path and error of something that holds no photo.
        running_changed: Whether the queue works.
        problem_met: A `StateProblem` of the queue's file.
    """

    finished = Signal(object)
    failed = Signal(object)
    stopped = Signal(object)
    part_finished = Signal(object, object, object)
    emptied = Signal(int, int)
    found = Signal(object)
    add_failed = Signal(object, object)
    running_changed = Signal(bool)
    problem_met = Signal(object)

    def __init__(
        self,
        store: QueueStore,
        workshop: EngineService,
        *,
        upscale_runner: TaskRunner,
        file: Path | None,
        writer: StateWriter,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._workshop = workshop
        self._forecasts = QueueForecasts(store, workshop, self)
        self._search_runner = TaskRunner(threads=1, parent=self)
        self._upscale_runner = upscale_runner
        self._file = file
        self._notes = QueueNotes(file)
        self._writer = writer
        self._known_keys: set[str] = set()
        self._is_running = False
        self._stops_after_photo = False
        self._task: Task | None = None
        self._running_id = 0
        self._progress = QueueProgress()
        self._to_add: deque[tuple[Path, ProcessingChoice]] = deque()
        self._saving = QTimer(self)
        self._saving.setSingleShot(True)
        self._saving.setInterval(_SAVE_DELAY_MS)
        self._saving.timeout.connect(self.save)

    @property
    def is_running(self) -> bool:
        """Whether the queue works, or is held in the middle of a photo."""
        return self._is_running

    @property
    def is_paused(self) -> bool:
        """Whether the photo under way is held."""
        return self._store.first(ItemState.PAUSED) is not None

    @property
    def progress(self) -> QueueProgress:
        """What the run under way has done so far."""
        return self._progress

    def restore(self) -> None:
        """Bring back the items of the last session; nothing starts by itself."""
        if self._file is None:
            return
        items, problem = load_queue(self._file)
        completed = self._notes.completed(items)
        self._take_in(completed)
        if completed != items:
            self._save_soon()
        self._notes.forget_strangers(items)
        if problem is not None:
            self.problem_met.emit(problem)

    def add(self, paths: Sequence[Path], choice: ProcessingChoice) -> tuple[QueueItem, ...]:
        """Append photos; folders stand for the photos in them and below.

        Returns:
            The new items; none where folders have to be searched first, which is done
            on a worker thread and told by `found`.
        """
        complete = [complete_path(path) for path in paths]
        if len(complete) <= _ADDED_AT_ONCE and not any(map(is_folder, complete)):
            return self._add_now(complete, choice)
        task = self._search_runner.create(lambda _report, _token: search_photos(complete))
        task.succeeded.connect(lambda searched: self._on_searched(searched, choice))
        task.start()
        return ()

    def _add_now(self, photos: Sequence[Path], choice: ProcessingChoice) -> tuple[QueueItem, ...]:
        items = self._take_in([QueueItem(item_id=0, path=path, choice=choice) for path in photos])
        self._save_soon()
        return items

    def _on_searched(self, searched: SearchedPhotos, choice: ProcessingChoice) -> None:
        for path, error in searched.failed:
            self.add_failed.emit(path, error)
        self._to_add.extend((path, choice) for path in searched.photos)
        self._add_step()

    @Slot()
    def _add_step(self) -> None:
        """Append the next ones; between two steps the window does what else there is."""
        count = min(_ADDED_AT_ONCE, len(self._to_add))
        step = [self._to_add.popleft() for _ in range(count)]
        items = self._take_in([QueueItem(item_id=0, path=p, choice=c) for p, c in step])
        self._save_soon()
        if items:
            self.found.emit(items)
        if self._to_add:
            QTimer.singleShot(0, self, self._add_step)

    def _take_in(self, items: Sequence[QueueItem]) -> tuple[QueueItem, ...]:
        added = self._store.add_items(items)
        self._known_keys.update(item.key for item in added)
        for item in added:
            self._forecasts.ask(item)
        return added

    def apply_choice(self, choice: ProcessingChoice, item_ids: Sequence[int]) -> None:
        """Give waiting items other settings."""
        for item_id in item_ids:
            item = self._store.item(item_id)
            if item is not None and item.state is ItemState.WAITING:
                changed = replace(item, choice=choice, forecast=None)
                self._put(changed)
                self._forecasts.ask(changed)

    @Slot()
    def start(self) -> None:
        """Work through what waits, or go on with the photo that is held."""
        if self.is_paused:
            self.resume()
            return
        if not self._is_running:
            self._progress = QueueProgress()
            self._set_running(is_running=True)
            self._start_next()

    @Slot()
    def pause(self) -> None:
        """Hold the photo under way after its current tile."""
        item = self._store.first(ItemState.RUNNING)
        if self._task is not None and item is not None:
            self._task.token.pause()
            self._store.put(replace(item, state=ItemState.PAUSED, eta_s=None))

    @Slot()
    def resume(self) -> None:
        """Go on with the photo that is held."""
        item = self._store.first(ItemState.PAUSED)
        if self._task is not None and item is not None:
            self._store.put(replace(item, state=ItemState.RUNNING))
            self._task.token.resume()

    def cancel(self, item_ids: Sequence[int]) -> None:
        """Stop items that wait or run; their files are left as they were."""
        for item_id in item_ids:
            item = self._store.item(item_id)
            if item is None or item.state.is_final:
                continue
            if item.state.is_active and self._task is not None:
                self._task.cancel()
            else:
                self._put(replace(item, state=ItemState.CANCELLED))

    def retry(self, item_ids: Sequence[int]) -> None:
        """Let failed and cancelled items wait again, and start."""
        for item_id in item_ids:
            item = self._store.item(item_id)
            if item is not None and item.state.is_final and item.state is not ItemState.DONE:
                again = replace(
                    QueueItem(item_id=item.item_id, path=item.path, choice=item.choice),
                    key=item.key,
                )
                self._put(again)
                self._forecasts.ask(again)
        self.start()

    def remove(self, item_ids: Sequence[int]) -> None:
        """Take items out of the list; one that runs is stopped first."""
        self.cancel([i for i in item_ids if i == self._running_id])
        self._store.remove(item_ids)
        self._save_soon()

    def clear_finished(self) -> None:
        """Take out everything that is over."""
        self._store.remove([i.item_id for i in self._store.items if i.state.is_final])
        self._save_soon()

    @Slot()
    def save(self) -> None:
        """Have the queue written to disk, if what is kept of it changed."""
        self._saving.stop()
        if self._file is not None:
            known = frozenset(self._known_keys)
            make_text = partial(
                queue_text,
                self._file,
                self._store.items,
                known,
                on_stored=self._notes.forget_recorded,
            )
            self._writer.put(self._file, make_text)

    def wait_for_saved(self) -> None:
        """Wait until what `save` was given is on disk."""
        self._writer.wait_for_done()

    @property
    def active_item(self) -> QueueItem | None:
        """The photo under way or held, None if there is none."""
        return self._store.item(self._running_id) if self._running_id else None

    def set_stops_after_photo(self, *, stops: bool) -> None:
        """Let the photo under way end and start no other one, or go on as usual."""
        self._stops_after_photo = stops
        if stops:
            self.resume()

    def shut_down(self) -> None:
        """Save what there is to do, stop the work, and wait for it to end."""
        self._to_add.clear()
        # Saved first: what runs now must wait again at the next start.
        self.save()
        self.wait_for_saved()
        self._file = None
        self._is_running = False
        if self._task is not None:
            self._task.cancel()
        self._forecasts.shut_down()
        self._search_runner.cancel_all()
        self._search_runner.wait_for_done()

    def _put(self, item: QueueItem) -> None:
        """Change an item in a way that the next start has to know."""
        self._store.put(item)
        self._save_soon()

    def _save_soon(self) -> None:
        # Not put off by later changes: during a long run there is always one.
        if not self._saving.isActive():
            self._saving.start()

    def _start_next(self) -> None:
        item = None if self._stops_after_photo else self._store.first(ItemState.WAITING)
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
        queue = self._store.items
        self._task = self._upscale_runner.create(
            lambda report, token: self._workshop.upscale(
                running.path,
                running.choice,
                token=token,
                on_progress=paced_progress(report),
                on_tile=collected_tiles(report),
                queue=queue,
                note=self._notes.path(running),
            )
        )
        self._task.reported.connect(self._on_reported)
        self._task.succeeded.connect(self._on_succeeded)
        self._task.failed.connect(self._on_failed)
        self._task.cancelled.connect(self._on_cancelled)
        self._task.start()

    @Slot(object)
    def _on_reported(self, news: Progress | FinishedPart) -> None:
        item = self._store.item(self._running_id)
        if item is None:
            return
        if isinstance(news, FinishedPart):
            self.part_finished.emit(item, news.picture, news.region)
        elif item.state is ItemState.RUNNING:
            self._store.put(replace(item, fraction=news.fraction, eta_s=news.eta_s))

    @Slot(object)
    def _on_succeeded(self, finished: FinishedPhoto) -> None:
        item = self._store.item(self._running_id)
        if item is not None:
            item = _completed(item, finished)
            self._put(item)
            if item.state is ItemState.DONE:
                self.finished.emit(item)
        self._go_on()

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        item = self._store.item(self._running_id)
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
        self._go_on()

    @Slot()
    def _on_cancelled(self) -> None:
        item = self._store.item(self._running_id)
        if item is not None:
            item = replace(item, state=ItemState.CANCELLED, eta_s=None, fraction=0.0)
            self._put(item)
            self.stopped.emit(item)
        self._go_on()

    def _go_on(self) -> None:
        item = self._store.item(self._running_id)
        self._progress = self._progress.with_photo(item, now_s=time.monotonic())
        self._task = None
        self._running_id = 0
        if self._is_running:
            self._start_next()

    def _set_running(self, *, is_running: bool) -> None:
        if is_running != self._is_running:
            self._is_running = is_running
            self.running_changed.emit(is_running)


def _completed(item: QueueItem, finished: FinishedPhoto) -> QueueItem:
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
        consistency_max=report.consistency.max_codes,
        consistency_mean=report.consistency.mean_codes,
        device=", ".join(dict.fromkeys(use.provider_label for use in report.uses)),
    )
