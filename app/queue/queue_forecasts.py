"""Estimates what each waiting photo will become and need."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject

from app.services.engine_service import EngineService
from app.services.engine_texts import error_text
from app.services.task_runner import TaskRunner
from app.state.queue_store import ItemForecast, ItemState, QueueItem, QueueStore


class QueueForecasts(QObject):
    """Estimates one photo after the other, on a thread of its own.

    Thousands of estimates must not delay a photo that is being opened.
    """

    def __init__(
        self, store: QueueStore, engine_service: EngineService, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._engine_service = engine_service
        self._runner = TaskRunner(threads=1, parent=self)
        # A dict as an ordered set: an item that is asked for twice is estimated once.
        self._waiting: dict[int, None] = {}
        self._is_busy = False

    def ask(self, item: QueueItem) -> None:
        """Have the forecast of ``item`` put into the store, if it is waiting."""
        if item.state is ItemState.WAITING:
            self._waiting[item.item_id] = None
            self._next()

    def shut_down(self) -> None:
        """Drop pending estimates, and wait for the current one."""
        self._waiting.clear()
        self._runner.cancel_all()
        self._runner.wait_for_done()

    def _next(self) -> None:
        while self._waiting and not self._is_busy:
            item_id = next(iter(self._waiting))
            del self._waiting[item_id]
            item = self._store.item(item_id)
            if item is not None and item.state is ItemState.WAITING:
                self._begin(item)

    def _begin(self, item: QueueItem) -> None:
        self._is_busy = True
        task = self._runner.create(
            lambda _report, _token: self._engine_service.forecast(item.path, item.choice)
        )
        task.succeeded.connect(partial(self._on_forecast, item))
        task.failed.connect(partial(self._on_unusable, item))
        task.start()

    def _on_forecast(self, asked: QueueItem, forecast: ItemForecast) -> None:
        item = self._store.item(asked.item_id)
        # The item may have been removed, finished or given another choice since.
        if item is not None and not item.state.is_final and item.choice == asked.choice:
            self._store.put(replace(item, forecast=forecast))
        self._end()

    def _on_unusable(self, asked: QueueItem, error: Exception) -> None:
        # A warning before the start; the run itself fails again if nothing changes until then.
        item = self._store.item(asked.item_id)
        if item is not None and item.state is ItemState.WAITING and item.choice == asked.choice:
            self._store.put(replace(item, message=error_text(error)))
        self._end()

    def _end(self) -> None:
        self._is_busy = False
        self._next()
