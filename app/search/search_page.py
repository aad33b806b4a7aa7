"""The page of searches, put together.

┌──────────┬───────────────────────────┬───────────┐
│ searches │ front, or hypervolume     │ candidate │
│          ├───────────────────────────┤ rivals    │
│          │ photo, as enlarged by the │           │
│          │ chosen candidates         │ actions   │
└──────────┴───────────────────────────┴───────────┘
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QWidget

from app.judging.blind_test_dialog import BlindTestDialog
from app.judging.blind_tests import BlindTests
from app.queue.thumbnails import Thumbnails
from app.search.candidate_actions import CandidateActions
from app.search.candidate_panel import CandidatePanel
from app.search.comparison_controller import ComparisonController
from app.search.comparison_view import ComparisonView
from app.search.front_view import FrontView
from app.search.judging import start_blind_test
from app.search.search_commands import SearchCommands
from app.search.search_controller import SearchController
from app.search.search_dialog import SearchDialog
from app.search.search_list import SearchList
from app.search.search_starter import SearchStarter, missing_packages
from app.search.search_texts import faults_text, hint_text, missing_text, no_model_reason
from app.search.searches_controller import SearchesController
from app.search.selection import Selection
from app.services.child_process import ChildProcesses
from app.services.engine_service import EngineService
from app.services.engine_texts import error_text
from app.services.pictures.tile_store import TileStore
from app.services.task_runner import TaskRunner
from app.state.places import is_folder
from app.state.settings_store import SettingsStore
from app.widgets.dialogs import Dialogs
from app.widgets.own_keys import OwnKeys
from app.widgets.page_columns import PageColumns
from app.widgets.theming import ThemeService
from app.window.empty_state import sample_paths
from app.window.error_dialogs import ErrorDialogs
from app.window.main_window import MainWindow
from app.window.page_requests import PageRequests
from app.window.session_controller import SessionController
from engine.api import EngineError, RunRequest, RunSummary, SearchState

NAME = "search"
_MEGABYTE = 2**20
_LIST_WIDTH_PX = 208
_PANEL_WIDTH_PX = 288
_WORKERS = 2


class SearchPage(QObject):
    """The page on which searches are shown and candidates are chosen by eye.

    Attributes:
        runner: Workers that read folders and decode photos.
        tiles: Decoded tiles of the pictures on the screen.
        searches: Knows which searches there are.
        search: Reads the one that is shown.
        selection: The chosen candidate and the pinned ones.
        comparison: Enlarges the photo with them.
        actions: What can be done with a candidate.
        starter: Starts and stops searches.
        page_commands: The commands of the window on this page, by name.
    """

    def __init__(
        self,
        *,
        window: MainWindow,
        settings: SettingsStore,
        theming: ThemeService,
        dialogs: Dialogs,
        errors: ErrorDialogs,
        session: SessionController,
        engine_service: EngineService,
        child_processes: ChildProcesses,
        requests: PageRequests,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._settings = settings
        self._dialogs = dialogs
        self._errors = errors
        self._session = session
        self._engine_service = engine_service
        self.runner = TaskRunner(threads=_WORKERS, parent=self)
        self.tiles = TileStore(budget_bytes=_MEGABYTE, parent=self)  # see `_take_settings`
        self.searches = SearchesController(self.runner, self)
        self.search = SearchController(self.runner, self)
        self.selection = Selection(self)
        self.comparison = ComparisonController(engine_service, self.tiles, self.runner, self)
        self.actions = CandidateActions(
            engine_service=engine_service,
            requests=requests,
            children=child_processes,
            runner=self.runner,
            parent=self,
        )
        self.blind_tests = BlindTests(
            window=window,
            dialogs=dialogs,
            theming=theming,
            session=session,
            open_photo=engine_service.open,
            enlarger=self.comparison.enlarger,
            parent=self,
        )
        self.starter = SearchStarter(self.runner, self)
        self._thumbnails = Thumbnails(engine_service, self)
        self._missing = missing_packages()
        # Why the search that was asked for cannot be shown.
        self._fault = ""
        self._build_views(theming)
        self.page_commands = SearchCommands(
            {
                "new_run": self.ask_for_search,
                "open_run": self._choose_folder,
                "open": self._choose_photo,
            },
            window=window,
            view=self.view,
            parent=self,
        )
        self.page_commands.enable(["new_run"], is_enabled=not self._missing)
        self._connect_reading()
        self._connect_candidates()
        self._take_settings()

    @property
    def widget(self) -> QWidget:
        """What the window shows."""
        return self._frame

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being read, decoded or enlarged."""
        is_read = self.searches.is_idle and self.search.is_idle
        return is_read and self.comparison.is_idle and self.tiles.is_idle

    @Slot(list)
    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open a folder as a search, and a photo to enlarge with its candidates."""
        for path in paths:
            if is_folder(path):
                self.open_search(path)
            else:
                self.comparison.open_photo(path)

    def open_search(self, run: Path) -> None:
        """Show the search in the run folder ``run``."""
        self.searches.add(run)
        self._open(run)

    def may_close(self) -> bool:
        """Return True: searches go on without the window."""
        return True

    def shut_down(self) -> None:
        """End all work of this page; searches go on."""
        self.blind_tests.shut_down()
        self.searches.set_active(is_active=False)
        self.search.close()
        self.runner.cancel_all()
        self.runner.wait_for_done()
        self.comparison.shut_down()
        self._thumbnails.shut_down()
        self.tiles.wait_for_done()

    def _build_views(self, theming: ThemeService) -> None:
        self.list = SearchList()
        self.front = FrontView(theming, self._thumbnails)
        self.view = ComparisonView(self.comparison, self.tiles, theming)
        self.panel = CandidatePanel()
        middle = PageColumns(Qt.Orientation.Vertical)
        middle.addWidget(self.front)
        middle.addWidget(self.view)
        middle.setSizes([1, 1])
        self._frame = PageColumns()
        for widget in (self.list, middle, self.panel):
            self._frame.addWidget(widget)
        self._frame.setStretchFactor(1, 1)
        self._frame.setSizes([_LIST_WIDTH_PX, 1000, _PANEL_WIDTH_PX])
        self._theming = theming
        theming.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        OwnKeys(self.list)
        self._frame.shown.connect(self._on_shown)
        # Looked for only while the page is seen.
        self._frame.hidden.connect(lambda: self.searches.set_active(is_active=False))
        self.list.set_missing(missing_text(self._missing))
        self._show_hint()

    def _connect_reading(self) -> None:
        self.searches.changed.connect(self._on_searches)
        self.list.open_requested.connect(self._open)
        self.list.folder_requested.connect(self._choose_folder)
        self.list.new_requested.connect(self.ask_for_search)
        self.list.asked.connect(self._ask)
        self.search.opened.connect(self._on_opened)
        self.search.changed.connect(self._on_changed)
        self.search.failed.connect(self._on_unreadable)
        self.starter.started.connect(self.open_search)
        self.starter.changed.connect(self._on_asked)
        title = self.tr("The search was not started")
        self.starter.failed.connect(lambda error: self._errors.show_error(title, error))
        self._settings.changed.connect(self._take_settings)

    def _connect_candidates(self) -> None:
        self.front.chosen.connect(self.selection.choose)
        self.front.pinned.connect(self.selection.toggle_pin)
        self.panel.pin_requested.connect(self.selection.pin_chosen)
        self.panel.unpin_requested.connect(self.selection.toggle_pin)
        self.selection.changed.connect(self._show_selection)
        self.panel.use_requested.connect(lambda: self._act("use"))
        self.panel.export_requested.connect(lambda: self._act("export"))
        self.panel.finetune_requested.connect(lambda: self._act("finetune"))
        self.panel.make_requested.connect(lambda: self._act("make"))
        self.panel.judge_requested.connect(self.judge)
        self.blind_tests.model_chosen.connect(self.selection.choose)
        self.actions.added.connect(self._on_added)
        self.actions.made.connect(self._on_made)
        self.actions.failed.connect(self._on_action_failed)
        self.comparison.photo_changed.connect(self._show_hint)
        self.comparison.failed.connect(self._on_comparison_failed)

    @Slot()
    def ask_for_search(self) -> SearchDialog:
        """Show the dialog that starts a search."""
        dialog = SearchDialog(self.starter.offer(), self._dialogs)
        dialog.chosen.connect(self.starter.start)
        self._dialogs.show(dialog)
        return dialog

    @Slot()
    def judge(self) -> BlindTestDialog | None:
        """Show the blind test of the candidates that have models."""
        state, comparison = self.search.state, self.comparison
        if state is None:
            return None
        try:
            return start_blind_test(self.blind_tests, state, self.selection.compared, comparison)
        except EngineError as error:
            self._on_action_failed(error)
            return None

    @Slot()
    def _on_shown(self) -> None:
        self.searches.set_active(is_active=True)
        self.search.refresh()
        self._take_photo()

    def _take_photo(self) -> None:
        """Open the photo of the page of photos, or a sample if none is open there."""
        recent, samples = self._session.recent, sample_paths()
        if self._window.has_photo and recent:
            self.comparison.open_photo(recent[0])
        elif self.comparison.path is None and samples:
            self.comparison.open_photo(samples[(len(samples) - 1) // 2])

    @Slot(object)
    def _open(self, folder: Path) -> None:
        if folder != self.search.folder:
            self._fault = ""
            self.selection.clear()
            self.front.show_search(None)
        self.search.open(folder)
        self.list.set_current(folder)
        self._show_hint()

    @Slot()
    def _choose_folder(self) -> None:
        if (folder := self._dialogs.choose_folder("")) is not None:
            self.open_search(folder)

    @Slot()
    def _choose_photo(self) -> None:
        for photo in self._dialogs.choose_photos(self._session.last_folder)[:1]:
            self.comparison.open_photo(photo)

    @Slot(str)
    def _ask(self, request: RunRequest) -> None:
        if (folder := self.search.folder) is not None:
            self.starter.ask(folder, request)

    @Slot(object)
    def _on_asked(self, _run: Path) -> None:
        self.searches.look()
        self.search.refresh()

    @Slot(object)
    def _on_searches(self, found: tuple[RunSummary, ...]) -> None:
        self.list.show_searches(found)
        # At the first look there is something to see without a click: the newest search, or the
        # shipped one.
        if self.search.folder is None:
            whole = [summary for summary in found if summary.state != "damaged"]
            if whole:
                self._open(Path(whole[0].path))
        self._show_hint()

    @Slot(object)
    def _on_opened(self, state: SearchState) -> None:
        self.selection.show_search(state)
        self.front.show_search(state)
        self.comparison.prepare(state)
        self._show_selection()
        self.list.set_faults(faults_text(state))

    @Slot(object)
    def _on_changed(self, state: SearchState) -> None:
        self.selection.show_search(state)
        self.front.update_search(state)
        self._show_selection()
        self.list.set_faults(faults_text(state))

    @Slot(object, object)
    def _on_unreadable(self, folder: Path, error: Exception) -> None:
        # What was read of it before stays: it may come back.
        self._window.show_status(error_text(error))
        if self.search.state is None:
            self._fault = error_text(error)
            self._show_hint()
        self.searches.look()

    @Slot()
    def _show_selection(self) -> None:
        selection, state = self.selection, self.search.state
        pinned = [one.id for one in selection.pinned]
        self.front.mark(selection.chosen_id, pinned)
        self.view.set_pinned(pinned)
        reason = no_model_reason(state, self._missing)
        self.panel.show_chosen(selection.chosen, state, reason=reason)
        self.panel.show_rivals(selection.pinned)
        self.panel.set_making(is_making=bool(self.actions.maker.making))
        self._show_hint()
        self.comparison.show(selection.compared)

    def _act(self, name: str) -> None:
        candidate, state = self.selection.chosen, self.search.state
        if candidate is not None and state is not None:
            self.actions.do(name, candidate, state)
            self.panel.set_making(is_making=bool(self.actions.maker.making))

    @Slot(str)
    def _on_added(self, name: str) -> None:
        self._window.show_status(self.tr("{name} is among your models now").format(name=name))

    @Slot(str)
    def _on_made(self, _candidate_id: str) -> None:
        self.panel.set_making(is_making=False)
        self.search.refresh()

    @Slot(object)
    def _on_action_failed(self, error: Exception) -> None:
        self.panel.set_making(is_making=bool(self.actions.maker.making))
        self._errors.show_error(self.tr("This could not be done"), error)

    @Slot(object, object)
    def _on_comparison_failed(self, error: Exception, _path: Path) -> None:
        self._window.show_status(self.tr("No preview: {reason}").format(reason=error_text(error)))

    @Slot()
    def _show_hint(self) -> None:
        """Say in place of the photo what to do, or what is being waited for."""
        photo, chosen = self.comparison.photo, self.selection.chosen
        text = hint_text(
            has_search=self.search.folder is not None,
            fault=self._fault,
            lacks_model=chosen is not None and chosen.card is None,
            photo=None if photo is None else photo.path.name,
        )
        self.view.set_hint(text)
        # An empty chart with axes from 0 to 1 would look like a result.
        self.front.setVisible(self.search.folder is not None and not self._fault)

    @Slot()
    def _take_settings(self) -> None:
        self.view.viewer.set_blink_ms(self._settings.number("viewer.blink_ms"))
        self.view.viewer.set_gain(self._settings.number("viewer.difference_gain"))
        self.tiles.set_budget(self._settings.number("viewer.cache_mb") * _MEGABYTE)

    @Slot()
    def _on_theme_changed(self) -> None:
        # Large text widens the list less than the panel: what is between them needs its space.
        widened = self._theming.theme.text_scale - 1
        shares = ((self.list, _LIST_WIDTH_PX, 0.4), (self.panel, _PANEL_WIDTH_PX, 0.8))
        for panel, width_px, share in shares:
            panel.setMinimumWidth(round(width_px * (1 + widened * share)))
            panel.setMaximumWidth(2 * panel.minimumWidth())
