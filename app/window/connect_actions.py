"""Connects the actions of the window with what they call."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.window.main_window import MainWindow

Commands = Mapping[str, Callable[[], object]]


def connect_commands(window: MainWindow, commands: Commands) -> None:
    """Let the actions of ``window`` call ``commands``."""
    for name, command in commands.items():
        # `triggered` carries the check mark; commands take no argument. `c` binds the command of
        # this turn of the loop.
        window.actions_by_name[name].triggered.connect(lambda _checked, c=command: c())
