"""Texts about an item of the queue, shared by its card, its tooltip and screen readers."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt

from app.state.queue_store import ItemState, QueueItem
from app.state.shown_names import shown, shown_lines
from app.state.translation import QT_TRANSLATE_NOOP

ITEM_ROLE = Qt.ItemDataRole.UserRole + 1
"""The role under which the item model returns the whole `QueueItem`."""

_STATE_TEXTS = {
    ItemState.WAITING: QT_TRANSLATE_NOOP("QueueModel", "Waiting"),
    ItemState.RUNNING: QT_TRANSLATE_NOOP("QueueModel", "Upscaling"),
    ItemState.PAUSED: QT_TRANSLATE_NOOP("QueueModel", "Paused"),
    ItemState.DONE: QT_TRANSLATE_NOOP("QueueModel", "Done"),
    ItemState.SKIPPED: QT_TRANSLATE_NOOP("QueueModel", "Skipped"),
    ItemState.FAILED: QT_TRANSLATE_NOOP("QueueModel", "Failed"),
    ItemState.CANCELLED: QT_TRANSLATE_NOOP("QueueModel", "Cancelled"),
}


def left_to_right(text: str) -> str:
    """Return figures isolated, so that a right-to-left line does not reorder them."""
    # LEFT-TO-RIGHT ISOLATE and POP DIRECTIONAL ISOLATE of Unicode's bidirectional algorithm.
    return f"\u2066{text}\u2069"


def state_text(item: QueueItem) -> str:
    """Return the state of an item in the language of the app."""
    return QCoreApplication.translate("QueueModel", _STATE_TEXTS[item.state])


def reason_text(item: QueueItem) -> str:
    """Return why an item failed, without the file name at the front: the card shows it."""
    # The message may come from a queue file that was edited by hand.
    message = shown_lines(item.message)
    for name in (shown(item.path), shown(item.path.name)):
        if f"{name}: " in message:
            return message.replace(f"{name}: ", "", 1)
    return message
