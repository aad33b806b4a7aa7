"""Works through the queue, one photo at a time, and keeps it on disk."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.services.error_report import error_code, error_report
from app.services.queue_file import load_queue, save_queue
from app.services.running_levels import RunningLevels
from app.services.task_runner import Report, Task, TaskRunner
from app.services.workshop import FinishedPhoto, Workshop
from app.state.processing import ProcessingChoice
from app.state.queue_store import ItemForecast, ItemState, QueueItem, QueueStore
from engine.api import ConfigError, OnProgress, OnTile, Progress, Region, TileDone, find_photos

logger = logging.getLogger(__name__)

_SAVE_DELAY_MS = 300
_PROGRESS_EVERY_S = 0.1


class QueueController(QObject):
    """The only one that changes the queue's store.

    Signals:
        finished: The item whose result was saved.
        failed: The item that could not be done.
        stopped: The item whose run ended without a result.
        part_finished: The item, its `RunningLevels` and the `Region` that can now be seen.
        emptied: Nothing is left to do; how many items are done and how many failed.
        add_failed: Path and error of something that holds no photo.
        running_changed: Whether the queue works.
    """

    finished = Signal(object)
    failed = Signal(object)
    stopped = Signal(object)
    part_finished = Signal(object, object, object)
    emptied = Signal(int, int)
    add_failed = Signal(object, object)
    running_changed = Signal(bool)

    def __init__(
        self,
        store: QueueStore,
        workshop: Workshop,
        runner: TaskRunner,
        *,
        upscale_runner: TaskRunner,
        file: Path | None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._workshop = workshop
        self._runner = runner
        self._upscale_runner = upscale_runner
        self._file = file
        self._writer = TaskRunner(threads=1, parent=self)
        self._saved: tuple[QueueItem, ...] | None = None
        self._is_running = False
        self._task: Task | None = None
        self._running_id = 0
        self._saving = QTimer(self)
        self._saving.setSingleShot(True)
        self._saving.setInterval(_SAVE_DELAY_MS)
        self._saving.timeout.connect(self.save)
        for signal in (store.added, store.removed, store.changed):
            signal.connect(self._on_store_changed)

    @property
    def is_running(self) -> bool:
        """Whether the queue works, or is held in the middle of a photo."""
        return self._is_running

    @property
    def is_paused(self) -> bool:
        """Whether the photo under way is held."""
        return self._store.first(ItemState.PAUSED) is not None

    def restore(self) -> None:
        """Bring back the items of the last session; nothing starts by itself."""
        if self._file is not None:
            for item in load_queue(self._file):
                self._forecast(self._store.add_item(item))

    def add(self, paths: Sequence[Path], choice: ProcessingChoice) -> tuple[QueueItem, ...]:
        """Append photos; folders stand for the photos in them and below."""
        added = []
        for path in paths:
            try:
                photos = find_photos([path], is_recursive=True).photos
            except ConfigError as error:
                self.add_failed.emit(path, error)
                continue
            for photo in photos:
                item = self._store.add(photo.path, choice)
                self._forecast(item)
                added.append(item)
        return tuple(added)

    def apply_choice(self, choice: ProcessingChoice, item_ids: Sequence[int]) -> None:
        """Give waiting items other settings."""
        for item_id in item_ids:
            item = self._store.item(item_id)
            if item is not None and item.state is ItemState.WAITING:
                changed = replace(item, choice=choice, forecast=None)
                self._store.put(changed)
                self._forecast(changed)

    @Slot()
    def start(self) -> None:
        """Work through what waits, or go on with the photo that is held."""
        if self.is_paused:
            self.resume()
            return
        if not self._is_running:
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
                self._store.put(replace(item, state=ItemState.CANCELLED))

    def retry(self, item_ids: Sequence[int]) -> None:
        """Let failed and cancelled items wait again, and start."""
        for item_id in item_ids:
            item = self._store.item(item_id)
            if item is not None and item.state.is_final and item.state is not ItemState.DONE:
                again = QueueItem(item_id=item.item_id, path=item.path, choice=item.choice)
                self._store.put(again)
                self._forecast(again)
        self.start()

    def remove(self, item_ids: Sequence[int]) -> None:
        """Take items out of the list; one that runs is stopped first."""
        self.cancel([i for i in item_ids if i == self._running_id])
        self._store.remove(item_ids)

    def clear_finished(self) -> None:
        """Take out everything that is over."""
        self._store.remove([i.item_id for i in self._store.items if i.state.is_final])

    @Slot()
    def save(self) -> None:
        """Have the queue written to disk, if what is kept of it changed."""
        self._saving.stop()
        file = self._file
        items = tuple(
            replace(item, fraction=0.0, eta_s=None, forecast=None) for item in self._store.items
        )
        if file is None or items == self._saved:
            return
        self._saved = items
        # The disk may be busy with a result for longer than a window may stand still.
        self._writer.create(lambda _report, _token: _write(file, items)).start()

    def wait_for_saved(self) -> None:
        """Wait until what `save` was given is on disk."""
        self._writer.wait_for_done()

    def shut_down(self) -> None:
        """Save what there is to do, stop the work, and wait for it to end."""
        # Saved first: what runs now must wait again at the next start.
        self.save()
        self.wait_for_saved()
        self._file = None
        self._is_running = False
        if self._task is not None:
            self._task.cancel()

    def _start_next(self) -> None:
        item = self._store.first(ItemState.WAITING)
        if item is None:
            self._set_running(is_running=False)
            states = [entry.state for entry in self._store.items]
            self.emptied.emit(states.count(ItemState.DONE), states.count(ItemState.FAILED))
            return
        running = replace(item, state=ItemState.RUNNING, fraction=0.0, eta_s=None, message="")
        self._store.put(running)
        self._running_id = item.item_id
        queue = tuple(self._store.items)
        self._task = self._upscale_runner.create(
            lambda report, token: self._workshop.upscale(
                running.path,
                running.choice,
                token=token,
                on_progress=_paced(report),
                on_tile=_collected(report),
                queue=queue,
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
            self._store.put(item)
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
                message=str(error),
                code=error_code(error),
                details=error_report(error, path=item.path, device=item.choice.device),
                eta_s=None,
                fraction=0.0,
            )
            self._store.put(item)
            self.failed.emit(item)
            self.stopped.emit(item)
        self._go_on()

    @Slot()
    def _on_cancelled(self) -> None:
        item = self._store.item(self._running_id)
        if item is not None:
            item = replace(item, state=ItemState.CANCELLED, eta_s=None, fraction=0.0)
            self._store.put(item)
            self.stopped.emit(item)
        self._go_on()

    def _go_on(self) -> None:
        self._task = None
        self._running_id = 0
        if self._is_running:
            self._start_next()

    def _set_running(self, *, is_running: bool) -> None:
        if is_running != self._is_running:
            self._is_running = is_running
            self.running_changed.emit(is_running)

    def _forecast(self, item: QueueItem) -> None:
        if item.state is not ItemState.WAITING:
            return
        task = self._runner.create(
            lambda _report, _token: self._workshop.forecast(item.path, item.choice)
        )
        task.succeeded.connect(lambda forecast: self._on_forecast(item.item_id, forecast))
        task.failed.connect(lambda error: self._on_unusable(item.item_id, error))
        task.start()

    def _on_forecast(self, item_id: int, forecast: ItemForecast) -> None:
        item = self._store.item(item_id)
        if item is not None and not item.state.is_final:
            self._store.put(replace(item, forecast=forecast))

    def _on_unusable(self, item_id: int, error: Exception) -> None:
        # Said before the start, and again by the run if nothing changes until then.
        item = self._store.item(item_id)
        if item is not None and item.state is ItemState.WAITING:
            self._store.put(replace(item, message=str(error)))

    @Slot(int)
    def _on_store_changed(self, _position: int) -> None:
        self._saving.start()


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedPart:
    """A part of a result, while the rest is still computed."""

    picture: RunningLevels
    region: Region


def _collected(report: Report) -> OnTile:
    """Gather the tiles of a run in a picture that can be shown."""
    picture: RunningLevels | None = None

    def collect(tile: TileDone) -> None:
        nonlocal picture
        if picture is None or picture.raster is not tile.layers.colour:
            picture = RunningLevels(tile.layers.colour, alpha=tile.layers.alpha)
        picture.add(tile.region)
        report(FinishedPart(picture=picture, region=tile.region))

    return collect


def _paced(report: Report) -> OnProgress:
    """Pass on what can be seen: the check at the end tells of hundreds of windows a second."""
    last_s = 0.0

    def pass_on(progress: Progress) -> None:
        nonlocal last_s
        now_s = time.monotonic()
        if now_s - last_s >= _PROGRESS_EVERY_S:
            last_s = now_s
            report(progress)

    return pass_on


def _write(file: Path, items: tuple[QueueItem, ...]) -> None:
    try:
        save_queue(file, items)
    except OSError as error:
        logger.info("The queue could not be saved: %s", error)


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
        message="\n".join(report.notes),
        consistency_max=report.consistency.max_codes,
        consistency_mean=report.consistency.mean_codes,
        device=", ".join(dict.fromkeys(use.provider_label for use in report.uses)),
    )
