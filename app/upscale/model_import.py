"""Takes a network of the user's own into the catalog."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.services.engine_service import EngineService
from app.services.task_runner import TaskRunner
from app.widgets.dialogs import Dialogs
from app.window.error_dialogs import ErrorDialogs
from app.window.main_window import MainWindow
from app.window.session_controller import SessionController
from engine.api import RangeUnsureError


class ModelImport(QObject):
    """Asks for the file, and for its range of values where trying does not settle it.

    Signals:
        imported: Id of the model that is in the catalog now.
    """

    imported = Signal(str)

    def __init__(
        self,
        *,
        window: MainWindow,
        dialogs: Dialogs,
        errors: ErrorDialogs,
        session: SessionController,
        engine_service: EngineService,
        runner: TaskRunner,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._dialogs = dialogs
        self._errors = errors
        self._session = session
        self._engine_service = engine_service
        self._runner = runner

    def start(self) -> None:
        """Let the user choose a network, and import it."""
        path = self._dialogs.choose_network(self._session.last_folder)
        if path is not None:
            self.import_file(path)

    def import_file(self, path: Path) -> None:
        """Import the network in a file."""
        self._import(path)

    def _import(self, path: Path, value_range: tuple[float, float] | None = None) -> None:
        # The network is tried out in a process of its own, which takes seconds.
        task = self._runner.create(
            lambda _report, token: self._engine_service.import_network(path, value_range, token)
        )
        task.succeeded.connect(self._on_imported)
        task.failed.connect(lambda error: self._on_refused(error, path))
        task.start()

    def _on_refused(self, error: Exception, path: Path) -> None:
        # 0 to 1 and 0 to 255 may both give plausible pictures; its author knows which one.
        if isinstance(error, RangeUnsureError):
            chosen = self._dialogs.choose_range(path.name, error.ranges)
            if chosen is not None:
                self._import(path, chosen)
            return
        self._errors.show_error(self.tr("This network cannot be used"), error, path)

    @Slot(object)
    def _on_imported(self, model_id: str) -> None:
        self.imported.emit(model_id)
        self._window.show_status(self.tr("{model} was imported").format(model=model_id))
