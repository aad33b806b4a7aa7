"""Opens what is in the clipboard or was dropped without a file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QImage

from app.services.engine_texts import error_text
from app.services.pasted_pictures import PastedPictures, new_pasted_path
from app.services.task_runner import TaskRunner
from app.state.queue_store import QueueStore
from app.window.main_window import MainWindow
from app.window.session_controller import SessionController
from engine.api import OutputError, make_private_folder


class Pasting(QObject):
    """Pictures without a file get one in the cache; those that nothing uses any more are deleted.

    Signals:
        pasted: Paths of the photos to open.
    """

    pasted = Signal(list)

    def __init__(
        self,
        *,
        window: MainWindow,
        runner: TaskRunner,
        session: SessionController,
        queue_store: QueueStore,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._runner = runner
        self._session = session
        self._queue_store = queue_store
        self._pictures = PastedPictures()
        self._may_clear = True
        window.image_dropped.connect(self.open_image)
        # Later than everything that is restored now and may use a picture.
        QTimer.singleShot(0, self, self._clear)

    def paste(self) -> None:
        """Open what is in the clipboard."""
        clipboard = QGuiApplication.clipboard()
        urls = clipboard.mimeData().urls()
        paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
        image = clipboard.image()
        # Where there are both, the files are the photos with their metadata.
        if paths:
            self.pasted.emit(paths)
        elif not image.isNull():
            self.open_image(image)
        else:
            self._window.show_status(self.tr("There is no photo to paste"))

    @Slot(object)
    def open_image(self, image: QImage) -> None:
        """Open a picture that has no file."""
        path = new_pasted_path()
        # Writing a large picture as PNG takes seconds.
        task = self._runner.create(lambda _report, _token: _write_image(image, path))
        task.succeeded.connect(lambda written: self.pasted.emit([written]))
        task.failed.connect(lambda error: self._window.show_status(error_text(error)))
        task.start()

    @Slot()
    def keep_all(self) -> None:
        """Delete no picture: the queue could not be read, and may use any of them."""
        self._may_clear = False

    def shut_down(self) -> None:
        """Let other windows know that this one uses no picture any more."""
        self._may_clear = False
        self._pictures.close()

    @Slot()
    def _clear(self) -> None:
        """Delete the pictures that neither the queue nor the recent photos use."""
        # A session that could not be read may mention any picture, too.
        if self._may_clear and self._session.problem is None:
            used = {*self._session.recent, *(item.path for item in self._queue_store.items)}
            task = self._runner.create(lambda _report, _token: self._pictures.remove_unused(used))
            task.start()


def _write_image(image: QImage, path: Path) -> Path:
    try:
        make_private_folder(path.parent)
        # Created without a pixel and for its owner alone: what was copied may be a secret.
        path.touch(mode=0o600, exist_ok=False)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror})") from error
    if not image.save(str(path)):
        raise OutputError(f"{path}: cannot be written; is the disk full?")
    return path
