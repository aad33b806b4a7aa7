"""Holds the photo in the viewer and chooses what is compared with it."""

from __future__ import annotations

import contextlib
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.services.engine_service import EngineService
from app.services.pictures.compared_pictures import ComparedPictures
from app.services.pictures.detail_map import first_look
from app.services.pictures.picture_levels import PictureLevels, RasterLevels
from app.services.pictures.preview_levels import PreviewLevels
from app.services.pictures.running_levels import RunningLevels
from app.services.pictures.tile_span import tiles_in
from app.services.pictures.tile_store import TileStore
from app.services.task_runner import TaskRunner
from app.state.processing import ProcessingChoice
from app.state.queue_store import QueueItem
from app.state.view_transform import ViewTransform
from app.state.viewer_state import AfterState
from app.upscale.open_photo import OpenPhoto
from app.upscale.photo_opener import PhotoOpener
from app.upscale.preview_controller import PreviewController
from app.upscale.result_opener import ResultOpener
from app.upscale.running_result import RunningResult
from engine.api import EngineError, Photo, Region

_OVERVIEW_LEVEL = 3


class PhotoController(QObject):
    """The photo in the viewer, its original ("before") and what it becomes ("after").

    After is, in this order: the finished result, what a run has finished so far with the
    preview under it, or the preview alone. Each of them has a class of its own; this one
    chooses between them.

    Signals:
        opening: Path of the photo that is being decoded.
        entering: Path of the photo that is about to be shown, while none is.
        opened: The `PhotoInfo` of the photo that is now shown.
        open_failed: Path and error.
        closed: No photo is shown any more.
        pictures_changed: `ComparedPictures` and the result's columns and rows.
        after_swapped: The picture that replaces "after".
        after_changed: The new `AfterState`.
        target_failed: The error, if the size cannot be reached.
        preview_failed: The error.
    """

    opening = Signal(object)
    entering = Signal(object)
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
        engine_service: EngineService,
        tiles: TileStore,
        runner: TaskRunner,
        *,
        choice: ProcessingChoice,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._engine_service = engine_service
        self._tiles = tiles
        self._choice = choice
        self._before_kind = "bicubic"
        self._has_preview = True
        self._photo: OpenPhoto | None = None
        self._after: PictureLevels | None = None
        self._state = AfterState(kind="none")
        self._running = RunningResult(tiles)
        self._opener = PhotoOpener(engine_service, runner, self)
        self._opener.opening.connect(self.opening)
        self._opener.opened.connect(self._on_opened)
        self._opener.failed.connect(self.open_failed)
        self._opener.prepared.connect(self._on_prepared)
        self._opener.dropped.connect(self._on_dropped)
        self._results = ResultOpener(engine_service, runner, self)
        self._results.opened.connect(self._on_result)
        self._results.failed.connect(self._on_result_failed)
        self._results.refined.connect(self._on_refined)
        self._preview = PreviewController(engine_service, self)
        self._preview.cell_finished.connect(self._on_cell_finished)
        self._preview.finished.connect(self._on_preview_finished)
        self._preview.failed.connect(self._on_preview_failed)

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
        is_rendered = self._preview.is_idle and not self._state.is_computing
        return self._opener.is_idle and is_rendered

    @property
    def has_ahead(self) -> bool:
        """Whether the photo that will be opened next is decoded."""
        return self._opener.has_ahead

    def open(self, path: Path, *, done: QueueItem | None = None) -> None:
        """Decode a photo, with the finished result of ``done`` if there is one, and show it."""
        self._opener.open(path, done)

    def prepare(self, path: Path, *, done: QueueItem | None = None) -> None:
        """Decode the photo that will be opened next, so that it opens at once."""
        self._opener.prepare(path, done)

    def forget_ahead(self) -> None:
        """Close what was decoded ahead."""
        self._opener.forget_ahead()

    def close_photo(self) -> None:
        """Take the photo out of the viewer."""
        self._preview.stop()
        self._running.drop()
        photo, self._photo = self._photo, None
        self._after = None
        if photo is not None:
            self._on_dropped(photo)
            photo.close()
            # In this order: a receiver that keeps showing the picture keeps its labels too.
            self.closed.emit()
            self._set_state(AfterState(kind="none"))

    def set_choice(self, choice: ProcessingChoice) -> None:
        """Use other settings; only what is in view is computed again."""
        photo, previous, self._choice = self._photo, self._choice, choice
        # If only format, folder or name changed, or an automatic value was fixed, no pixel changes.
        if photo is not None and self._pixels(photo, choice) != self._pixels(photo, previous):
            # A result shows an earlier choice: a new choice is made to be seen.
            self._forget_result(photo)
            self._show()

    def set_before_kind(self, kind: str) -> None:
        """Show the original as ``bicubic`` or as ``nearest``."""
        if kind != self._before_kind:
            self._before_kind = kind
            self._show()

    def set_has_preview(self, *, has_preview: bool) -> None:
        """Turn the preview of what is in view on or off."""
        if has_preview != self._has_preview:
            self._has_preview = has_preview
            self._show()

    @Slot(object)
    def look_at(self, view: ViewTransform) -> None:
        """Preview what ``view`` shows, soon."""
        self._preview.look_at(view)

    def show_result(self, done: QueueItem) -> None:
        """Open a finished result of the photo in the viewer in place of the preview."""
        photo, path = self._photo, done.result
        if photo is not None and path is not None and self._is_chosen(photo, done.choice):
            self._results.open(photo, path, done.choice)

    def leave_result(self) -> None:
        """Go back from the finished result to the preview."""
        photo = self._photo
        if photo is not None and photo.result is not None:
            self._forget_result(photo)
            self._show()

    @Slot(object, object, object)
    def show_running(self, item: QueueItem, picture: RunningLevels, region: Region) -> None:
        """Show the part of a result that a run has just finished, if its photo is in view."""
        photo = self._photo
        # A finished result is complete; a run of the same photo does not cover it.
        if photo is None or photo.path != item.path or photo.result is not None:
            return
        if not self._is_chosen(photo, item.choice):
            return
        if self._running.take(picture, item.choice, icc=photo.photo.info.icc):
            self._show()
        self._tiles.expire(picture, area=region)
        self.after_swapped.emit(picture)

    @Slot(object)
    def leave_running(self, item: QueueItem) -> None:
        """Go back to the preview: the run of ``item`` ended without a result."""
        photo = self._photo
        if photo is not None and photo.path == item.path and self._running.drop():
            self._show()

    def shut_down(self) -> None:
        """Stop all work and close the photo."""
        self._opener.stop()
        self._preview.shut_down()
        self.close_photo()

    def _show(self) -> None:
        """Put before and after into the viewer, for the choice as it is now."""
        photo = self._photo
        if photo is None:
            return
        try:
            size = self._output_size(photo)
        except EngineError as error:
            # While a size is being typed it can be out of reach: the pictures stay as they are.
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
        self._preview.render()

    def _output_size(self, photo: OpenPhoto) -> tuple[int, int]:
        if photo.result is not None:
            return photo.result.width_px, photo.result.height_px
        return self._engine_service.output_size(photo.width_px, photo.height_px, self._choice)

    def _before(self, photo: OpenPhoto, size: tuple[int, int]) -> PictureLevels:
        return photo.original if self._before_kind == "nearest" else photo.enlarged(*size)

    def _choose_after(self, photo: OpenPhoto, size: tuple[int, int]) -> None:
        if photo.result is not None:
            self._preview.want(photo.photo, None)
            self._after = photo.result
            made_by = photo.result_choice
            choice = made_by and self._engine_service.with_values(made_by, photo.estimates)
            self._set_state(AfterState(kind="result", choice=choice))
            return
        choice = self._pixels(photo, self._choice)
        running = self._running.picture if self._is_running_chosen(photo) else None
        if not self._has_preview:
            self._preview.want(photo.photo, None)
            self._after = running
            kind = "none" if running is None else "preview"
            self._set_state(AfterState(kind=kind, choice=choice))
            return
        preview, dropped = photo.preview(choice, width_px=size[0], height_px=size[1])
        for old in dropped:
            self._tiles.discard(old.picture_id)
        self._preview.want(photo.photo, preview)
        # An earlier preview stays in the viewer until the new one is complete there.
        if not isinstance(self._after, PreviewLevels) or self._preview.is_in_view(preview):
            self._after = preview
        if running is not None:
            # Where the run has not arrived yet, the preview is seen.
            running.under = preview
            self._after = running
        self._set_state(AfterState(kind="preview", choice=choice, is_computing=True))

    def _pixels(self, photo: OpenPhoto, choice: ProcessingChoice) -> ProcessingChoice:
        """Return what determines the pixels of the result of ``photo``, with definite values."""
        return self._engine_service.with_values(choice, photo.estimates).for_pixels()

    def _is_chosen(self, photo: OpenPhoto, choice: ProcessingChoice) -> bool:
        """Return whether ``choice`` gives the same pixels as the choice in use."""
        return self._pixels(photo, choice) == self._pixels(photo, self._choice)

    def _is_running_chosen(self, photo: OpenPhoto) -> bool:
        choice = self._running.choice
        return choice is not None and self._is_chosen(photo, choice)

    def _forget_result(self, photo: OpenPhoto) -> None:
        if photo.result is not None:
            self._tiles.discard(photo.result.picture_id)
            photo.drop_result()

    @Slot(object)
    def _on_opened(self, photo: OpenPhoto) -> None:
        self.close_photo()
        # Before it is shown: a photo may have a choice of its own, which must not look like a
        # change of mind that takes its finished result away.
        self.entering.emit(photo.path)
        self._photo = photo
        if photo.result is not None:
            self._results.refine(photo.result)
        self.opened.emit(photo.photo.info)
        self._show()

    @Slot(object)
    def _on_prepared(self, photo: OpenPhoto) -> None:
        """Load what will be seen first of the next photo, too."""
        view = self._preview.view
        if view is not None:
            with contextlib.suppress(EngineError):
                size = self._output_size(photo)
                pictures = (self._before(photo, size), photo.result)
                view = first_look(view.on_output(*size), photo.details)
                # With an owner of its own: the viewer's own wishes are not replaced.
                self._tiles.want(self, tiles_in(view, [p for p in pictures if p is not None]))

    @Slot(object)
    def _on_dropped(self, photo: OpenPhoto) -> None:
        for picture_id in photo.picture_ids():
            self._tiles.discard(picture_id)

    @Slot(object, object, object)
    def _on_result(self, photo: OpenPhoto, result: Photo, choice: ProcessingChoice) -> None:
        # Decoding took a while: another photo or another choice may be in the viewer by now.
        if photo is not self._photo or not self._is_chosen(photo, choice):
            result.close()
            return
        self._running.drop()
        if photo.result is not None:
            self._tiles.discard(photo.result.picture_id)
        self._results.refine(photo.take_result(result, choice))
        self._show()

    @Slot(object)
    def _on_result_failed(self, error: Exception) -> None:
        if self._running.drop():
            self._show()
        self.preview_failed.emit(error)

    @Slot(object)
    def _on_refined(self, picture: RasterLevels) -> None:
        self._tiles.expire(picture, first_level=_OVERVIEW_LEVEL)

    @Slot(object, object)
    def _on_cell_finished(self, preview: PreviewLevels, area: Region) -> None:
        self._tiles.expire(preview, area=area)
        after = self._after
        # The cell shows through the holes of the running result above it.
        if isinstance(after, RunningLevels) and after.under is preview:
            self._tiles.expire(after, area=area)
            self.after_swapped.emit(after)
        elif preview is after:
            self.after_swapped.emit(preview)

    @Slot(object)
    def _on_preview_finished(self, preview: PreviewLevels) -> None:
        if preview is not self._preview.wanted:
            return
        # The swap waits until all that is in view is there: a comparison needs one clean change.
        if self._after is not preview and not isinstance(self._after, RunningLevels):
            self._after = preview
            self.after_swapped.emit(preview)
        self._set_state(AfterState(kind="preview", choice=preview.choice))

    @Slot(object, object)
    def _on_preview_failed(self, preview: PreviewLevels, error: Exception) -> None:
        if preview is self._preview.wanted:
            self._set_state(AfterState(kind="preview", choice=preview.choice))
            self.preview_failed.emit(error)

    def _set_state(self, state: AfterState) -> None:
        if state != self._state:
            self._state = state
            self.after_changed.emit(state)
