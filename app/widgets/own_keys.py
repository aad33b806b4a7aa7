"""Keeps keys that mean a widget away from commands of the window."""

from __future__ import annotations

from collections.abc import Set

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

_MORE = "+-="
_HELD = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)


class OwnKeys(QObject):
    """Claims keys without Ctrl and Alt for whatever has the focus within a widget.

    Typing searches a list, and plus zooms a chart; commands of viewers have such keys, too. Qt
    asks the focused widget, then each of its parents, whether a key is theirs before it looks for
    a command:

        list, asked first ─► panel: "ours" ─► the list gets an ordinary key press
    """

    def __init__(self, widget: QWidget, keys: Set[Qt.Key] | None = None) -> None:
        """Claim ``keys``, or by default letters, digits and the signs that zoom."""
        super().__init__(widget)
        self._keys = keys
        widget.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is not QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        if self._is_own(event) and not event.modifiers() & _HELD:
            event.accept()
            return True
        return False

    def _is_own(self, event: QKeyEvent) -> bool:
        if self._keys is not None:
            return event.key() in self._keys
        text = event.text()
        return len(text) == 1 and (text.isalnum() or text in _MORE)
