"""Leads the actions of the window to the page in front.

┌────────────── enabled, marks ──────────────┐
│                                            ▼
page in front, window ◄── CommandSwitch ◄── QAction ◄── menu, key, tool bar
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from app.window.main_window import MainWindow
from app.window.page_commands import PageCommands


class CommandSwitch(QObject):
    """Connects each action once, with whatever page is in front when it is called.

    An action that means nothing there is disabled, and so are its keys: nothing changes a photo
    that cannot be seen.
    """

    def __init__(
        self, window: MainWindow, *, everywhere: PageCommands, parent: QObject | None = None
    ) -> None:
        """Connect the actions of ``window``.

        Args:
            window: The window.
            everywhere: The commands that mean the same on every page.
            parent: Owner in the sense of Qt.
        """
        super().__init__(parent)
        self._window = window
        self._everywhere = everywhere
        self._front: PageCommands | None = None
        everywhere.changed.connect(self._show)
        for name, action in window.actions_by_name.items():
            # `triggered` carries the check mark; `n` binds the name of this turn of the loop.
            action.triggered.connect(lambda _checked, n=name: self._call(n))

    def show(self, front: PageCommands) -> None:
        """Call the commands of the page that came to the front from now on."""
        if self._front is not None:
            self._front.changed.disconnect(self._show)
        self._front = front
        front.changed.connect(self._show)
        self._window.show_commands(self._everywhere.names | front.names)
        self._show()

    def _sources(self) -> tuple[PageCommands, ...]:
        return (self._everywhere,) if self._front is None else (self._everywhere, self._front)

    def _call(self, name: str) -> None:
        for source in self._sources():
            source.call(name)
        # Qt toggles the mark on its own; only the state decides what it shows.
        self._show()

    @Slot()
    def _show(self) -> None:
        sources = self._sources()
        marks = {name: mark for source in sources for name, mark in source.marks.items()}
        for name, action in self._window.actions_by_name.items():
            action.setEnabled(any(source.is_enabled(name) for source in sources))
            if name in marks and not action.isCheckable():
                action.setCheckable(True)
                # A menu draws mark and icon in the same place.
                action.setIconVisibleInMenu(False)
            action.setChecked(marks.get(name, False))
