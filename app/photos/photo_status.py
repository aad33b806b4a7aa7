"""Reports in the window what happens to the open photo: title, recent photos, status, errors."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Slot

from app.photos.presentation_controller import PresentationController
from app.services.engine_texts import error_text
from app.upscale.photo_controller import PhotoController
from app.window.error_dialogs import ErrorDialogs
from app.window.main_window import MainWindow
from app.window.session_controller import SessionController
from engine.api import PhotoInfo


class PhotoStatus(QObject):
    """Keeps title, status bar and the list of recent photos up to date."""

    def __init__(
        self,
        *,
        window: MainWindow,
        errors: ErrorDialogs,
        session: SessionController,
        photos: PhotoController,
        presentation: PresentationController,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._errors = errors
        self._session = session
        self._presentation = presentation
        photos.closed.connect(self._on_closed)
        photos.open_failed.connect(self._on_open_failed)
        photos.opened.connect(self._on_opened)
        photos.opening.connect(self._on_opening)
        photos.preview_failed.connect(self._on_preview_failed)
        window.show_recent(session.recent)

    @Slot(object)
    def _on_opening(self, path: Path) -> None:
        self._window.show_status(self.tr("Opening {name}\u2026").format(name=path.name))

    @Slot(object)
    def _on_opened(self, info: PhotoInfo) -> None:
        self._session.remember_photo(info.path)
        self._window.show_recent(self._session.recent)
        self._window.show_photo(info.path.name)
        self._window.show_status("")

    @Slot(object, object)
    def _on_open_failed(self, path: Path, error: Exception) -> None:
        self._window.show_status(self.tr("{name} could not be opened").format(name=path.name))
        # An audience is shown no dialog: the slide is left out.
        if not self._presentation.skip():
            self._errors.show_error(self.tr("This photo could not be opened"), error, path)

    @Slot()
    def _on_closed(self) -> None:
        self._window.show_photo("")

    @Slot(object)
    def _on_preview_failed(self, error: Exception) -> None:
        self._window.show_status(self.tr("No preview: {reason}").format(reason=error_text(error)))
