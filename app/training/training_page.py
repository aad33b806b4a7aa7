"""The page of trainings: list, run, and new training, put together.

Folders are read by `RunsWatch`, on worker threads; what it reads goes to the views. What users ask
for goes to `RunCommands`, which tells the runs themselves, and the watch sees the outcome.

    RunsWatch ──summaries──► RunListModel ──► RunListPanel ──chosen──┐
        ▲    └──records────► RunView                                 │
        └───────────────────────watch(chosen and marked)◄────────────┘
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.services.engine_service import EngineService
from app.services.pictures.tile_store import TileStore
from app.services.task_runner import TaskRunner
from app.training.chart_files import save_chart
from app.training.chart_tile import ChartTile
from app.training.empty_view import EmptyView, MissingTraining
from app.training.gauges import LoadWatch
from app.training.new_run_view import NewRunView
from app.training.pictures_panel import PicturesPanel
from app.training.recipe_draft import FIRST_PRESET, RecipeDraft
from app.training.run_commands import RunCommands
from app.training.run_list_model import RunListModel
from app.training.run_list_panel import RunListPanel
from app.training.run_record import RunRecord
from app.training.run_view import RunView
from app.training.runs_watch import RunsWatch
from app.training.sample_images import SampleImages
from app.training.text_views import read_differences
from app.widgets.dialogs import Dialogs
from app.widgets.page_columns import PageColumns
from app.widgets.theming import ThemeService
from app.window.error_dialogs import ErrorDialogs
from app.window.main_window import MainWindow
from app.window.page_commands import PageCommands
from app.window.page_requests import PageRequests
from engine.api import RecipeField, RunSummary, runs_folder

NAME = "training"
_LIST_PX = 284
_TILES_BYTES = 64 * 2**20


class TrainingPage(QObject):
    """The page on which trainings are started and watched.

    Attributes:
        watch: Reads the runs.
        model: The runs as rows.
        panel: The list of runs.
        view: The run that is shown.
        new_view: The page of a new training.
        draft: What that page edits.
        commands: What is done with runs.
        page_commands: The commands of the window on this page, by name.
    """

    def __init__(
        self,
        *,
        window: MainWindow,
        theming: ThemeService,
        dialogs: Dialogs,
        errors: ErrorDialogs,
        engine_service: EngineService,
        requests: PageRequests,
        runs: Path | None = None,
        can_train: Callable[[], bool] = lambda: importlib.util.find_spec("torch") is not None,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._theming = theming
        self._dialogs = dialogs
        self._requests = requests
        folder = runs or runs_folder()
        self._runner = TaskRunner(threads=3, parent=self)
        self._records: dict[Path, RunRecord] = {}
        self._wanted: Path | None = None
        self._showing = QTimer(self)
        self._showing.setSingleShot(True)
        self._showing.setInterval(0)
        self._showing.timeout.connect(self._show_records)
        self.watch = RunsWatch(folder, self)
        self._load = LoadWatch(folder, self)
        self.model = RunListModel(self)
        self.draft = RecipeDraft(self._runner, folder, self)
        self._tiles = TileStore(budget_bytes=_TILES_BYTES, parent=self)
        self._images = SampleImages(engine_service, self)
        self.commands = RunCommands(
            window=window,
            dialogs=dialogs,
            errors=errors,
            requests=requests,
            runs=folder,
            parent=self,
        )
        self.page_commands = PageCommands(
            {"new_run": self._on_new, "open_run": self._choose_run}, self
        )
        self._build_views()
        self._connect()
        has_training = can_train()
        self._missing.setVisible(not has_training)
        self.view.header.set_can_train(can_train=has_training)
        self.new_view.set_can_train(can_train=has_training)

    @property
    def widget(self) -> QWidget:
        """The list of runs beside the run."""
        return self._frame

    @property
    def is_idle(self) -> bool:
        """Whether no run is being evaluated or exported; trainings go on without the window."""
        return self.commands.is_idle

    @property
    def is_settled(self) -> bool:
        """Whether everything that was read is shown."""
        is_read = self.watch.is_idle and self._images.is_idle and self._tiles.is_idle
        is_read = is_read and not self._showing.isActive()
        return is_read and all(path in self._records for path in self._shown())

    def open_paths(self, paths: Sequence[Path]) -> None:
        """List run folders that were dropped, and show the last one of them."""
        for path in paths:
            # A file of a run means the run.
            run = path if (path / "recipe.yaml").is_file() else path.parent
            if (run / "recipe.yaml").is_file():
                self._wanted = run
                self.watch.add_folder(run)
            else:
                self._window.show_status(self.tr("This is not the folder of a training"))

    def show_recipe(self, recipe_yaml: str) -> None:
        """Fill the form of a new training from the text of a recipe."""
        self.draft.take_text(recipe_yaml)
        self._show_new()

    def may_close(self) -> bool:
        """Return True: trainings go on, and what else is done can be done again."""
        return True

    def shut_down(self) -> None:
        """End what reads and measures; trainings go on."""
        self.commands.shut_down()
        self.watch.shut_down()
        self._load.shut_down()
        self._runner.cancel_all()
        self._runner.wait_for_done()
        self.view.pictures.set_playing(False)  # as its slot says it
        self._images.shut_down()
        self._tiles.wait_for_done()

    def _build_views(self) -> None:
        self.panel = RunListPanel(self.model, self._theming)
        pictures = PicturesPanel(self._images, self._tiles, self._theming)
        self.view = RunView(pictures, self._theming)
        self.new_view = NewRunView(self.draft, self._theming)
        self._missing = MissingTraining(self._theming)
        self._empty = EmptyView(self._theming)
        self._stack = QStackedWidget()
        for view in (self._empty, self.view, self.new_view):
            self._stack.addWidget(view)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._missing)
        column.addWidget(self._stack, 1)
        self._frame = PageColumns()
        self._frame.addWidget(self.panel)
        self._frame.addWidget(right)
        self._frame.setStretchFactor(0, 0)
        self._frame.setStretchFactor(1, 1)
        self._frame.setSizes([_LIST_PX, 1000])

    def _connect(self) -> None:
        self._frame.shown.connect(self._on_shown)
        self._frame.hidden.connect(self._on_hidden)
        self.watch.runs_changed.connect(self._on_runs)
        self.watch.record_read.connect(self._on_record)
        self._load.measured.connect(self.view.gauges.show_load)
        self.model.compared_changed.connect(self._watch_shown)
        self.panel.chosen.connect(self._on_chosen)
        self.panel.new_requested.connect(self._on_new)
        self._empty.new_requested.connect(self._on_new)
        self.view.header.asked.connect(self._on_asked)
        self.view.charts.save_requested.connect(self._save_chart)
        self.view.recipe.differences_requested.connect(self._compare_recipes)
        self.new_view.start_requested.connect(self._on_start)
        self.new_view.cancelled.connect(self._show_current)
        self.new_view.folder_requested.connect(self._choose_folder)
        self.commands.changed.connect(self.watch.look)
        self.commands.started.connect(self._on_started)
        self.commands.start_ended.connect(lambda: self.new_view.set_starting(is_starting=False))
        self.commands.copy_requested.connect(self.show_recipe)
        self.commands.busy_changed.connect(
            lambda is_busy: self.view.header.set_busy(is_busy=is_busy)
        )
        self.commands.added.connect(self.view.header.show_added)
        self.view.header.use_requested.connect(self._requests.use_model_requested)
        self.commands.evaluated.connect(lambda _run: self.view.show_results())

    def _shown(self) -> list[Path]:
        """Return the runs that are drawn, the current one first."""
        current = self.panel.current
        return [] if current is None else list(dict.fromkeys([current, *self.model.compared]))

    @Slot()
    def _on_shown(self) -> None:
        self.watch.start()
        self._load.start()

    @Slot()
    def _on_hidden(self) -> None:
        # Nobody looks: the computer has better things to do.
        self.watch.stop()
        self._load.stop()
        self.view.pictures.set_playing(False)  # as its slot says it

    @Slot(object)
    def _on_runs(self, runs: Sequence[RunSummary]) -> None:
        was = self.panel.current
        self.model.set_runs(runs)
        self.view.show_runs(self.model.rows)
        if self._wanted is not None and self.model.row_of(self._wanted) >= 0:
            wanted, self._wanted = self._wanted, None
            self.panel.choose(wanted)
        elif self.model.rows and self.panel.current is None:
            self.panel.choose(Path(self.model.rows[0].path))
        if self.panel.current != was or not self.model.rows:
            self._show_current()

    @Slot(object)
    def _on_chosen(self, run: Path) -> None:
        self.model.set_current(run)
        self._watch_shown()
        self._show_current()

    @Slot()
    def _watch_shown(self) -> None:
        shown = self._shown()
        self._records = {path: r for path, r in self._records.items() if path in shown}
        self.watch.watch(shown)
        self._show_records()

    @Slot(object)
    def _on_record(self, record: RunRecord) -> None:
        self._records[record.path] = record
        # Ten runs that are read at once are drawn once.
        if not self._showing.isActive():
            self._showing.start()

    @Slot()
    def _show_records(self) -> None:
        self._showing.stop()
        shown = self._shown()
        # The current run leads: without it nothing is drawn.
        if not shown or shown[0] not in self._records:
            return
        records = [self._records[path] for path in shown if path in self._records]
        self._load.set_run(records[0].path)
        self.view.show_records(records)

    @Slot()
    def _show_current(self) -> None:
        has_run = self.panel.current is not None
        self._stack.setCurrentWidget(self.view if has_run else self._empty)
        self._show_records()

    @Slot(str)
    def _on_asked(self, name: str) -> None:
        record = self._records.get(self.panel.current or Path())
        if record is not None:
            self.commands.do(name, record)

    @Slot()
    def _on_new(self) -> None:
        self.draft.take_preset(self.draft.preset or FIRST_PRESET)
        self._show_new()

    @Slot()
    def _choose_run(self) -> None:
        folder = self._dialogs.choose_folder("")
        if folder is not None:
            self.open_paths([folder])

    def _show_new(self) -> None:
        self._stack.setCurrentWidget(self.new_view)
        self.new_view.take_focus()

    @Slot()
    def _on_start(self) -> None:
        self.new_view.set_starting(is_starting=True)
        self.commands.start(self.draft.text)

    @Slot(object)
    def _on_started(self, run: Path) -> None:
        self._wanted = run
        self.watch.look()
        self._stack.setCurrentWidget(self.view)

    @Slot(object)
    def _choose_folder(self, field: RecipeField) -> None:
        if field.kind == "folder":
            chosen = self._dialogs.choose_folder(str(self.draft.values.get(field.path) or ""))
        else:
            chosen = self._dialogs.choose_file("")
        if chosen is not None:
            self.draft.set_value(field.path, str(chosen))
            self.new_view.form.set_value(field.path, str(chosen))

    @Slot(object, str)
    def _save_chart(self, tile: ChartTile, kind: str) -> None:
        current = self.panel.current
        name = f"{current.name if current else 'chart'}-{tile.title}.{kind}"
        path = self._dialogs.choose_new_file(name)
        if path is not None:
            save_chart(tile.chart, kind, path)
            text = self.tr("Saved {name}").format(name=path.name)
            self._window.show_status(text, file=path)

    @Slot(object)
    def _compare_recipes(self, other: Path) -> None:
        current = self.panel.current
        if current is None:
            return
        task = self._runner.create(lambda _report, _token: read_differences(current, other))
        task.succeeded.connect(self.view.recipe.show_differences)
        task.start()
