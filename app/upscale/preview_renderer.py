"""Enlarges the cells of a preview one after the other, on a thread of its own."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QObject, QThreadPool, Signal

from app.services.pictures.picture_levels import RgbPixels
from app.services.pictures.preview_levels import Cell, PreviewLevels
from app.state.processing import ProcessingChoice
from engine.api import CancelToken, EngineError, JobCancelled, Photo, Region

logger = logging.getLogger(__name__)


class CellEnlarger(Protocol):
    """What enlarges parts of photos: the engine with its catalog, or with networks of a search."""

    def enlarge_cell(
        self, photo: Photo, region: Region, choice: ProcessingChoice, token: CancelToken
    ) -> RgbPixels:
        """Return one part of the result of ``choice``, as 8-bit pixels; takes long."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewJob:
    """Cells of one preview to render, the most important first."""

    preview: PreviewLevels
    photo: Photo
    cells: tuple[Cell, ...]


class PreviewRenderer(QObject):
    """Works on one job at a time; a new job replaces the current one.

    Signals:
        cell_finished: The preview and the cell.
        job_finished: The preview, which now has all cells of the job.
        failed: The preview and the error.
    """

    cell_finished = Signal(object, object)
    job_finished = Signal(object)
    failed = Signal(object, object)

    def __init__(self, enlarger: CellEnlarger, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._enlarger = enlarger
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._lock = threading.Lock()
        self._job: PreviewJob | None = None
        self._token = CancelToken()
        self._is_running = False

    @property
    def is_idle(self) -> bool:
        """Whether nothing is left to render."""
        with self._lock:
            return self._job is None and not self._is_running

    def render(self, job: PreviewJob) -> None:
        """Render ``job`` next; the current cell is cancelled if it belongs to another preview."""
        with self._lock:
            previous = self._job
            # A cell of the same preview is finished first: panning would otherwise throw away
            # work that is nearly done, again and again.
            if previous is not None and previous.preview is not job.preview:
                self._token.cancel()
                self._token = CancelToken()
            self._job = job
            if self._is_running:
                return
            self._is_running = True
        self._pool.start(self._work)

    def stop(self) -> None:
        """Cancel the current job."""
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
                    # Decided under the lock: a job that arrives now starts the thread again.
                    self._job = None
                    self._is_running = False
                    if job is not None:
                        self.job_finished.emit(job.preview)
                    return
            self._do(job, missing[0], token)

    def _do(self, job: PreviewJob, cell: Cell, token: CancelToken) -> None:
        try:
            pixels = self._enlarger.enlarge_cell(
                job.photo, job.preview.cell_region(cell), job.preview.choice, token
            )
        # The loop goes on with the job that replaced this one, or ends.
        except JobCancelled:
            return
        except (EngineError, ValueError) as error:
            # ValueError: the photo was closed while its cell was being enlarged.
            with self._lock:
                if self._job is job:
                    self._job = None
                    self.failed.emit(job.preview, error)
            return
        job.preview.put(cell, pixels)
        self.cell_finished.emit(job.preview, cell)
