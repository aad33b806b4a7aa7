"""Opens photos, previews what is in view, and swaps models in place."""

from __future__ import annotations

import contextlib
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.services.engine_service import EngineService
from app.services.pictures.compared_pictures import ComparedPictures
from app.services.pictures.detail_map import first_look
from app.services.pictures.picture_levels import PictureLevels, RasterLevels
from app.services.pictures.preview_levels import Cell, PreviewLevels
from app.services.pictures.running_levels import RunningLevels
from app.services.pictures.tile_span import tiles_in
from app.services.pictures.tile_store import TileStore
from app.services.task_runner import Report, TaskRunner
from app.state.processing import ProcessingChoice
from app.state.queue_store import QueueItem
from app.state.view_transform import ViewTransform
from app.state.viewer_state import AfterState
from app.upscale.open_photo import OpenPhoto
from app.upscale.photo_opener import PhotoOpener
from app.upscale.preview_renderer import PreviewJob, PreviewRenderer
from engine.api import CancelToken, EngineError, Photo, Region

# As many result pixels as are computed at one look; 64 cells of 512 pixels.
_MOST_PIXELS_IN_VIEW = 64 * 512 * 512
_LOOK_DELAY_MS = 40


class PhotoController(QObject):
    """Holds the photo in the viewer.

    Signals:
        opening: Path of the photo that is being decoded.
        opened: The `PhotoInfo` of the photo that is now shown.
        open_failed: Path and error.
        closed: The photo is gone from the viewer.
        pictures_changed: `ComparedPictures` and the result's columns and rows.
        after_swapped: The picture that takes the place of "after".
        after_changed: The new `AfterState`.
        target_failed: The size cannot be reached; the error.
        preview_failed: The error.
    """

    opening = Signal(object)
    opened = Signal(object)
    open_failed = Signal(object, object)
    closed = Signal()
    pictures_changed = Signal(object, int, int)
    after_swapped = Signal(object)
    after_changed = Signal(object)
    target_failed = Signal(object)
    preview_failed = Signal(object)

    def __init__(
        self,
        workshop: EngineService,
        tiles: TileStore,
        runner: TaskRunner,
        *,
        choice: ProcessingChoice,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workshop = workshop
        self._tiles = tiles
        self._runner = runner
        self._choice = choice
        self._before_kind = "bicubic"
        self._has_preview = True
        self._photo: OpenPhoto | None = None
        self._after: PictureLevels | None = None
        self._wanted: PreviewLevels | None = None
        self._running: RunningLevels | None = None
        self._running_choice = choice
        self._view: ViewTransform | None = None
        self._state = AfterState(kind="none")
        self._opener = PhotoOpener(workshop, runner, self)
        self._opener.opening.connect(self.opening)
        self._opener.opened.connect(self._on_opened)
        self._opener.failed.connect(self.open_failed)
        self._opener.prepared.connect(self._on_prepared)
        self._opener.dropped.connect(self._on_dropped)
        self._renderer = PreviewRenderer(workshop, self)
        self._renderer.cell_finished.connect(self._on_cell_finished)
        self._renderer.job_finished.connect(self._on_job_finished)
        self._renderer.failed.connect(self._on_preview_failed)
        self._look = QTimer(self)
        self._look.setSingleShot(True)
        self._look.setInterval(_LOOK_DELAY_MS)
        self._look.timeout.connect(self._on_look)

    @property
    def photo(self) -> OpenPhoto | None:
        """The photo in the viewer."""
        return self._photo

    @property
    def after_state(self) -> AfterState:
        """What the "after" side shows."""
        return self._state

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being decoded or enlarged."""
        is_rendered = self._renderer.is_idle and not self._state.is_computing
        return self._opener.is_idle and is_rendered and not self._look.isActive()

    def open(self, path: Path, *, done: QueueItem | None = None) -> None:
        """Decode a photo, with the finished result of ``done`` if there is one, and show it."""
        self._opener.open(path, done)

    def prepare(self, path: Path, *, done: QueueItem | None = None) -> None:
        """Decode the photo that will be opened next, so that it is there at once."""
        self._opener.prepare(path, done)

    @property
    def has_ahead(self) -> bool:
        """Whether the photo that will be opened next is decoded."""
        return self._opener.has_ahead

    def forget_ahead(self) -> None:
        """Close what was decoded ahead."""
        self._opener.forget_ahead()

    def close_photo(self) -> None:
        """Take the photo out of the viewer."""
        self._renderer.stop()
        self._look.stop()
        photo, self._photo = self._photo, None
        self._drop_running()
        self._after = self._wanted = None
        if photo is not None:
            self._on_dropped(photo)
            photo.close()
            # In this order: who keeps what was seen keeps its names too.
            self.closed.emit()
            self._set_state(AfterState(kind="none"))

    def set_choice(self, choice: ProcessingChoice) -> None:
        """Use other settings; only what is in view is made again."""
        if choice == self._choice:
            return
        has_same_pixels = choice.for_pixels() == self._choice.for_pixels()
        self._choice = choice
        if self._photo is not None and not has_same_pixels:
            # A result shows what was chosen then: who chooses again wants to see that.
            self._forget_result(self._photo)
            self._show()

    def set_before_kind(self, kind: str) -> None:
        """Show the original as ``bicubic`` or as ``nearest``."""
        if kind != self._before_kind:
            self._before_kind = kind
            if self._photo is not None:
                self._show()

    def set_has_preview(self, *, has_preview: bool) -> None:
        """Turn the preview of what is in view on or off."""
        if has_preview != self._has_preview:
            self._has_preview = has_preview
            if self._photo is not None:
                self._show()

    @Slot(object)
    def look_at(self, view: ViewTransform) -> None:
        """Preview what ``view`` shows, soon: people may still be moving."""
        self._view = view
        if self._photo is not None and not self._look.isActive():
            self._look.start()

    def show_result(self, done: QueueItem) -> None:
        """Open a finished result of the photo in the viewer in place of the preview."""
        photo, path = self._photo, done.result
        if photo is None or path is None or not self._is_chosen(done.choice):
            return
        task = self._runner.create(lambda _report, token: self._workshop.open(path, token))
        task.succeeded.connect(lambda result: self._on_result(photo, result, done.choice))
        task.failed.connect(self._on_result_failed)
        task.start()

    @Slot(object, object, object)
    def show_running(self, item: QueueItem, picture: RunningLevels, region: Region) -> None:
        """Show the part of a result that a run has just finished, if its photo is in view."""
        photo = self._photo
        if photo is None or photo.path != item.path or photo.result is not None:
            return
        if not self._is_chosen(item.choice):
            return
        if picture is not self._running:
            self._drop_running()
            picture.icc = photo.photo.info.icc
            self._running, self._running_choice = picture, item.choice
            self._show()
        self._tiles.expire(picture, area=region)
        self.after_swapped.emit(picture)

    @Slot(object)
    def leave_running(self, item: QueueItem) -> None:
        """Go back to the preview: the run of ``item`` came to nothing."""
        photo = self._photo
        if photo is not None and photo.path == item.path and self._running is not None:
            self._drop_running()
            self._show()

    def shut_down(self) -> None:
        """Stop all work and close the photo."""
        self._look.stop()
        self._opener.stop()
        self._renderer.wait_for_done()
        self.close_photo()

    def _is_chosen(self, choice: ProcessingChoice) -> bool:
        """Return whether ``choice`` makes the pixels of what is chosen now."""
        return self._workshop.settled(choice).for_pixels() == self._choice.for_pixels()

    @Slot(object)
    def _on_opened(self, photo: OpenPhoto) -> None:
        self.close_photo()
        self._photo = photo
        if photo.result is not None:
            self._refine(photo.result)
        self.opened.emit(photo.photo.info)
        self._show()

    @Slot(object)
    def _on_prepared(self, photo: OpenPhoto) -> None:
        """Load what will be seen first of the next photo, too."""
        if self._view is not None:
            with contextlib.suppress(EngineError):
                size = self._output_size(photo)
                pictures = (self._before(photo, size), photo.result)
                view = first_look(self._view.on_output(*size), photo.details)
                self._tiles.want(self, tiles_in(view, [p for p in pictures if p is not None]))

    @Slot(object)
    def _on_dropped(self, photo: OpenPhoto) -> None:
        for picture_id in photo.picture_ids():
            self._tiles.discard(picture_id)

    def _before(self, photo: OpenPhoto, size: tuple[int, int]) -> PictureLevels:
        return photo.original if self._before_kind == "nearest" else photo.enlarged(*size)

    def _on_result(self, photo: OpenPhoto, result: Photo, choice: ProcessingChoice) -> None:
        if photo is not self._photo or not self._is_chosen(choice):
            result.close()
            return
        self._drop_running()
        if photo.result is not None:
            self._tiles.discard(photo.result.picture_id)
        self._refine(photo.take_result(result, choice))
        self._show()

    def _refine(self, picture: RasterLevels) -> None:
        """Make the overview of a large picture exact, in the background."""

        def work(_report: Report, _token: CancelToken) -> object:
            try:
                picture.refine()
            except ValueError:
                return None  # closed while it was read
            return picture

        task = self._runner.create(work)
        task.succeeded.connect(self._on_refined)
        task.start()

    @Slot(object)
    def _on_refined(self, picture: RasterLevels | None) -> None:
        if picture is not None:
            self._tiles.expire(picture, first_level=3)

    def _show(self) -> None:
        """Put before and after into the viewer, for the choice as it is now."""
        photo = self._photo
        if photo is None:
            return
        try:
            size = self._output_size(photo)
        except EngineError as error:
            self.target_failed.emit(error)
            return
        self._choose_after(photo, size)
        pictures = ComparedPictures(
            before=self._before(photo, size),
            after=self._after,
            keeps_before_pixels=self._before_kind == "nearest",
            has_alpha=photo.has_alpha,
            details=photo.details,
        )
        self.pictures_changed.emit(pictures, *size)
        self._on_look()

    def _output_size(self, photo: OpenPhoto) -> tuple[int, int]:
        if photo.result is not None:
            return photo.result.width_px, photo.result.height_px
        return self._workshop.output_size(photo.width_px, photo.height_px, self._choice)

    def _choose_after(self, photo: OpenPhoto, size: tuple[int, int]) -> None:
        if photo.result is not None:
            self._after, self._wanted = photo.result, None
            self._set_state(AfterState(kind="result", choice=photo.result_choice))
            return
        wanted = self._choice.for_pixels()
        running = self._running if self._is_chosen(self._running_choice) else None
        if not self._has_preview:
            self._after, self._wanted = running, None
            kind = "none" if running is None else "preview"
            self._set_state(AfterState(kind=kind, choice=wanted))
            return
        self._wanted, dropped = photo.preview(self._choice, width_px=size[0], height_px=size[1])
        for preview in dropped:
            self._tiles.discard(preview.picture_id)
        if not isinstance(self._after, PreviewLevels) or self._is_in_view(self._wanted):
            self._after = self._wanted
        if running is not None:
            running.under = self._wanted
            self._after = running
        self._set_state(AfterState(kind="preview", choice=wanted, is_computing=True))

    def leave_result(self) -> None:
        """Go back from the finished result to the preview."""
        photo = self._photo
        if photo is not None and photo.result is not None:
            self._forget_result(photo)
            self._show()

    def _forget_result(self, photo: OpenPhoto) -> None:
        if photo.result is not None:
            self._tiles.discard(photo.result.picture_id)
            photo.drop_result()

    @Slot()
    def _on_look(self) -> None:
        photo, preview = self._photo, self._wanted
        if photo is None or preview is None:
            return
        most = _MOST_PIXELS_IN_VIEW // preview.cell_px**2
        cells = tuple(self._cells_in_view(preview)[:most])
        self._renderer.render(PreviewJob(preview=preview, photo=photo.photo, cells=cells))

    def _cells_in_view(self, preview: PreviewLevels) -> list[Cell]:
        view = self._view
        if view is None:
            return []
        return preview.cells_of(preview.region_in(view))

    def _is_in_view(self, preview: PreviewLevels) -> bool:
        return all(preview.has(cell) for cell in self._cells_in_view(preview))

    @Slot(object, object)
    def _on_cell_finished(self, preview: PreviewLevels, cell: Cell) -> None:
        area = preview.cell_region(cell)
        self._tiles.expire(preview, area=area)
        after = self._after
        if isinstance(after, RunningLevels) and after.under is preview:
            self._tiles.expire(after, area=area)
            self.after_swapped.emit(after)
        elif preview is after:
            self.after_swapped.emit(preview)

    @Slot(object)
    def _on_job_finished(self, preview: PreviewLevels) -> None:
        if preview is not self._wanted:
            return
        # The swap waits until all that is in view is there: judging needs one clean change.
        if self._after is not preview and not isinstance(self._after, RunningLevels):
            self._after = preview
            self.after_swapped.emit(preview)
        self._set_state(AfterState(kind="preview", choice=preview.choice))

    @Slot(object)
    def _on_result_failed(self, error: Exception) -> None:
        if self._running is not None:
            self._drop_running()
            self._show()
        self.preview_failed.emit(error)

    def _drop_running(self) -> None:
        running, self._running = self._running, None
        if running is not None:
            self._tiles.discard(running.picture_id)

    @Slot(object, object)
    def _on_preview_failed(self, preview: PreviewLevels, error: Exception) -> None:
        if preview is self._wanted:
            self._set_state(AfterState(kind="preview", choice=preview.choice))
            self.preview_failed.emit(error)

    def _set_state(self, state: AfterState) -> None:
        if state != self._state:
            self._state = state
            self.after_changed.emit(state)
