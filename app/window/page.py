"""What a page of the window is, and what the shell shares with every page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PySide6.QtWidgets import QWidget

from app.services.child_process import ChildProcesses
from app.services.engine_service import EngineService
from app.state.settings_store import SettingsStore
from app.widgets.dialogs import Dialogs
from app.widgets.theming import ThemeService
from app.window.app_files import AppFiles
from app.window.error_dialogs import ErrorDialogs
from app.window.main_window import MainWindow
from app.window.page_commands import PageCommands
from app.window.page_requests import PageRequests
from app.window.session_controller import SessionController


class Page(Protocol):
    """A part of the window that has the middle of it to itself while it is shown."""

    @property
    def widget(self) -> QWidget:
        """What the window shows."""

    @property
    def page_commands(self) -> PageCommands:
        """What menus, keys and the tool bar do while the page is in front."""

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way."""

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Take files and folders that were dropped on the window while the page is shown."""

    def may_close(self) -> bool:
        """Return whether the window may close; False after asking the user."""

    def shut_down(self) -> None:
        """End all work: the window closes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContext:
    """What the shell shares with every page.

    A page does not see it: the factory of its `PageSpec` hands on by keyword what the page needs.
    """

    window: MainWindow
    settings: SettingsStore
    theming: ThemeService
    dialogs: Dialogs
    errors: ErrorDialogs
    session: SessionController
    engine_service: EngineService
    child_processes: ChildProcesses
    requests: PageRequests
    files: AppFiles


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSpec:
    """An entry of the list of pages.

    Attributes:
        name: What code calls the page.
        title: What users read, marked for translation in the context ``Pages``.
        icon: Name of its icon.
        shortcut: Its key, as Qt's portable text.
        factory: Builds the page; called in the window's thread when it is first shown.
    """

    name: str
    title: str
    icon: str
    shortcut: str
    factory: Callable[[PageContext], Page]
