"""What the window can ask of the queue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.queue.queue_adder import QueueAdder
from app.queue.queue_forecasts import QueueForecasts
from app.queue.queue_progress import QueueProgress
from app.queue.queue_runner import QueueRunner
from app.queue.queue_saver import QueueSaver
from app.services.engine_service import EngineService
from app.services.task_runner import TaskRunner
from app.state.processing import ProcessingChoice
from app.state.queue_store import ItemState, QueueItem, QueueStore
from app.state.state_writer import StateWriter


class QueueController(QObject):
    """Changes the queue; with its parts, it alone writes to the store.

    `QueueAdder` finds and adds photos, `QueueForecasts` estimates what they need,
    `QueueRunner` enlarges them, `QueueSaver` keeps the list on disk.

    Signals:
        finished: The item whose result was saved.
        failed: The item that could not be enlarged.
        stopped: The item whose run ended without a result.
        part_finished: The item, its `RunningLevels` and the `Region` that can now be seen.
        emptied: Nothing is left to do; how many items are done and how many failed.
        found: The items of folders, once they were searched.
        add_failed: Path and error of something that contains no photo.
        running_changed: Whether the queue is running.
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
        engine_service: EngineService,
        *,
        upscale_runner: TaskRunner,
        file: Path | None,
        writer: StateWriter,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._forecasts = QueueForecasts(store, engine_service, self)
        self._saver = QueueSaver(store, writer, file=file, parent=self)
        self._adder = QueueAdder(self._append, self)
        self._adder.found.connect(self.found)
        self._adder.failed.connect(self.add_failed)
        self._runner = QueueRunner(store, engine_service, upscale_runner, self._saver, self)
        self._runner.finished.connect(self.finished)
        self._runner.failed.connect(self.failed)
        self._runner.stopped.connect(self.stopped)
        self._runner.part_finished.connect(self.part_finished)
        self._runner.emptied.connect(self.emptied)
        self._runner.running_changed.connect(self.running_changed)

    @property
    def is_running(self) -> bool:
        """Whether the queue is running, or paused in the middle of a photo."""
        return self._runner.is_running

    @property
    def is_paused(self) -> bool:
        """Whether the current photo is paused."""
        return self._runner.is_paused

    @property
    def progress(self) -> QueueProgress:
        """What the current run has done so far."""
        return self._runner.progress

    @property
    def active_item(self) -> QueueItem | None:
        """The photo that is running or paused, None if there is none."""
        return self._runner.active_item

    def restore(self) -> None:
        """Bring back the items of the last session; nothing starts by itself."""
        items, problem = self._saver.load()
        self._take_in(items)
        if problem is not None:
            self.problem_met.emit(problem)

    def add(self, paths: Sequence[Path], choice: ProcessingChoice) -> tuple[QueueItem, ...]:
        """Append photos; folders stand for the photos in them and in their subfolders.

        Returns:
            The new items; none if folders have to be searched first, whose items are
            reported by `found`.
        """
        return self._adder.add(paths, choice)

    @Slot()
    def start(self) -> None:
        """Run the waiting photos, or resume the photo that is paused."""
        self._runner.start()

    @Slot()
    def pause(self) -> None:
        """Pause the current photo after its current tile."""
        self._runner.pause()

    @Slot()
    def resume(self) -> None:
        """Resume the photo that is paused."""
        self._runner.resume()

    def cancel(self, item_ids: Sequence[int]) -> None:
        """Stop items that wait or run; existing files stay as they are."""
        for item_id in item_ids:
            item = self._store.item(item_id)
            if item is None or item.state.is_final:
                continue
            # It ends by itself at its next tile, and is marked as cancelled then.
            if item.state.is_active:
                self._runner.cancel_active()
            else:
                self._put(replace(item, state=ItemState.CANCELLED))

    def retry(self, item_ids: Sequence[int]) -> None:
        """Let failed, skipped and cancelled items wait again, and start."""
        for item_id in item_ids:
            item = self._store.item(item_id)
            if item is not None and item.state.is_final and item.state is not ItemState.DONE:
                # Fresh: fraction, message and forecast of the last run go, its key stays.
                again = replace(
                    QueueItem(item_id=item.item_id, path=item.path, choice=item.choice),
                    key=item.key,
                )
                self._put(again)
                self._forecasts.ask(again)
        self.start()

    def remove(self, item_ids: Sequence[int]) -> None:
        """Remove items from the list; one that is running is cancelled first."""
        active = self.active_item
        if active is not None and active.item_id in item_ids:
            self._runner.cancel_active()
        self._store.remove(item_ids)
        self._saver.save_soon()

    def clear_finished(self) -> None:
        """Remove all items that are done, skipped, failed or cancelled."""
        self._store.remove([i.item_id for i in self._store.items if i.state.is_final])
        self._saver.save_soon()

    @Slot()
    def save(self) -> None:
        """Have the queue written to disk, if its lasting content changed."""
        self._saver.save()

    def wait_for_saved(self) -> None:
        """Wait until what `save` was given is on disk."""
        self._saver.wait_for_saved()

    def set_stops_after_photo(self, *, stops: bool) -> None:
        """Finish the current photo and start no other one, or run on as usual."""
        self._runner.set_stops_after_photo(stops=stops)

    def shut_down(self) -> None:
        """Save the queue, ask all work to stop, and wait for what is short."""
        # Saved first: a photo that is running now must wait again at the next start.
        self._saver.shut_down()
        self._runner.shut_down()
        self._forecasts.shut_down()
        self._adder.shut_down()

    def _append(self, items: Sequence[QueueItem]) -> tuple[QueueItem, ...]:
        added = self._take_in(items)
        self._saver.save_soon()
        return added

    def _take_in(self, items: Sequence[QueueItem]) -> tuple[QueueItem, ...]:
        added = self._store.add_items(items)
        self._saver.know(added)
        for item in added:
            self._forecasts.ask(item)
        return added

    def _put(self, item: QueueItem) -> None:
        self._store.put(item)
        self._saver.save_soon()
