"""What the commands of the window do on one page, and which of them have something to do now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from PySide6.QtCore import QObject, Signal

Commands = Mapping[str, Callable[[], object]]
"""What is called, by the names of the window's actions."""


class PageCommands(QObject):
    """The commands of a page, whether or not the page is in front.

    A page says here what it does; `CommandSwitch` shows it in menus, keys and tool bar while
    the page is in front. So no page changes an action that another page uses.

    Signals:
        changed: A command was turned on or off, or has another mark.
    """

    changed = Signal()

    def __init__(self, commands: Commands, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._commands = dict(commands)
        self._disabled: frozenset[str] = frozenset()
        self._marks: dict[str, bool] = {}

    @property
    def names(self) -> frozenset[str]:
        """The commands that mean something on the page."""
        return frozenset(self._commands)

    @property
    def marks(self) -> Mapping[str, bool]:
        """The commands that have a check mark, and whether it is set."""
        return self._marks

    def is_enabled(self, name: str) -> bool:
        """Return whether a command has something to do now."""
        return name in self._commands and name not in self._disabled

    def provide(self, commands: Commands) -> None:
        """Add commands."""
        self._commands.update(commands)
        self.changed.emit()

    def enable(self, names: Iterable[str], *, is_enabled: bool) -> None:
        """Turn commands on, or off while they would do nothing."""
        disabled = self._disabled - set(names) if is_enabled else self._disabled | set(names)
        if disabled != self._disabled:
            self._disabled = disabled
            self.changed.emit()

    def mark(self, marks: Mapping[str, bool]) -> None:
        """Set or remove the check marks of commands."""
        marked = {**self._marks, **marks}
        if marked != self._marks:
            self._marks = marked
            self.changed.emit()

    def call(self, name: str) -> None:
        """Do what a command does, if it has something to do."""
        if self.is_enabled(name):
            self._commands[name]()
