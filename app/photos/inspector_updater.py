"""Shows in the inspector what is known of the open photo, the choice and the result."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from app.services.engine_service import EngineService
from app.services.engine_texts import error_text
from app.services.pictures.compared_pictures import ComparedPictures
from app.services.task_runner import TaskRunner
from app.state.processing import ProcessingChoice
from app.state.queue_store import ItemForecast, QueueItem
from app.state.viewer_state import AfterState
from app.upscale.choice_controller import ChoiceController
from app.upscale.inspector import Inspector
from app.upscale.photo_controller import PhotoController
from engine.api import PhotoInfo


class InspectorUpdater(QObject):
    """Keeps the inspector up to date.

    Attributes:
        info: What is known of the open photo, None while there is none.
    """

    def __init__(
        self,
        *,
        inspector: Inspector,
        choices: ChoiceController,
        photos: PhotoController,
        engine_service: EngineService,
        runner: TaskRunner,
        done_item: Callable[[Path], QueueItem | None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._inspector = inspector
        self._choices = choices
        self._engine_service = engine_service
        self._runner = runner
        self._done_item = done_item
        self.info: PhotoInfo | None = None
        self._photos = photos
        choices.changed.connect(self._on_choice)
        photos.after_changed.connect(self._on_after_changed)
        photos.closed.connect(self._on_closed)
        photos.opened.connect(self._on_opened)
        photos.pictures_changed.connect(self._on_pictures)
        photos.target_failed.connect(self._on_target_failed)
        self.show_models()

    @Slot()
    def show_models(self) -> None:
        """List the models of the catalog, and mark the one in use."""
        self._inspector.show_cards(self._engine_service.cards())
        self._show_choice()

    def _show_choice(self) -> None:
        choice, card, photo = self._choices.choice, self._choices.card, self._photos.photo
        estimate = None if photo is None else photo.estimates.get(card.scale)
        self._inspector.show_choice(choice, card=card, estimate=estimate)

    @Slot(object)
    def _on_choice(self, _choice: ProcessingChoice) -> None:
        self._show_choice()
        self._ask_forecast()

    @Slot(object)
    def _on_opened(self, info: PhotoInfo) -> None:
        self.info = info
        self._inspector.show_photo(info)
        self._show_choice()
        # A photo that was enlarged before shows how well its result matched.
        self._inspector.show_consistency(self._done_item(info.path))
        self._ask_forecast()

    @Slot()
    def _on_closed(self) -> None:
        self.info = None
        self._inspector.show_photo(None)
        self._show_choice()
        self._inspector.show_forecast(None)

    @Slot(object, int, int)
    def _on_pictures(self, _pictures: ComparedPictures, width_px: int, height_px: int) -> None:
        self._inspector.show_size(width_px, height_px)

    @Slot(object)
    def _on_target_failed(self, error: Exception) -> None:
        self._inspector.show_size_error(error_text(error))

    @Slot(object)
    def _on_after_changed(self, state: AfterState) -> None:
        if state.kind == "preview" and not state.is_computing:
            # The preview has measured how fast this machine is.
            self._ask_forecast()

    @Slot(object)
    def show_result(self, item: QueueItem) -> None:
        """Show the result of ``item``, and how well it matches its photo, if that is open."""
        photo = self._photos.photo
        if photo is not None and item.path == photo.path and item.result is not None:
            self._inspector.show_consistency(item)
            # The viewer swaps the preview for the file as it was written.
            self._photos.show_result(item)

    def _ask_forecast(self) -> None:
        """Estimate size, time and memory in the background, for the photo and the choice of now."""
        info, choice = self.info, self._choices.choice
        if info is None:
            return

        # Until the answer comes, another photo or choice may be there.
        def is_current() -> bool:
            return self.info is info and self._choices.choice == choice

        def show(forecast: ItemForecast) -> None:
            if is_current():
                self._inspector.show_forecast(forecast)

        def show_error(error: Exception) -> None:
            if is_current():
                self._inspector.show_size_error(error_text(error))

        # The header is read from the disk, which may be a slow network drive.
        task = self._runner.create(
            lambda _report, _token: self._engine_service.forecast(info.path, choice)
        )
        task.succeeded.connect(show)
        task.failed.connect(show_error)
        task.start()
