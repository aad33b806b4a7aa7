"""Does what the user asks of a run: pause, resume, stop, evaluate, add to the models."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.services.event_lines import Event
from app.services.task_runner import Task, TaskRunner
from app.state.shown_names import shown
from app.training.command_jobs import run_command
from app.training.results_view import keep_results
from app.training.run_record import RunRecord
from app.widgets.dialogs import Dialogs
from app.window.error_dialogs import ErrorDialogs
from app.window.main_window import MainWindow
from app.window.page_requests import PageRequests
from engine.api import CancelToken, Catalog, RunRequest, clone_recipe, control_run, start_run


class RunCommands(QObject):
    """Starts work on worker threads and reports its end in the status bar.

    Signals:
        changed: Something was done to a run: its folder is to be read again.
        started: `Path` of the run that was started.
        start_ended: A start was done or failed.
        evaluated: `Path` of the run that was measured.
        busy_changed: Whether a run is being evaluated or exported.
        copy_requested: Text of the recipe that a new training begins with.
        added: Id of the model that a run became.
    """

    changed = Signal()
    started = Signal(object)
    start_ended = Signal()
    evaluated = Signal(object)
    busy_changed = Signal(bool)
    copy_requested = Signal(str)
    added = Signal(str)

    def __init__(
        self,
        *,
        window: MainWindow,
        dialogs: Dialogs,
        errors: ErrorDialogs,
        requests: PageRequests,
        runs: Path,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._dialogs = dialogs
        self._errors = errors
        self._requests = requests
        self._runs = runs
        self._runner = TaskRunner(threads=2, parent=self)
        self._jobs = 0

    @property
    def is_idle(self) -> bool:
        """Whether no run is being evaluated or exported."""
        return self._jobs == 0

    def do(self, name: str, record: RunRecord) -> None:
        """Do what a button of the header asks for."""
        match name:
            case "pause" | "resume" | "stop":
                self._control(record.path, name)
            case "clone":
                self._copy(record.path)
            case "reveal":
                # The folder of a file in it is the run's own.
                self._window.reveal_requested.emit(record.path / "recipe.yaml")
            case "evaluate":
                self._evaluate(record.path)
            case "export":
                self._requests.export_requested.emit(str(record.path))
            case "add":
                self._add(record)
            case _:
                raise ValueError(f"no command is called {name!r}")

    def start(self, recipe: str) -> None:
        """Start a training of its own process."""
        task = self._runner.create(lambda _report, _token: start_run(recipe, runs=self._runs))
        task.succeeded.connect(self._on_started)
        title = self.tr("The training could not be started")
        task.failed.connect(lambda error: self._on_failed(title, error))
        for signal in (task.succeeded, task.failed):
            signal.connect(lambda _outcome: self.start_ended.emit())
        task.start()

    def shut_down(self) -> None:
        """End evaluations and exports; trainings go on."""
        self._runner.cancel_all()
        self._runner.wait_for_done()

    def _control(self, run: Path, request: RunRequest) -> None:
        task = self._runner.create(lambda _report, _token: control_run(run, request))
        task.succeeded.connect(lambda _nothing: self.changed.emit())
        title = self.tr("The run could not be changed")
        task.failed.connect(lambda error: self._on_failed(title, error))
        task.start()

    def _copy(self, run: Path) -> None:
        task = self._runner.create(lambda _report, _token: clone_recipe(run))
        task.succeeded.connect(self.copy_requested.emit)
        title = self.tr("The recipe of this run cannot be read")
        task.failed.connect(lambda error: self._on_failed(title, error))
        task.start()

    def _evaluate(self, run: Path) -> None:
        photos = self._dialogs.choose_folder("")
        if photos is None:
            return
        arguments = ("evaluate", run, "bicubic", "--data", photos, "--json")

        def measure(_report: object, token: CancelToken) -> None:
            keep_results(run, photos, run_command(arguments, token))

        name = shown(run.name)
        self._window.show_status(self.tr("Measuring {run}\u2026").format(run=name))
        task = self._runner.create(measure)
        task.succeeded.connect(lambda _nothing: self._on_evaluated(run))
        title = self.tr("{run} could not be measured").format(run=name)
        task.failed.connect(lambda error: self._on_failed(title, error))
        self._start_job(task)

    def _on_evaluated(self, run: Path) -> None:
        self._window.show_status(self.tr("{run} was measured").format(run=shown(run.name)))
        self.changed.emit()
        self.evaluated.emit(run)

    def _add(self, record: RunRecord) -> None:
        name = shown(record.path.name)
        self._window.show_status(self.tr("Adding {run} to the models\u2026").format(run=name))
        wanted = str(record.recipe.get("name") or record.path.name)

        def export(_report: object, token: CancelToken) -> str:
            model_id = _free_id(wanted, {card.id for card in Catalog.open_default().list()})
            arguments = ("export", record.path, "--unmeasured", "--id", model_id, "--json")
            return _id_of(run_command(arguments, token), model_id)

        task = self._runner.create(export)
        task.succeeded.connect(self._on_added)
        title = self.tr("{run} could not become a model").format(run=name)
        task.failed.connect(lambda error: self._on_failed(title, error))
        self._start_job(task)

    @Slot(object)
    def _on_added(self, model_id: str) -> None:
        self._window.show_status(
            self.tr("{model} is one of the models now").format(model=shown(model_id))
        )
        self._requests.models_changed.emit()
        self.added.emit(model_id)

    def _start_job(self, task: Task) -> None:
        self._count(1)
        for signal in (task.succeeded, task.failed):
            signal.connect(lambda _outcome: self._count(-1))
        task.cancelled.connect(lambda: self._count(-1))
        task.start()

    def _count(self, change: int) -> None:
        self._jobs += change
        self.busy_changed.emit(self._jobs > 0)

    @Slot(object)
    def _on_started(self, run: Path) -> None:
        self.started.emit(run)

    def _on_failed(self, title: str, error: Exception) -> None:
        self._window.show_status(title)
        self._errors.show_error(title, error)


def _free_id(wanted: str, taken: set[str]) -> str:
    """Return ``wanted`` with a number behind it if a model is called so already."""
    number, free = 1, wanted
    while free in taken:
        number += 1
        free = f"{wanted}-{number}"
    return free


def _id_of(events: list[Event], otherwise: str) -> str:
    return str(events[-1].get("id", otherwise)) if events else otherwise
