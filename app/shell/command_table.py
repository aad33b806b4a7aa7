"""Which command of the window does what."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from app.state.shown_names import menu_name
from app.state.viewer_state import ViewerMode

if TYPE_CHECKING:
    from app.shell.app_controller import AppController
    from app.widgets.compare.image_compare import ImageCompare

NUMBERED_MODELS = 9


def connect_commands(studio: AppController) -> None:
    """Give every action of the window of ``studio`` its work."""
    actions = studio.window.actions_by_name
    commands = {**_file_commands(studio), **_view_commands(studio), **_queue_commands(studio)}
    commands |= model_commands(studio)
    for name, command in commands.items():
        actions[name].triggered.connect(lambda _checked, c=command: c())


def model_commands(studio: AppController) -> dict[str, Callable[[], object]]:
    """Return what changes the model, by the name of the command."""
    choices = studio.choices
    commands: dict[str, Callable[[], object]] = {
        f"model-{position + 1}": partial(choices.take_model, position)
        for position in range(NUMBERED_MODELS)
    }
    commands["next_model"] = partial(choices.step_model, 1)
    commands["previous_model"] = partial(choices.step_model, -1)
    return commands


def viewer_commands(viewer: ImageCompare) -> dict[str, Callable[[], object]]:
    """Return what changes how ``viewer`` shows its photo, by the name of the command."""
    split_modes = (
        ViewerMode.SPLIT_VERTICAL,
        ViewerMode.SPLIT_HORIZONTAL,
        ViewerMode.SIDE_BY_SIDE,
    )
    return {
        **{mode.value: partial(viewer.set_mode, mode) for mode in split_modes},
        "flip": viewer.flip,
        "blink": lambda: viewer.toggle_mode(ViewerMode.BLINK),
        "difference": lambda: viewer.toggle_mode(ViewerMode.DIFFERENCE),
        "loupe": lambda: viewer.set_loupe(not viewer.has_loupe),
        "fit": viewer.fit,
        "actual-size": lambda: viewer.zoom_to(1.0),
        "double-size": lambda: viewer.zoom_to(2.0),
        "zoom-in": viewer.zoom_in,
        "zoom-out": viewer.zoom_out,
    }


def name_models(studio: AppController) -> None:
    """Show the models of the catalog behind the number keys; keys without a model go."""
    cards = studio.workshop.cards()[:NUMBERED_MODELS]
    for number in range(1, NUMBERED_MODELS + 1):
        action = studio.window.actions_by_name[f"model-{number}"]
        action.setVisible(number <= len(cards))
        if number <= len(cards):
            action.setText(menu_name(cards[number - 1].name))
    more = studio.workshop.cards()[NUMBERED_MODELS:]
    studio.window.show_more_models([card.name for card in more])


def _file_commands(studio: AppController) -> dict[str, Callable[[], object]]:
    commands = studio.commands
    return {
        "open": commands.choose_photos,
        "open_folder": commands.choose_input_folder,
        "paste": commands.paste,
        "upscale": studio.upscale,
        "enqueue": studio.enqueue,
        "close_photo": studio.photos.close_photo,
        "settings": commands.show_settings,
        "quit": studio.window.close,
        "import_model": commands.import_model,
        "shortcuts": commands.show_shortcuts,
        "about": commands.show_about,
    }


def _view_commands(studio: AppController) -> dict[str, Callable[[], object]]:
    window, commands = studio.window, studio.commands
    return {
        **viewer_commands(studio.viewer),
        "before": commands.toggle_before,
        "inspector": window.toggle_inspector,
        "queue": window.toggle_queue,
        "theme": commands.toggle_theme,
        "present": studio.present,
        "full_screen": commands.toggle_full_screen,
        "preview": studio.photos.leave_result,
    }


def _queue_commands(studio: AppController) -> dict[str, Callable[[], object]]:
    queue, store = studio.queue, studio.queue_store
    return {
        "queue_start": queue.start,
        "queue_pause": queue.pause,
        "queue_cancel": lambda: queue.cancel([item.item_id for item in store.items]),
        "queue_retry": lambda: queue.retry([item.item_id for item in store.items]),
        "queue_clear": queue.clear_finished,
    }
