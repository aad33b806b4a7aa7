"""What the page of photos hands on: comparisons as files, and stories for a talk."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from app.photos.presentation_controller import PresentationController
from app.photos.shared_photo import shared_photo
from app.photos.story_controller import StoryController
from app.services.engine_service import EngineService
from app.services.task_runner import TaskRunner
from app.sharing.share_controller import ShareController
from app.state.state_writer import StateWriter
from app.upscale.photo_controller import PhotoController
from app.widgets.compare.image_compare import ImageCompare
from app.widgets.dialogs import Dialogs
from app.widgets.theming import ThemeService
from app.window.error_dialogs import ErrorDialogs
from app.window.main_window import MainWindow
from app.window.page_commands import Commands
from app.window.session_controller import SessionController


class HandingOn(QObject):
    """Builds both.

    Attributes:
        sharing: Writes what the viewer compares.
        story: Steps that a presentation leads through.
    """

    def __init__(
        self,
        *,
        window: MainWindow,
        dialogs: Dialogs,
        errors: ErrorDialogs,
        session: SessionController,
        theming: ThemeService,
        engine_service: EngineService,
        photos: PhotoController,
        viewer: ImageCompare,
        presentation: PresentationController,
        runner: TaskRunner,
        story_file: Path | None,
        writer: StateWriter,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self.sharing = ShareController(
            window=window,
            dialogs=dialogs,
            errors=errors,
            session=session,
            viewer=viewer,
            photo=lambda: shared_photo(photos),
            runner=runner,
            parent=self,
        )
        self.story = StoryController(
            window=window,
            dialogs=dialogs,
            errors=errors,
            session=session,
            theming=theming,
            engine_service=engine_service,
            photos=photos,
            viewer=viewer,
            presentation=presentation,
            file=story_file,
            writer=writer,
            parent=self,
        )

    def commands(self) -> Commands:
        """Return what menus and keys call, by name."""
        return {
            "add_to_story": self.story.add_current,
            "share": self.sharing.start,
            "story": self.story.show,
        }
