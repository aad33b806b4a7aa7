"""Previews of one photo by several models, which fill the same view at the same pace."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.services.pictures.preview_levels import Cell, PreviewLevels
from app.state.view_transform import ViewTransform
from app.upscale.preview_renderer import CellEnlarger, PreviewJob, PreviewRenderer
from engine.api import Photo

_LOOK_DELAY_MS = 40
# As many result pixels as are computed for one view of one model; 32 cells of 512 pixels.
_MOST_PIXELS_IN_VIEW = 32 * 512 * 512


class GridPreviews(QObject):
    """Renders one cell at a time, for each model in turn, those in the middle of the view first.

        cells in view, by distance     1 2 3 …
        rendered in the order          1a 1b 1c 2a 2b 2c 3a …       a, b, c: the models

    Signals:
        cell_finished: The `PreviewLevels` and the `Region` of the result that changed in it.
        finished: A `PreviewLevels` that is complete for all that is in view.
        failed: A `PreviewLevels` that is given up, and the error.
    """

    cell_finished = Signal(object, object)
    finished = Signal(object)
    failed = Signal(object, object)

    def __init__(self, enlarger: CellEnlarger, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._photo: Photo | None = None
        self._previews: tuple[PreviewLevels, ...] = ()
        self._given_up: set[int] = set()
        self._told: set[int] = set()
        self._view: ViewTransform | None = None
        self._renderer = PreviewRenderer(enlarger, self)
        self._renderer.cell_finished.connect(self._on_cell_finished)
        self._renderer.job_finished.connect(self._go_on)
        self._renderer.failed.connect(self._on_failed)
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(_LOOK_DELAY_MS)
        self._delay.timeout.connect(self._start)

    @property
    def is_idle(self) -> bool:
        """Whether every preview is complete for the view, or given up."""
        ended = self._told | self._given_up
        is_done = all(preview.picture_id in ended for preview in self._previews)
        return is_done and self._renderer.is_idle and not self._delay.isActive()

    def want(self, photo: Photo, previews: Sequence[PreviewLevels]) -> None:
        """Render ``previews`` of ``photo`` from now on, and no others."""
        self._photo, self._previews = photo, tuple(previews)
        self._given_up.clear()
        self._start()

    @Slot(object)
    def look_at(self, view: ViewTransform) -> None:
        """Render what ``view`` shows, soon: the view may still be moving."""
        self._view = view
        if self._previews and not self._delay.isActive():
            self._delay.start()

    def stop(self) -> None:
        """Give up what is rendered and want nothing any more."""
        self._renderer.stop()
        self._delay.stop()
        self._photo = None
        self._previews = ()

    def shut_down(self) -> None:
        """Stop, and wait for the thread."""
        self.stop()
        self._renderer.wait_for_done()

    @Slot()
    def _start(self) -> None:
        self._told.clear()
        self._go_on()

    @Slot()
    def _go_on(self) -> None:
        """Render the cell that is most wanted, and tell which previews lack none."""
        if self._photo is None or self._view is None:
            return
        wanted: list[tuple[int, int, Cell]] = []
        for number, preview in enumerate(self._previews):
            missing = self._missing(preview)
            wanted += [(rank, number, cell) for rank, cell in missing]
            if not missing and preview.picture_id not in self._told | self._given_up:
                self._told.add(preview.picture_id)
                self.finished.emit(preview)
        # A receiver may want something else by now.
        if wanted and self._photo is not None:
            _, number, cell = min(wanted)
            job = PreviewJob(preview=self._previews[number], photo=self._photo, cells=(cell,))
            self._renderer.render(job)

    def _missing(self, preview: PreviewLevels) -> list[tuple[int, Cell]]:
        """Return the cells in view that ``preview`` lacks, with their place in the order."""
        if self._view is None or preview.picture_id in self._given_up:
            return []
        most = _MOST_PIXELS_IN_VIEW // preview.cell_px**2
        cells = preview.cells_of(preview.region_in(self._view))[:most]
        return [(rank, cell) for rank, cell in enumerate(cells) if not preview.has(cell)]

    @Slot(object, object)
    def _on_cell_finished(self, preview: PreviewLevels, cell: Cell) -> None:
        if preview in self._previews:
            self.cell_finished.emit(preview, preview.cell_region(cell))

    @Slot(object, object)
    def _on_failed(self, preview: PreviewLevels, error: Exception) -> None:
        # The others go on: one network that cannot run must not stop the comparison.
        if preview in self._previews:
            self._given_up.add(preview.picture_id)
            self.failed.emit(preview, error)
        self._go_on()
