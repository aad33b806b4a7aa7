"""What the actions of the window call on the page of photos, by name."""

from __future__ import annotations

from functools import partial

from app.queue.queue_controller import QueueController
from app.state.queue_store import QueueStore
from app.state.viewer_state import ViewerMode
from app.upscale.choice_controller import ChoiceController
from app.widgets.compare.image_compare import ImageCompare
from app.window.connect_actions import Commands
from app.window.main_window import NUMBERED_MODELS


def model_commands(choices: ChoiceController) -> Commands:
    """Return what changes the model."""
    numbered = {
        f"model-{position + 1}": partial(choices.take_model, position)
        for position in range(NUMBERED_MODELS)
    }
    return {
        **numbered,
        "next_model": partial(choices.step_model, 1),
        "previous_model": partial(choices.step_model, -1),
    }


def viewer_commands(viewer: ImageCompare) -> Commands:
    """Return what changes how ``viewer`` shows its photo."""
    split_modes = (
        ViewerMode.SPLIT_VERTICAL,
        ViewerMode.SPLIT_HORIZONTAL,
        ViewerMode.SIDE_BY_SIDE,
    )
    return {
        **{mode.value: partial(viewer.set_mode, mode) for mode in split_modes},
        # Not among the split modes: the key flips at once, and again with each press.
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


def queue_commands(queue: QueueController, store: QueueStore) -> Commands:
    """Return what is done with all photos of the queue."""
    return {
        "queue_start": queue.start,
        "queue_pause": queue.pause,
        # The items of the moment of the command, not those of the start.
        "queue_cancel": lambda: queue.cancel([item.item_id for item in store.items]),
        "queue_retry": lambda: queue.retry([item.item_id for item in store.items]),
        "queue_clear": queue.clear_finished,
    }
