"""Marks in the menus what is on, and turns off what has nothing to do, on the page of photos."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from app.services.engine_service import EngineService
from app.services.model_names import model_name
from app.state.queue_store import ItemState, QueueStore
from app.state.settings_store import SettingsStore
from app.upscale.choice_controller import ChoiceController
from app.upscale.photo_controller import PhotoController
from app.viewer.viewer_commands import mode_marks
from app.widgets.compare.image_compare import ImageCompare
from app.window.main_window import NUMBERED_MODELS, MainWindow
from app.window.page_commands import PageCommands

_PANELS = ("inspector", "queue")
_MODELS = tuple(f"model-{number}" for number in range(1, NUMBERED_MODELS + 1))


class MenuMarks(QObject):
    """Keeps the check marks of the page's commands, and which are enabled, up to date."""

    def __init__(
        self,
        *,
        window: MainWindow,
        commands: PageCommands,
        settings: SettingsStore,
        engine_service: EngineService,
        choices: ChoiceController,
        photos: PhotoController,
        viewer: ImageCompare,
        queue_store: QueueStore,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._commands = commands
        self._photos = photos
        # "Back to preview" needs a result as well: the updater of the viewer sees to it.
        self._of_photo = [spec.name for spec, _action in window.commands() if spec.needs_photo]
        self._settings = settings
        self._engine_service = engine_service
        self._choices = choices
        self._viewer = viewer
        self._queue_store = queue_store
        window.frame.panels_changed.connect(self.show_marks)
        photos.opened.connect(self._show_photo)
        photos.closed.connect(self._show_photo)
        viewer.mode_changed.connect(self.show_marks)
        viewer.loupe_changed.connect(self.show_marks)
        choices.changed.connect(self.show_marks)
        settings.changed.connect(self.show_marks)
        queue_store.added.connect(self._show_queue)
        queue_store.changed.connect(self._show_queue)
        queue_store.removed.connect(self._show_queue)
        self.show_marks()
        self._show_queue()
        self._show_photo()

    def show_models(self) -> None:
        """List the models of the catalog in the menu."""
        self._window.show_models([model_name(card) for card in self._engine_service.cards()])
        self.show_marks()

    @Slot()
    def show_marks(self) -> None:
        """Mark what is on now."""
        window, model_id = self._window, self._choices.card.id
        ids = [card.id for card in self._engine_service.cards()]
        on = {
            **mode_marks(self._viewer),
            "before": self._settings.text("viewer.before") == "nearest",
            **{name: window.frame.has_panel(name) for name in _PANELS},
        }
        for position, name in enumerate(_MODELS):
            on[name] = ids[position : position + 1] == [model_id]
        self._commands.mark(on)
        # Models without a key follow in their own menu, numbered on from the last key.
        for position, action in enumerate(window.more_models.actions(), start=NUMBERED_MODELS):
            action.setChecked(ids[position : position + 1] == [model_id])

    @Slot()
    def _show_queue(self) -> None:
        store = self._queue_store
        waiting = store.count(ItemState.WAITING)
        running, paused = store.count(ItemState.RUNNING), store.count(ItemState.PAUSED)
        # Done, failed, skipped and cancelled.
        finished = len(store) - waiting - running - paused
        has_work = {
            "queue_start": waiting + paused > 0,
            "queue_pause": running > 0,
            "queue_cancel": waiting + running + paused > 0,
            "queue_retry": finished > store.count(ItemState.DONE),
            "queue_clear": finished > 0,
        }
        for name, is_enabled in has_work.items():
            self._commands.enable([name], is_enabled=is_enabled)

    @Slot()
    def _show_photo(self) -> None:
        self._commands.enable(self._of_photo, is_enabled=self._photos.photo is not None)
