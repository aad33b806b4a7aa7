"""The page of models: a list, the details of one, and a comparison on a photo."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from app.catalog.blind_test import judged_models
from app.catalog.comparison_controller import ComparisonController
from app.catalog.comparison_view import ComparisonView
from app.catalog.model_details import ModelDetails
from app.catalog.model_list import ModelList
from app.catalog.model_rows import ModelRow, build_rows
from app.catalog.removal import ModelRemoval
from app.judging.blind_tests import BlindTests
from app.services.engine_service import EngineService
from app.services.model_names import model_name
from app.services.pictures.tile_store import TileStore
from app.services.task_runner import TaskRunner
from app.state.places import is_folder
from app.state.settings_store import SettingsStore
from app.upscale.model_import import ModelImport
from app.viewer.viewer_commands import zoom_commands
from app.widgets.dialogs import Dialogs
from app.widgets.theming import ThemeService
from app.window.empty_state import sample_paths
from app.window.error_dialogs import ErrorDialogs
from app.window.main_window import MainWindow
from app.window.page_commands import PageCommands
from app.window.page_requests import PageRequests
from app.window.session_controller import SessionController

NAME = "catalog"
_WORKERS = 2
_TILE_BYTES = 192 * 2**20
_LIST_SHARE = (380, 760)


class ModelsPage(QObject):
    """The page on which models are looked at, compared, imported and removed.

    Attributes:
        list: The models that match the search.
        details: All of the card of one.
        comparison: Models side by side on one photo.
        comparison_view: What the comparison is shown in.
        removal: Deletes models of the user's own.
        model_import: Takes networks into the catalog.
        blind_tests: Compares models without showing which is which.
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
        requests: PageRequests,
        can_export: bool,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._settings = settings
        self._dialogs = dialogs
        self._session = session
        self._engine_service = engine_service
        self._requests = requests
        self._can_export = can_export
        self._rows: tuple[ModelRow, ...] = ()
        self._tried: list[str] = []
        self._runner = TaskRunner(threads=_WORKERS, parent=self)
        self._tiles = TileStore(budget_bytes=_TILE_BYTES, parent=self)
        self.list = ModelList(theming)
        self.details = ModelDetails(theming)
        self.comparison_view = ComparisonView(self._tiles, theming)
        self.comparison = ComparisonController(
            self.comparison_view,
            engine_service=engine_service,
            tiles=self._tiles,
            runner=self._runner,
            parent=self,
        )
        self.removal = ModelRemoval(
            window=window,
            dialogs=dialogs,
            errors=errors,
            engine_service=engine_service,
            parent=self,
        )
        self.model_import = ModelImport(
            window=window,
            dialogs=dialogs,
            errors=errors,
            session=session,
            engine_service=engine_service,
            runner=self._runner,
            parent=self,
        )
        self.blind_tests = BlindTests(
            window=window,
            dialogs=dialogs,
            theming=theming,
            session=session,
            open_photo=engine_service.open,
            enlarger=engine_service,
            parent=self,
        )
        self._stack = self._build_stack()
        self.page_commands = self._build_commands()
        self._connect()
        self.read_models()

    @property
    def widget(self) -> QWidget:
        """The list beside the details, or the comparison."""
        return self._stack

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being decoded or enlarged."""
        return self.comparison.is_idle and self._tiles.is_idle

    @property
    def is_comparing(self) -> bool:
        """Whether the comparison is shown."""
        return self._stack.currentWidget() is self.comparison_view

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Compare models on a photo that was dropped; a network is imported."""
        for path in paths:
            if path.suffix.lower() == ".onnx":
                self.model_import.import_file(path)
                return
        photos = [path for path in paths if not is_folder(path)]
        if photos:
            self._compare(self._model_ids(), photos[0])

    def read_models(self) -> None:
        """Read the catalog again: a model was added, replaced or removed."""
        self._engine_service.refresh_models()
        self._show_rows()

    def may_close(self) -> bool:
        """Return True: nothing is lost when the window closes."""
        return True

    def shut_down(self) -> None:
        """End all work: the window closes."""
        self.blind_tests.shut_down()
        self._runner.cancel_all()
        self._runner.wait_for_done()
        self.comparison.shut_down()
        self._tiles.wait_for_done()

    def _build_stack(self) -> QStackedWidget:
        columns = QSplitter(Qt.Orientation.Horizontal)
        columns.setChildrenCollapsible(False)
        columns.addWidget(self.list)
        columns.addWidget(self.details)
        columns.setStretchFactor(1, 1)
        columns.setSizes(_LIST_SHARE)
        stack = QStackedWidget()
        stack.addWidget(columns)
        stack.addWidget(self.comparison_view)
        stack.setFocusProxy(self.list.list)
        return stack

    def _build_commands(self) -> PageCommands:
        zooming = zoom_commands(lambda: self.comparison_view.grid)
        commands = PageCommands(
            {"open": self._choose_photo, "import_model": self.model_import.start, **zooming}, self
        )

        def show() -> None:
            is_zoomed = self.is_comparing and not self.comparison_view.message
            commands.enable(zooming, is_enabled=is_zoomed)

        self._stack.currentChanged.connect(show)
        self.comparison_view.message_changed.connect(show)
        show()
        return commands

    def _connect(self) -> None:
        self.list.chosen.connect(self._show_details)
        self.list.compare_requested.connect(lambda ids: self._compare(ids, self._photo()))
        self.list.import_requested.connect(self.model_import.start)
        self.list.mark_refused.connect(
            lambda: self._window.show_status(self.tr("Four models at most can be compared"))
        )
        details = self.details
        details.use_requested.connect(self._requests.use_model_requested)
        details.export_requested.connect(self._requests.export_requested)
        details.default_requested.connect(self._make_default)
        details.try_requested.connect(lambda key: self._compare([key], self._photo()))
        details.remove_requested.connect(self._remove)
        view = self.comparison_view
        view.back_requested.connect(self._leave_comparison)
        view.photo_requested.connect(self._choose_photo)
        view.sample_requested.connect(lambda: self._compare(self._tried, sample_paths()[0]))
        view.use_requested.connect(self._requests.use_model_requested)
        view.judge_requested.connect(self._judge)
        self.blind_tests.model_chosen.connect(self.list.select)
        self.comparison.photo_opened.connect(self._on_photo)
        self.removal.removed.connect(lambda _key: self._requests.models_changed.emit())
        self.model_import.imported.connect(self._on_imported)
        self._settings.changed.connect(self._on_setting)

    def _show_rows(self) -> None:
        default = self._engine_service.card(self._settings.text("processing.model"))
        self._rows = build_rows(
            self._engine_service.entries(),
            self._engine_service.broken_cards(),
            default_id=default.id,
        )
        self.list.show_rows(self._rows)

    def _row(self, key: str) -> ModelRow | None:
        return next((row for row in self._rows if row.key == key), None)

    def _model_ids(self) -> list[str]:
        """Return what a photo that is dropped is enlarged by: what is marked, or the one shown."""
        if self.is_comparing:
            return self._tried
        row = self._row(self.list.current)
        shown = [row.key] if row is not None and row.card is not None else []
        return self.list.marked or shown

    def _photo(self) -> Path | None:
        """Return the photo of the last comparison, or the one that was opened last anywhere."""
        photo = self.comparison.photo
        if photo is not None:
            return photo.path
        return next((path for path in self._session.recent if path.is_file()), None)

    @Slot(str)
    def _show_details(self, key: str) -> None:
        row = self._row(key)
        self.details.show_row(row, self._engine_service.cards(), can_export=self._can_export)

    def _compare(self, model_ids: Sequence[str], path: Path | None) -> None:
        if not model_ids:
            self._window.show_status(self.tr("Choose a model first"))
            return
        self._tried = list(model_ids)
        self._stack.setCurrentWidget(self.comparison_view)
        self.comparison.compare(self._tried, path)
        self.comparison_view.grid.setFocus()

    @Slot()
    def _choose_photo(self) -> None:
        chosen = self._dialogs.choose_photos(self._session.last_folder)
        if chosen:
            self._compare(self._model_ids(), chosen[0])

    @Slot()
    def _judge(self) -> None:
        models = judged_models(self._engine_service)
        chosen = self._tried if len(self._tried) > 1 else ()
        self.blind_tests.start(None, models, chosen=chosen, photo=self._photo())

    @Slot()
    def _leave_comparison(self) -> None:
        self.comparison.leave()
        self._stack.setCurrentIndex(0)
        self.list.list.setFocus()

    @Slot(str)
    def _make_default(self, key: str) -> None:
        self._settings.set_value("processing.model", key)
        row = self._row(key)
        if row is not None:
            self._window.show_status(
                self.tr("Photos are upscaled with {name} from now on").format(name=row.name)
            )

    @Slot(str)
    def _remove(self, key: str) -> None:
        row = self._row(key)
        if row is not None:
            others = [card for card in self._engine_service.cards() if card.id != key]
            instead = self._engine_service.card("")
            if instead.id == key and others:
                instead = others[0]
            self.removal.start(row, instead=model_name(instead))

    @Slot(str)
    def _on_imported(self, model_id: str) -> None:
        self._requests.models_changed.emit()
        self.list.select(model_id)

    @Slot(object)
    def _on_photo(self, path: Path) -> None:
        self._session.remember_photo(path)
        self._window.show_recent(self._session.recent)

    @Slot(str)
    def _on_setting(self, key: str) -> None:
        if key == "processing.model":
            self._show_rows()
