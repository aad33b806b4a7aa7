"""Keeps letters and numbers that are typed in a list away from commands of the window."""

from __future__ import annotations

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

    Typing searches a list, and commands of viewers have such keys (S splits the photo). Qt asks
    the focused widget, then each of its parents, whether a key is theirs before it looks for a
    command:

        list, asked first ─► panel: "ours" ─► the list gets an ordinary key press
    """

    def __init__(self, panel: QWidget) -> None:
        super().__init__(panel)
        panel.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            text = event.text()
            is_typed = len(text) == 1 and (text.isalnum() or text in _MORE)
            if is_typed and not event.modifiers() & _HELD:
                event.accept()
                return True
        return False
