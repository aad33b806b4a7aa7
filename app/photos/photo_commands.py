"""Commands of the page of photos: what to open, where results go, and the start of the work."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.queue.queue_controller import QueueController
from app.state.settings_store import SettingsStore
from app.upscale.choice_controller import ChoiceController
from app.upscale.photo_controller import PhotoController
from app.widgets.dialogs import Dialogs
from app.window.session_controller import SessionController
from app.window.window_commands import choose_output_folder


class PhotoCommands(QObject):
    """What menus, keys and buttons call on the page of photos.

    Signals:
        paths_chosen: Photos and folders to open.
    """

    paths_chosen = Signal(list)

    def __init__(
        self,
        *,
        settings: SettingsStore,
        dialogs: Dialogs,
        session: SessionController,
        choices: ChoiceController,
        photos: PhotoController,
        queue: QueueController,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._dialogs = dialogs
        self._session = session
        self._choices = choices
        self._photos = photos
        self._queue = queue

    def choose_photos(self) -> None:
        """Open photos that the user chooses."""
        self._open(self._dialogs.choose_photos(self._session.last_folder))

    def choose_folder(self) -> None:
        """Add a folder that the user chooses to the queue."""
        folder = self._dialogs.choose_folder(self._session.last_folder)
        self._open([] if folder is None else [folder])

    @Slot()
    def choose_output_folder(self) -> None:
        """Write results into a folder that the user chooses."""
        choose_output_folder(self._dialogs, self._settings, self._session)

    def toggle_before(self) -> None:
        """Show the original as bicubic enlargement or as pixels."""
        is_nearest = self._settings.text("viewer.before") == "nearest"
        self._settings.set_value("viewer.before", "bicubic" if is_nearest else "nearest")

    @Slot()
    def upscale(self) -> None:
        """Enlarge the photo in the viewer into a file, at once if nothing else runs."""
        if self._photos.photo is not None:
            # The queue is how every file is made: one way to name, write and report.
            self.enqueue()
            self._queue.start()

    @Slot()
    def enqueue(self) -> None:
        """Let the photo in the viewer wait in the queue."""
        photo = self._photos.photo
        if photo is not None:
            self._queue.add([photo.path], self._choices.choice)

    def _open(self, paths: Sequence[Path]) -> None:
        if paths:
            self.paths_chosen.emit(paths)
