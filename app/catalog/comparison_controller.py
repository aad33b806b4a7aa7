"""Enlarges one photo by several models, in the part of it that is in view."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.catalog.comparison_view import ComparisonView
from app.services.engine_service import EngineService
from app.services.engine_texts import error_text
from app.services.model_names import model_name
from app.services.pictures.compared_pictures import ComparedPictures
from app.services.pictures.preview_levels import PreviewLevels
from app.services.pictures.tile_store import TileStore
from app.services.task_runner import TaskRunner
from app.state.processing import ProcessingChoice, TargetChoice
from app.state.shown_names import shown
from app.upscale.grid_previews import GridPreviews
from app.upscale.open_photo import OpenPhoto
from app.upscale.photo_opener import PhotoOpener
from app.viewer.side_labels import SideLabels
from app.widgets.compare.compare_grid import GridPane
from engine.api import EngineError, Region


class ComparisonController(QObject):
    """The comparison: which photo, which models, and a preview of each.

        compare(ids, path) ─► PhotoOpener ─► OpenPhoto ─► a PreviewLevels per model ─► CompareGrid

    Signals:
        photo_opened: Path of the photo that is shown.
    """

    photo_opened = Signal(object)

    def __init__(
        self,
        view: ComparisonView,
        *,
        engine_service: EngineService,
        tiles: TileStore,
        runner: TaskRunner,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._view = view
        self._engine_service = engine_service
        self._tiles = tiles
        self._labels = SideLabels(engine_service, self)
        self._model_ids: tuple[str, ...] = ()
        self._photo: OpenPhoto | None = None
        self._path: Path | None = None
        self._shown: dict[str, PreviewLevels] = {}
        self._opener = PhotoOpener(engine_service, runner, self)
        self._opener.opened.connect(self._on_opened)
        self._opener.failed.connect(self._on_failed)
        self._previews = GridPreviews(engine_service, self)
        self._previews.cell_finished.connect(self._on_cell_finished)
        self._previews.finished.connect(self._on_finished)
        self._previews.failed.connect(self._on_preview_failed)
        view.grid.view_changed.connect(self._previews.look_at)

    @property
    def photo(self) -> OpenPhoto | None:
        """The photo that is enlarged."""
        return self._photo

    @property
    def model_ids(self) -> tuple[str, ...]:
        """The models that are compared."""
        return self._model_ids

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being decoded or enlarged."""
        return self._opener.is_idle and self._previews.is_idle

    def compare(self, model_ids: Sequence[str], path: Path | None) -> None:
        """Enlarge the photo ``path`` by 1 to 4 models; None asks for a photo."""
        self._model_ids = tuple(model_ids)
        if path is None:
            self._view.show_photo_name("")
            self._view.show_message(
                self.tr("Which photo?"),
                self.tr("Drop a photo here, or choose one. Nothing leaves this computer."),
                has_ways=True,
            )
        elif self._photo is not None and path == self._path:
            self._show()
        else:
            self._path = path
            self._view.show_photo_name(shown(path.name))
            self._view.show_message(self.tr("Opening {name}\u2026").format(name=shown(path.name)))
            self._opener.open(path)

    def leave(self) -> None:
        """Stop enlarging, and close the photo: it may need much memory."""
        self._opener.stop()
        self._previews.stop()
        self._view.grid.clear()
        self._close_photo()
        self._path = None

    def shut_down(self) -> None:
        """Stop, and wait for the threads."""
        self.leave()
        self._previews.shut_down()

    def _close_photo(self) -> None:
        photo, self._photo = self._photo, None
        if photo is None:
            return
        for picture_id in (*photo.picture_ids(), *(p.picture_id for p in self._shown.values())):
            self._tiles.discard(picture_id)
        self._shown = {}
        photo.close()

    def _show(self) -> None:
        """Show a pane per model, with what is computed of it so far."""
        photo = self._photo
        if photo is None:
            return
        cards = [self._engine_service.card(model_id) for model_id in self._model_ids]
        # One size for all, or nothing could be compared; no model has to be scaled down.
        factor = float(max(card.scale for card in cards))
        choices = [self._choice(photo, card.id, factor) for card in cards]
        try:
            size = self._engine_service.output_size(photo.width_px, photo.height_px, choices[0])
        except EngineError as error:
            self._view.show_message(self.tr("This photo cannot be enlarged"), error_text(error))
            return
        previews = [self._preview(photo, choice, factor, size) for choice in choices]
        kept = {preview.picture_id for preview in previews}
        for old in self._shown.values():
            if old.picture_id not in kept:
                self._tiles.discard(old.picture_id)
        self._shown = dict(zip((card.id for card in cards), previews, strict=True))
        before = photo.enlarged(*size)
        panes = [
            GridPane(
                key=card.id,
                name=model_name(card),
                pictures=ComparedPictures(
                    before=before,
                    after=preview,
                    has_alpha=photo.has_alpha,
                    details=photo.details,
                ),
                note=self.tr("computing\u2026"),
            )
            for card, preview in zip(cards, previews, strict=True)
        ]
        self._view.grid.show_panes(panes, width_px=size[0], height_px=size[1])
        self._view.show_grid()
        self._previews.look_at(self._view.grid.view)
        self._previews.want(photo.photo, previews)

    def _choice(self, photo: OpenPhoto, model_id: str, factor: float) -> ProcessingChoice:
        """Return how a model enlarges the photo, its dials at what they are without a choice."""
        choice = ProcessingChoice(model_id=model_id, target=TargetChoice(value=factor))
        return self._engine_service.with_values(choice, photo.estimates).for_pixels()

    def _preview(
        self, photo: OpenPhoto, choice: ProcessingChoice, factor: float, size: tuple[int, int]
    ) -> PreviewLevels:
        known = self._shown.get(choice.model_id)
        if known is not None and known.choice == choice:
            return known
        return PreviewLevels(
            choice,
            factor=factor,
            width_px=size[0],
            height_px=size[1],
            icc=photo.photo.info.icc,
        )

    def _key(self, preview: PreviewLevels) -> str:
        return next((key for key, shown in self._shown.items() if shown is preview), "")

    @Slot(object)
    def _on_opened(self, photo: OpenPhoto) -> None:
        self._view.grid.clear()
        self._close_photo()
        self._photo = photo
        self.photo_opened.emit(photo.path)
        self._show()

    @Slot(object, object)
    def _on_failed(self, path: Path, error: Exception) -> None:
        self._path = None
        self._view.show_photo_name(shown(path.name))
        self._view.show_message(
            self.tr("This photo could not be opened"), error_text(error), has_ways=True
        )

    @Slot(object, object)
    def _on_cell_finished(self, preview: PreviewLevels, area: Region) -> None:
        self._tiles.expire(preview, area=area)
        self._view.grid.set_after(self._key(preview), preview)

    @Slot(object)
    def _on_finished(self, preview: PreviewLevels) -> None:
        # The values of the dials are said as soon as the picture is theirs.
        parts = self._labels.made_by(preview.choice)[1:]
        self._view.grid.set_note(self._key(preview), " \u00b7 ".join(parts))

    @Slot(object, object)
    def _on_preview_failed(self, preview: PreviewLevels, error: Exception) -> None:
        self._view.grid.set_note(
            self._key(preview), self.tr("No preview: {reason}").format(reason=error_text(error))
        )
