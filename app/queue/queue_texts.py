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


def restoration_text(item: QueueItem) -> str:
    """Return how much is restored and why, empty if there is nothing to say yet."""
    share = item.restoration
    if share is None and not item.state.is_final:
        share = item.choice.restoration
    if share is None:
        is_expected = item.forecast is not None and item.forecast.estimates_restoration
        text = QT_TRANSLATE_NOOP("QueueModel", "Restoration: estimated when the photo is enlarged")
        return _translated(text) if is_expected and not item.state.is_final else ""
    if not item.reason:
        return _translated(QT_TRANSLATE_NOOP("QueueModel", "Restoration {share}"), share)
    text = QT_TRANSLATE_NOOP("QueueModel", "Restoration {share}, estimated: {reason}")
    # The reason may come from a queue file that was edited by hand.
    return _translated(text, share, reason=shown(item.reason))


def short_restoration_text(item: QueueItem) -> str:
    """Return the restoration of a result in a few letters, empty if it was not estimated."""
    if item.restoration is None or not item.reason:
        return ""
    return left_to_right(
        _translated(QT_TRANSLATE_NOOP("QueueModel", "Auto {share}"), item.restoration)
    )


def _translated(text: str, share: float = 0.0, *, reason: str = "") -> str:
    translated = QCoreApplication.translate("QueueModel", text)
    return translated.format(share=f"{share * 100:.0f}\u00a0%", reason=reason)
