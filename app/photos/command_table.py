"""What the actions of the window call on the page of photos, by name."""

from __future__ import annotations

from functools import partial

from app.queue.queue_controller import QueueController
from app.state.queue_store import QueueStore
from app.upscale.choice_controller import ChoiceController
from app.upscale.photo_controller import PhotoController
from app.window.main_window import NUMBERED_MODELS
from app.window.page_commands import Commands
from app.window.photo_frame import PhotoFrame


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


def photo_commands(photos: PhotoController, frame: PhotoFrame) -> Commands:
    """Return what is done with the open photo, and with the panels around it."""
    return {
        "close_photo": photos.close_photo,
        "preview": photos.leave_result,
        "inspector": partial(frame.toggle_panel, "inspector"),
        "queue": partial(frame.toggle_panel, "queue"),
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
