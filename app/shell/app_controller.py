"""Puts the app together: what all pages share, the pages, and the commands of the window."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QObject, Slot

from app.services.child_process import ChildProcesses
from app.services.engine_service import EngineService
from app.shell.pages import PAGES
from app.shell.request_router import RequestRouter
from app.state.settings_store import SettingsStore
from app.widgets.dialogs import Dialogs
from app.widgets.theming import ThemeService
from app.window.app_files import AppFiles
from app.window.command_switch import CommandSwitch
from app.window.error_dialogs import ErrorDialogs
from app.window.main_window import MainWindow
from app.window.page import Page, PageContext, PageSpec
from app.window.page_requests import PageRequests
from app.window.session_controller import SessionController
from app.window.window_commands import WindowCommands

_Kind = TypeVar("_Kind")


class AppController(QObject):
    """The app behind the window.

    Attributes:
        engine_service: The engine, which all pages share.
        child_processes: Processes that end with the window.
        errors: Shows errors over the window.
        session: What the next start takes over.
        commands: Commands of the window that belong to no page.
        requests: What pages ask of each other.
    """

    def __init__(
        self,
        window: MainWindow,
        settings: SettingsStore,
        theming: ThemeService,
        *,
        files: AppFiles,
        dialogs: Dialogs | None = None,
        pages: Sequence[PageSpec] = PAGES,
    ) -> None:
        super().__init__(window)
        dialogs = dialogs or Dialogs(window)
        self._window = window
        self._settings = settings
        # A dict keeps the order of the list: the first page is the one at the start.
        self._specs = {spec.name: spec for spec in pages}
        self._pages: dict[str, Page] = {}
        self.engine_service = EngineService(scratch_folder=files.scratch)
        self.child_processes = ChildProcesses()
        self.errors = ErrorDialogs(dialogs=dialogs, theming=theming, settings=settings)
        self.session = SessionController(files.session, settings.writer, self)
        self.commands = WindowCommands(
            window=window,
            settings=settings,
            theming=theming,
            dialogs=dialogs,
            session=self.session,
            engine_service=self.engine_service,
            parent=self,
        )
        self._switch = CommandSwitch(window, everywhere=self.commands.everywhere, parent=self)
        self.requests = PageRequests(self)
        RequestRouter(
            self.requests,
            built_pages=self._pages.values,
            show_page=self._page_if_listed,
            parent=self,
        )
        self._context = PageContext(
            window=window,
            settings=settings,
            theming=theming,
            dialogs=dialogs,
            errors=self.errors,
            session=self.session,
            engine_service=self.engine_service,
            child_processes=self.child_processes,
            requests=self.requests,
            files=files,
        )
        for spec in pages:
            title = QCoreApplication.translate("Pages", spec.title)
            window.pages.add_page(spec.name, title=title, icon=spec.icon, shortcut=spec.shortcut)
        # Before the first page: what it restores may add a problem of its own below these.
        self._show_problems()
        self._connect_window()
        self.commands.use_shortcuts()
        self.show_page(pages[0].name)
        # The first device is the one that `auto` takes.
        labels = [label for _, label in self.engine_service.device_names()]
        window.show_device(self.tr("Runs on: {device}").format(device=labels[0]))
        window.show_status(self.tr("Ready"))

    @property
    def is_idle(self) -> bool:
        """Whether no page has work under way."""
        return all(page.is_idle for page in self._pages.values())

    def page(self, name: str, kind: type[_Kind]) -> _Kind:
        """Return the page called ``name``, built if it was never shown.

        Raises:
            KeyError: If there is no such page.
            TypeError: If it is not a ``kind``.
        """
        page = self._built(name)
        if not isinstance(page, kind):
            raise TypeError(f"the page {name!r} is a {type(page).__name__}")
        return page

    @property
    def page_in_front(self) -> Page:
        """The page that is shown."""
        # A page that was never shown does not exist, so it cannot be the one in the window.
        return next(page for page in self._pages.values() if page.widget is self._window.page)

    @Slot(str)
    def show_page(self, name: str) -> None:
        """Show a page of the list."""
        page = self._built(name)
        self._window.show_page(name, page.widget)
        self._switch.show(page.page_commands)

    @Slot(list)
    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open photos and folders that the app was started with."""
        first = next(iter(self._specs))
        self.show_page(first)
        self._built(first).open_paths(paths)

    @Slot(list)
    def take_handed(self, paths: Sequence[Path]) -> None:
        """Come to the front with what another start of the app was given."""
        self._window.come_forward()
        if paths:
            self.open_paths(paths)

    def may_close(self) -> bool:
        """Return whether no page objects to the end of the app."""
        # The first page that objects has asked the user; two dialogs at once would confuse.
        return all(page.may_close() for page in self._pages.values())

    @Slot()
    def shut_down(self) -> None:
        """End all work and remember the arrangement of the window."""
        # Pages first: they write the last state that is waited for below.
        for page in self._pages.values():
            page.shut_down()
        self.session.remember_window(
            geometry=self._window.geometry_text(), columns=self._window.frame.columns_text()
        )
        self._settings.wait_for_saved()
        # Last: it deletes the folder in which photos of the pages may lie.
        self.engine_service.close()

    def _built(self, name: str) -> Page:
        if name not in self._pages:
            self._pages[name] = self._specs[name].factory(self._context)
        return self._pages[name]

    def _page_if_listed(self, name: str) -> Page | None:
        if name not in self._specs:
            return None
        self.show_page(name)
        return self._built(name)

    def _show_problems(self) -> None:
        """Say what could not be used of what the last session left."""
        for problem in (
            *self._settings.problems,
            self.session.problem,
            *self.engine_service.problems,
        ):
            if problem is not None:
                self._window.show_problem(problem)

    def _connect_window(self) -> None:
        window = self._window
        window.closing.connect(self.shut_down)
        window.may_close = self.may_close
        window.page_requested.connect(self.show_page)
        window.paths_dropped.connect(self._on_dropped)
        window.reveal_requested.connect(self.commands.reveal_file)

    @Slot(list)
    def _on_dropped(self, paths: Sequence[Path]) -> None:
        self.page_in_front.open_paths(paths)
