"""The keys of the viewer's commands, for a viewer of another page than that of the photos."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence
from typing_extensions import override

from app.viewer.viewer_commands import viewer_commands
from app.widgets.compare.image_compare import ImageCompare
from app.window.main_window import MainWindow


class ViewerKeys(QObject):
    """Runs commands on ``viewer`` while it has the focus, by the keys that the user gave them.

    The window's actions of these names belong to the page of photos; a key that a widget claims
    before its action sees it (``ShortcutOverride``) reaches the widget alone.
    """

    def __init__(self, window: MainWindow, viewer: ImageCompare) -> None:
        super().__init__(viewer)
        self._actions = window.actions_by_name
        self._commands = viewer_commands(viewer)
        for widget in (viewer, viewer.handle):
            widget.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kinds = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
        if event.type() not in kinds or not isinstance(event, QKeyEvent):
            return False
        name = self._command_of(event)
        if name is None:
            return False
        if event.type() is QEvent.Type.KeyPress:
            self._commands[name]()
        event.accept()
        return True

    def _command_of(self, event: QKeyEvent) -> str | None:
        pressed = QKeySequence(event.keyCombination())
        for name in self._commands:
            if pressed in self._actions[name].shortcuts():
                return name
        return None
