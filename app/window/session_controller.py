"""Stores recent photos and the arrangement of the window for the next start."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from app.state.state_writer import StateWriter
from app.window.session_file import Session, load_session, session_text


class SessionController(QObject):
    """The session in use.

    Attributes:
        problem: What was wrong with the file when it was read.
    """

    def __init__(
        self, file: Path | None, writer: StateWriter, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._file = file
        self._writer = writer
        self._session, self.problem = load_session(file)

    @property
    def session(self) -> Session:
        """The session in use."""
        return self._session

    @property
    def recent(self) -> list[Path]:
        """The recent photos, latest first."""
        return [Path(entry) for entry in self._session.recent]

    @property
    def last_folder(self) -> str:
        """Folder of the photo that was opened last, empty before the first one."""
        return self._session.folder

    def remember_photo(self, path: Path) -> None:
        """Store a photo as the most recent one."""
        newest = self._session.with_recent(path)
        self._keep(replace(newest, folder=str(path.parent)))

    def remember_window(self, *, geometry: str, columns: str) -> None:
        """Store the arrangement of the window."""
        self._keep(replace(self._session, geometry=geometry, columns=columns))

    def _keep(self, session: Session) -> None:
        self._session = session
        # Written on the writer's thread, which merges what other windows have written since.
        if self._file is not None:
            self._writer.put(self._file, partial(session_text, self._file, session))
