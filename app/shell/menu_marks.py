"""Shows in the menus what is on, and turns off what has nothing to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from app.shell.command_table import NUMBERED_MODELS
from app.state.queue_store import ItemState
from app.state.viewer_state import ViewerMode

if TYPE_CHECKING:
    from app.shell.app_controller import AppController

_ROOMS = ("inspector", "queue")
_MODES = tuple(mode.value for mode in ViewerMode)
_MODELS = tuple(f"model-{number}" for number in range(1, NUMBERED_MODELS + 1))
_MARKED = (*_MODES, "loupe", "before", "full_screen", *_ROOMS, *_MODELS)


class MenuMarks(QObject):
    """Keeps the check marks and the queue's commands of one `AppController` true."""

    def __init__(self, studio: AppController) -> None:
        super().__init__(studio)
        self._studio = studio
        actions = studio.window.actions_by_name
        for name in _MARKED:
            actions[name].setCheckable(True)
            # A mark and an icon would stand on one spot.
            actions[name].setIconVisibleInMenu(False)
            # Qt turns the mark by itself; what it says is for the state to decide.
            actions[name].triggered.connect(self.show_marks)
        for signal in (
            studio.viewer.mode_changed,
            studio.viewer.loupe_changed,
            studio.choices.changed,
            studio.settings.changed,
        ):
            signal.connect(self.show_marks)
        store = studio.queue_store
        for change in (store.added, store.changed, store.removed):
            change.connect(self._show_queue)
        self.show_marks()
        self._show_queue()

    @Slot()
    def show_marks(self) -> None:
        """Mark what is on now."""
        studio, window = self._studio, self._studio.window
        ids = [card.id for card in studio.workshop.cards()]
        on = {
            studio.viewer.mode.value: True,
            "loupe": studio.viewer.has_loupe,
            "before": studio.settings.text("viewer.before") == "nearest",
            "full_screen": window.isFullScreen(),
            **{name: window.has_room(name) for name in _ROOMS},
        }
        if studio.choices.card.id in ids:
            on[f"model-{ids.index(studio.choices.card.id) + 1}"] = True
        for name in _MARKED:
            window.actions_by_name[name].setChecked(on.get(name, False))
        for position, action in enumerate(window.more_models.actions(), start=NUMBERED_MODELS):
            action.setChecked(ids[position : position + 1] == [studio.choices.card.id])

    @Slot()
    def _show_queue(self) -> None:
        store, actions = self._studio.queue_store, self._studio.window.actions_by_name
        waiting = store.count(ItemState.WAITING)
        running, held = store.count(ItemState.RUNNING), store.count(ItemState.PAUSED)
        over = len(store) - waiting - running - held
        actions["queue_start"].setEnabled(waiting + held > 0)
        actions["queue_pause"].setEnabled(running > 0)
        actions["queue_cancel"].setEnabled(waiting + running + held > 0)
        actions["queue_retry"].setEnabled(over > store.count(ItemState.DONE))
        actions["queue_clear"].setEnabled(over > 0)
