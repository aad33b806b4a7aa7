"""Shows in the menus what is on, and turns off what has nothing to do."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from app.services.engine_service import EngineService
from app.services.model_names import model_name
from app.state.queue_store import ItemState, QueueStore
from app.state.settings_store import SettingsStore
from app.state.viewer_state import ViewerMode
from app.upscale.choice_controller import ChoiceController
from app.widgets.compare.image_compare import ImageCompare
from app.window.main_window import NUMBERED_MODELS, MainWindow

_PANELS = ("inspector", "queue")
_MODES = tuple(mode.value for mode in ViewerMode)
_MODELS = tuple(f"model-{number}" for number in range(1, NUMBERED_MODELS + 1))
_MARKED = (*_MODES, "loupe", "before", "full_screen", *_PANELS, *_MODELS)


class MenuMarks(QObject):
    """Keeps the check marks of the menus and the commands of the queue up to date.

    Built after the commands are connected: a mark shows what a command has changed.
    """

    def __init__(
        self,
        *,
        window: MainWindow,
        settings: SettingsStore,
        engine_service: EngineService,
        choices: ChoiceController,
        viewer: ImageCompare,
        queue_store: QueueStore,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._settings = settings
        self._engine_service = engine_service
        self._choices = choices
        self._viewer = viewer
        self._queue_store = queue_store
        for name in _MARKED:
            action = window.actions_by_name[name]
            action.setCheckable(True)
            # A menu draws mark and icon in the same place.
            action.setIconVisibleInMenu(False)
            # Qt toggles the mark on its own; only the state decides what it shows.
            action.triggered.connect(self.show_marks)
        viewer.mode_changed.connect(self.show_marks)
        viewer.loupe_changed.connect(self.show_marks)
        choices.changed.connect(self.show_marks)
        settings.changed.connect(self.show_marks)
        queue_store.added.connect(self._show_queue)
        queue_store.changed.connect(self._show_queue)
        queue_store.removed.connect(self._show_queue)
        self.show_marks()
        self._show_queue()

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
            # One mode of the viewer is on, so the others are off: see the default below.
            self._viewer.mode.value: True,
            "loupe": self._viewer.has_loupe,
            "before": self._settings.text("viewer.before") == "nearest",
            "full_screen": window.isFullScreen(),
            **{name: window.frame.has_panel(name) for name in _PANELS},
        }
        if model_id in ids:
            on[f"model-{ids.index(model_id) + 1}"] = True
        for name in _MARKED:
            window.actions_by_name[name].setChecked(on.get(name, False))
        # Models without a key follow in their own menu, numbered on from the last key.
        for position, action in enumerate(window.more_models.actions(), start=NUMBERED_MODELS):
            action.setChecked(ids[position : position + 1] == [model_id])

    @Slot()
    def _show_queue(self) -> None:
        store, actions = self._queue_store, self._window.actions_by_name
        waiting = store.count(ItemState.WAITING)
        running, paused = store.count(ItemState.RUNNING), store.count(ItemState.PAUSED)
        # Done, failed, skipped and cancelled.
        finished = len(store) - waiting - running - paused
        actions["queue_start"].setEnabled(waiting + paused > 0)
        actions["queue_pause"].setEnabled(running > 0)
        actions["queue_cancel"].setEnabled(waiting + running + paused > 0)
        actions["queue_retry"].setEnabled(finished > store.count(ItemState.DONE))
        actions["queue_clear"].setEnabled(finished > 0)
