"""The page of exports: a form on the left, targets and the report on the right.

    form ──source, point──► mfagan export targets … ──reasons──► targets
    form ──export─────────► mfagan export … --json  ──events───► targets, progress ──► bundle

Both commands are processes of their own, read on worker threads; an export that is stopped goes
on where it was when the same one is started again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QSplitter, QWidget

from app.export.export_form import ExportForm, PathRow
from app.export.jobs import CommandJob, TargetLook
from app.export.report_view import ReportView
from app.export.sources import Source, all_sources, run_source
from app.export.target_model import TargetModel
from app.export.target_texts import state_text, target_title
from app.services.engine_service import EngineService
from app.services.task_runner import TaskRunner
from app.state.shown_names import shown
from app.widgets.dialogs import Dialogs
from app.widgets.theming import ThemeService
from app.window.main_window import MainWindow
from app.window.page_commands import PageCommands
from engine.api import (
    EXPORT_TARGETS,
    EngineError,
    RunSummary,
    TargetReport,
    find_runs,
    read_bundle_picture,
    read_manifest,
    read_summary_or_fault,
    runs_folder,
)

NAME = "export"
_FORM_PX = 340
_FIRST_CHOICE = ("onnx", "onnx-int8")
_BEFORE = "bicubic"


class ExportPage(QObject):
    """The page on which models and runs become bundles.

    Attributes:
        form: What is exported.
        model: The targets.
        view: The targets as a table, and the report.
        page_commands: The commands of the window on this page, by name.
    """

    def __init__(
        self,
        *,
        window: MainWindow,
        theming: ThemeService,
        dialogs: Dialogs,
        engine_service: EngineService,
        runs: Path | None = None,
        places: Path | None = None,
    ) -> None:
        """Build the page.

        Args:
            window: The window.
            theming: The size of texts.
            dialogs: Asks for files.
            engine_service: The catalog.
            runs: Folder of the runs; the user's by default.
            places: Folder of new bundles; the user's documents by default.
        """
        super().__init__(window)
        self._window = window
        self._dialogs = dialogs
        self._engine_service = engine_service
        self._runs = runs or runs_folder()
        self._places = places or Path.home()
        self._wanted: str | None = None
        self._extra: list[Source] = []
        self._is_named = False
        self._bundle: Path | None = None
        self._target = Path()
        self._progress = (0, 0)
        self._runner = TaskRunner(threads=4, parent=self)
        self._look = TargetLook(self._runner, self)
        self._export = CommandJob(self._runner, self)
        self._check = CommandJob(self._runner, self)
        self.form = ExportForm()
        self.model = TargetModel(EXPORT_TARGETS, self)
        self.view = ReportView(self.model, theming)
        self._frame = QSplitter(Qt.Orientation.Horizontal)
        self._frame.setHandleWidth(1)
        self._frame.setChildrenCollapsible(False)
        self._frame.addWidget(self.form)
        self._frame.addWidget(self.view)
        self._frame.setStretchFactor(1, 1)
        self._frame.setSizes([_FORM_PX, 900])
        self.page_commands = PageCommands({"open_run": self._choose_run}, self)
        self._connect()
        self.model.choose(_FIRST_CHOICE)
        self.read_models()

    @property
    def widget(self) -> QWidget:
        """The form beside the report."""
        return self._frame

    @property
    def is_idle(self) -> bool:
        """Whether nothing is exported or looked at."""
        return self._look.is_idle and not self.is_exporting

    @property
    def is_exporting(self) -> bool:
        """Whether an export or a check is running."""
        return self._export.is_running or self._check.is_running

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Take the folder of a run, or a bundle to check, that was dropped."""
        for path in paths:
            run = path if (path / "recipe.yaml").is_file() else path.parent
            if (run / "recipe.yaml").is_file():
                self.show_source(str(run))
            elif path.suffix == ".zip":
                self._show_bundle(path)
            else:
                self._window.show_status(self.tr("This is neither a training nor a bundle"))

    def show_source(self, source: str) -> None:
        """Choose what is exported: the id of a model or the path of a run."""
        if self.form.choose(source):
            return
        if (Path(source) / "recipe.yaml").is_file():
            self._extra.append(run_source(Path(source)))
        # Lists are read again first: it may have appeared a moment ago.
        self._wanted = source
        self.read_models()

    @Slot()
    def read_models(self) -> None:
        """Read models and runs again."""
        task = self._runner.create(lambda _report, _token: _read_runs(self._runs))
        task.succeeded.connect(self._on_runs)
        task.failed.connect(lambda _error: self._on_runs(()))
        task.start()

    def may_close(self) -> bool:
        """Return True: an export that is stopped goes on where it was."""
        return True

    def shut_down(self) -> None:
        """End what is running."""
        for job in (self._look, self._export, self._check):
            job.stop()
        self._runner.cancel_all()
        self._runner.wait_for_done()

    def _connect(self) -> None:
        self._look.looked.connect(self._on_looked)
        self._export.reported.connect(self._on_event)
        self._export.ended.connect(self._on_ended)
        self._export.stopped.connect(self._on_stopped)
        self._check.ended.connect(self._on_checked)
        self._check.stopped.connect(self._on_stopped)
        self.form.source_changed.connect(self._on_source)
        self.form.run_requested.connect(self._choose_run)
        self.form.calibration.browse_requested.connect(
            lambda: self._choose_folder(self.form.calibration)
        )
        self.form.benchmark.browse_requested.connect(
            lambda: self._choose_folder(self.form.benchmark)
        )
        self.form.bundle.browse_requested.connect(self._choose_bundle)
        self.form.bundle.changed.connect(self._show_hint)
        self.form.bundle.line.textEdited.connect(self._on_named)
        self.form.export_requested.connect(self._start)
        self.form.stop_requested.connect(self._stop)
        self.model.chosen_changed.connect(self._show_hint)
        names = tuple(entry.name for entry in EXPORT_TARGETS)
        self.view.all.clicked.connect(lambda: self.model.choose(names))
        self.view.none.clicked.connect(lambda: self.model.choose(()))
        self.view.target_shown.connect(self._show_pictures)
        self.view.folder_requested.connect(self._open_folder)
        self.view.check_requested.connect(self._start_check)

    @Slot(object)
    def _on_runs(self, runs: Sequence[RunSummary]) -> None:
        found = all_sources(self._engine_service.cards(), runs)
        words = {source.word for source in found}
        extra = [source for source in self._extra if source.word not in words]
        self.form.set_sources((*found, *extra))
        if self._wanted is not None:
            wanted, self._wanted = self._wanted, None
            if not self.form.choose(wanted):
                text = self.tr("{name} is no model and no finished training")
                self._window.show_status(text.format(name=shown(wanted)))

    @Slot()
    def _on_source(self) -> None:
        source = self.form.source
        if source is not None and not self._is_named:
            self.form.bundle.line.setText(str(_free_name(self._places, source.stem)))
        self._show_hint()
        self._look.look(self.form.source_words())

    @Slot(object, str)
    def _on_looked(self, reasons: Mapping[str, str], error: str) -> None:
        # What a finished export says of its targets is not overwritten.
        if not self.is_exporting:
            self.model.show_feasible(reasons)
            self.view.show_figures(has_figures=False)
            self._bundle = None
            self.view.show_idle(error)
            self._show_hint()

    @Slot()
    def _start(self) -> None:
        path = self.form.bundle.path
        chosen = self.model.chosen
        if path is None or not chosen or self.is_exporting:
            return
        words = ["export", *self.form.source_words(), "--to", ",".join(chosen), "--out", str(path)]
        if self.form.benchmark.path is not None:
            words += ["--benchmark", str(self.form.benchmark.path)]
        if self._is_named and path.exists():
            # The dialog has asked.
            words.append("--replace")
        self._bundle, self._target = None, path
        self.form.set_running(is_running=True)
        self.model.show_waiting(chosen)
        self.view.show_figures(has_figures=True)
        self.view.pictures.hide()
        self._progress = (0, 0)
        self.view.show_running(self.tr("Loading the network\u2026"), done=0, total=0)
        self._export.start([*words, "--json"])

    @Slot()
    def _stop(self) -> None:
        self._export.stop()
        self._check.stop()

    @Slot(object)
    def _on_event(self, event: dict[str, object]) -> None:
        kind, target = event.get("event"), str(event.get("target", ""))
        if kind in {"converting", "verifying"}:
            self.model.show_state(target, str(kind))
            what = str(event.get("file") or target)
            text = f"{state_text(str(kind))} {shown(what)}"
            self.view.show_running(text, done=self._progress[0], total=self._progress[1])
        elif kind == "progress":
            self._progress = (_number(event.get("done")), _number(event.get("total")))
        elif kind == "target":
            report = msgspec.convert(event.get("report"), TargetReport)
            self.model.show_report(report)

    @Slot(object, str)
    def _on_ended(self, _events: object, error: str) -> None:
        path = self._target
        self.form.set_running(is_running=False)
        self._is_named = False
        # Also with an error: what failed is one target, and the bundle holds the others.
        if path.exists() and self._show_bundle(path):
            # For the next one.
            self.form.bundle.line.setText(str(_free_name(path.parent, path.stem)))
            if error:
                self.view.set_text(error)
        else:
            self.model.reset_states()
            self.view.show_idle(error)
        self._show_hint()

    @Slot()
    def _on_stopped(self) -> None:
        self.form.set_running(is_running=False)
        self.model.reset_states()
        self.view.show_idle(self.tr("Stopped. Export again to go on where it was."))

    def _show_bundle(self, path: Path) -> bool:
        """Show the report of a bundle; return whether it has one."""
        try:
            manifest = read_manifest(path)
        except EngineError as error:
            self.view.show_idle(str(error))
            return False
        self._bundle = path
        for report in manifest.targets:
            self.model.show_report(report)
        written = [report for report in manifest.targets if report.files]
        text = self.tr("{name} is ready").format(name=shown(path.name))
        self.view.show_idle(text, has_bundle=True)
        self.view.show_figures(has_figures=True)
        self.view.show_files()
        self._window.show_status(text, file=path)
        if written:
            self.view.show_target(written[0].name)
            self._show_pictures(written[0].name)
        return True

    @Slot(str)
    def _show_pictures(self, name: str) -> None:
        if self._bundle is None:
            return
        titles = {entry.name: target_title(entry) for entry in EXPORT_TARGETS}
        try:
            before, after = (read_bundle_picture(self._bundle, one) for one in (_BEFORE, name))
        except EngineError:
            before = after = None  # the bundle was moved or deleted
        self.view.pictures.show_pictures(before, after, title=titles.get(name, name))

    @Slot()
    def _start_check(self) -> None:
        if self._bundle is not None and not self.is_exporting:
            self.form.set_running(is_running=True)
            self.view.show_running(self.tr("Checking the bundle\u2026"), done=0, total=0)
            self._check.start(["export", "verify", self._bundle, "--json"])

    @Slot(object, str)
    def _on_checked(self, _events: object, error: str) -> None:
        self.form.set_running(is_running=False)
        right = self.tr("Checked: nothing is changed, and its ONNX files make the right pictures.")
        self.view.show_idle(error or right, has_bundle=True)
        self._show_hint()

    @Slot()
    def _on_named(self) -> None:
        self._is_named = False

    @Slot()
    def _show_hint(self) -> None:
        """Say what is missing before the start."""
        path = self.form.bundle.path
        if self.form.source is None:
            hint = self.tr("There is no model and no finished training to export.")
        elif not self.model.chosen:
            hint = self.tr("Choose at least one target.")
        elif path is None:
            hint = self.tr("Name the bundle.")
        elif path.exists() and not self._is_named:
            hint = self.tr("This file exists already; name another.")
        else:
            hint = ""
        self.form.set_hint(hint)

    @Slot()
    def _choose_run(self) -> None:
        folder = self._dialogs.choose_folder(str(self._runs))
        if folder is not None:
            self.open_paths([folder])

    def _choose_folder(self, row: PathRow) -> None:
        folder = self._dialogs.choose_folder(row.line.text())
        if folder is not None:
            row.line.setText(str(folder))

    @Slot()
    def _choose_bundle(self) -> None:
        path = self._dialogs.choose_new_file(self.form.bundle.line.text())
        if path is not None:
            named = path if path.suffix == ".zip" else path.with_name(f"{path.name}.zip")
            # Only for the very name that the dialog has asked about.
            self._is_named = named == path
            self.form.bundle.line.setText(str(named))
            self._show_hint()

    @Slot()
    def _open_folder(self) -> None:
        if self._bundle is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._bundle.parent)))


def _read_runs(folder: Path) -> tuple[RunSummary, ...]:
    return tuple(read_summary_or_fault(run) for run in find_runs(folder))


def _free_name(folder: Path, stem: str) -> Path:
    """Return a name of a bundle in ``folder`` that is not taken."""
    names = (folder / f"{stem}{end}.zip" for end in ("", *(f"-{n}" for n in range(2, 1000))))
    return next((path for path in names if not path.exists()), folder / f"{stem}.zip")


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
