"""Enlarges what is in view, cell by cell, on a thread of its own."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass

from PySide6.QtCore import QObject, QThreadPool, Signal

from app.services.engine_service import EngineService
from app.services.pictures.preview_levels import Cell, PreviewLevels
from engine.api import CancelToken, EngineError, JobCancelled, Photo

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewJob:
    """Cells of one preview that are wanted, the most wanted first."""

    preview: PreviewLevels
    photo: Photo
    cells: tuple[Cell, ...]


class PreviewRenderer(QObject):
    """Works on one job at a time; a new one takes the place of the old.

    Signals:
        cell_finished: The preview and the cell.
        job_finished: The preview, all of whose wanted cells are there.
        failed: The preview and the error.
    """

    cell_finished = Signal(object, object)
    job_finished = Signal(object)
    failed = Signal(object, object)

    def __init__(self, workshop: EngineService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workshop = workshop
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._lock = threading.Lock()
        self._job: PreviewJob | None = None
        self._token = CancelToken()
        self._is_running = False

    @property
    def is_idle(self) -> bool:
        """Whether nothing is left to do."""
        with self._lock:
            return self._job is None and not self._is_running

    def render(self, job: PreviewJob) -> None:
        """Do ``job`` next; the cell under way is given up if it is of another preview."""
        with self._lock:
            previous = self._job
            if previous is not None and previous.preview is not job.preview:
                self._token.cancel()
                self._token = CancelToken()
            self._job = job
            if self._is_running:
                return
            self._is_running = True
        self._pool.start(self._work)

    def stop(self) -> None:
        """Give up what is under way."""
        with self._lock:
            self._job = None
            self._token.cancel()
            self._token = CancelToken()

    def wait_for_done(self, timeout_ms: int = 10_000) -> bool:
        """Stop and wait for the thread; return whether it ended."""
        self.stop()
        return self._pool.waitForDone(timeout_ms)

    def _work(self) -> None:
        """Enlarge cells until none is wanted; runs on the renderer's thread."""
        while True:
            with self._lock:
                job, token = self._job, self._token
                missing = [c for c in job.cells if not job.preview.has(c)] if job else []
                if job is None or not missing:
                    self._job = None
                    self._is_running = False
                    if job is not None:
                        self.job_finished.emit(job.preview)
                    return
            self._do(job, missing[0], token)

    def _do(self, job: PreviewJob, cell: Cell, token: CancelToken) -> None:
        try:
            codes = self._workshop.enlarge_cell(
                job.photo, job.preview.cell_region(cell), job.preview.choice, token
            )
        except JobCancelled:
            return
        except (EngineError, ValueError) as error:
            # ValueError: the photo was closed while its cell was being enlarged.
            with self._lock:
                if self._job is job:
                    self._job = None
                    self.failed.emit(job.preview, error)
            return
        job.preview.put(cell, codes)
        self.cell_finished.emit(job.preview, cell)
