"""Keeps the preview of what is in view complete while the view moves."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.services.engine_service import EngineService
from app.services.pictures.preview_levels import Cell, PreviewLevels
from app.state.view_transform import ViewTransform
from app.upscale.preview_renderer import PreviewJob, PreviewRenderer
from engine.api import Photo

# As many result pixels as are computed for one view; 64 cells of 512 pixels.
_MOST_PIXELS_IN_VIEW = 64 * 512 * 512
_LOOK_DELAY_MS = 40


class PreviewController(QObject):
    """Renders the cells of one preview that the view shows.

        view_changed ─► look_at ─ 40 ms ─► render ─► cells in view, middle first ─► renderer

    Signals:
        cell_finished: The `PreviewLevels` and the `Region` of the result that changed in it.
        finished: The `PreviewLevels`, complete for all that is in view.
        failed: The `PreviewLevels` and the error.
    """

    cell_finished = Signal(object, object)
    finished = Signal(object)
    failed = Signal(object, object)

    def __init__(self, engine_service: EngineService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._photo: Photo | None = None
        self._preview: PreviewLevels | None = None
        self._view: ViewTransform | None = None
        self._renderer = PreviewRenderer(engine_service, self)
        self._renderer.cell_finished.connect(self._on_cell_finished)
        self._renderer.job_finished.connect(self.finished)
        self._renderer.failed.connect(self.failed)
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(_LOOK_DELAY_MS)
        self._delay.timeout.connect(self.render)

    @property
    def view(self) -> ViewTransform | None:
        """The view that was looked at last."""
        return self._view

    @property
    def wanted(self) -> PreviewLevels | None:
        """The preview to render; None renders nothing."""
        return self._preview

    @property
    def is_idle(self) -> bool:
        """Whether nothing is or will soon be rendered."""
        return self._renderer.is_idle and not self._delay.isActive()

    def want(self, photo: Photo, preview: PreviewLevels | None) -> None:
        """Render ``preview`` of ``photo`` from the next `look_at` or `render` on."""
        self._photo, self._preview = photo, preview

    @Slot(object)
    def look_at(self, view: ViewTransform) -> None:
        """Render what ``view`` shows, soon: the view may still be moving."""
        self._view = view
        # Not started again by each movement: a long drag would show nothing until its end.
        if self._preview is not None and not self._delay.isActive():
            self._delay.start()

    @Slot()
    def render(self) -> None:
        """Render what is in view now."""
        photo, preview = self._photo, self._preview
        if photo is None or preview is None:
            return
        # Zoomed out, thousands of cells are in view: more than these would take minutes, and the
        # first of them would be evicted before the last are done. The middle ones come first.
        most = _MOST_PIXELS_IN_VIEW // preview.cell_px**2
        cells = tuple(self._cells_in_view(preview)[:most])
        self._renderer.render(PreviewJob(preview=preview, photo=photo, cells=cells))

    def is_in_view(self, preview: PreviewLevels) -> bool:
        """Return whether ``preview`` lacks nothing that is in view."""
        return all(preview.has(cell) for cell in self._cells_in_view(preview))

    def stop(self) -> None:
        """Give up what is rendered and want nothing any more."""
        self._renderer.stop()
        self._delay.stop()
        self._photo = self._preview = None

    def shut_down(self) -> None:
        """Stop, and wait for the thread."""
        self.stop()
        self._renderer.wait_for_done()

    def _cells_in_view(self, preview: PreviewLevels) -> list[Cell]:
        if self._view is None:
            return []
        return preview.cells_of(preview.region_in(self._view))

    @Slot(object, object)
    def _on_cell_finished(self, preview: PreviewLevels, cell: Cell) -> None:
        self.cell_finished.emit(preview, preview.cell_region(cell))
