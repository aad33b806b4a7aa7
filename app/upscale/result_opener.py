"""Opens the finished result of a photo for the viewer."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.services.engine_service import EngineService
from app.services.pictures.picture_levels import RasterLevels
from app.services.task_runner import Report, TaskRunner
from app.state.processing import ProcessingChoice
from app.upscale.open_photo import OpenPhoto
from engine.api import CancelToken


class ResultOpener(QObject):
    """Reads results on worker threads; lives in the window's thread.

    Signals:
        opened: The `OpenPhoto`, the decoded `Photo` of its result, which now belongs to the
            receiver, and the `ProcessingChoice` that made it.
        failed: The error.
        refined: The `RasterLevels` whose overview is now exact.
    """

    opened = Signal(object, object, object)
    failed = Signal(object)
    refined = Signal(object)

    def __init__(
        self, engine_service: EngineService, runner: TaskRunner, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._engine_service = engine_service
        self._runner = runner

    def open(self, photo: OpenPhoto, path: Path, choice: ProcessingChoice) -> None:
        """Decode the result ``path`` of ``photo``, made by ``choice``."""
        task = self._runner.create(lambda _report, token: self._engine_service.open(path, token))
        task.succeeded.connect(lambda result: self.opened.emit(photo, result, choice))
        task.failed.connect(self.failed)
        task.start()

    def refine(self, picture: RasterLevels) -> None:
        """Make the overview of a large picture exact, in the background."""

        def work(_report: Report, _token: CancelToken) -> object:
            try:
                picture.refine()
            except ValueError:
                return None  # closed while it was read
            return picture

        task = self._runner.create(work)
        task.succeeded.connect(self._on_refined)
        task.start()

    def _on_refined(self, picture: RasterLevels | None) -> None:
        if picture is not None:
            self.refined.emit(picture)
