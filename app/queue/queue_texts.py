"""What lists say of an item of the queue."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt

from app.state.queue_store import ItemState, QueueItem
from app.state.shown_names import shown, shown_lines
from app.state.translation import QT_TRANSLATE_NOOP

ITEM_ROLE = Qt.ItemDataRole.UserRole + 1
"""The role under which item models give the whole `QueueItem`."""

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
    """Return figures so that a right-to-left line does not turn them around."""
    return f"\u2066{text}\u2069"


def state_text(item: QueueItem) -> str:
    """Return where an item stands, in the language of the app."""
    return QCoreApplication.translate("QueueModel", _STATE_TEXTS[item.state])


def reason_text(item: QueueItem) -> str:
    """Return why an item failed, beginning with the reason: the card names the file."""
    # The message comes from a file that anybody may have edited.
    message = shown_lines(item.message)
    for name in (shown(item.path), shown(item.path.name)):
        if f"{name}: " in message:
            return message.replace(f"{name}: ", "", 1)
    return message
