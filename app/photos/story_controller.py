"""The story of the window: steps are added from the viewer, arranged, saved and presented."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from app.photos.presentation_controller import PresentationController
from app.presentation.presentation_view import Slide
from app.presentation.story import StoryStep, StoryView
from app.presentation.story_dialog import StoryDialog
from app.presentation.story_file import SUFFIX, read_story, story_text
from app.services.engine_service import EngineService
from app.services.pictures.tile_span import picture_rect
from app.state.shown_names import shown
from app.state.state_files import UnusableFileError, keep_copy
from app.state.state_problem import StateProblem
from app.state.state_writer import StateWriter
from app.upscale.photo_controller import PhotoController
from app.viewer.side_labels import SideLabels
from app.widgets.compare.image_compare import ImageCompare
from app.widgets.dialogs import Dialogs
from app.widgets.drag_handle import STEPS
from app.widgets.theming import ThemeService
from app.window.error_dialogs import ErrorDialogs
from app.window.main_window import MainWindow
from app.window.session_controller import SessionController
from engine.api import EngineError, write_shared


class StoryController(QObject):
    """Keeps the steps, also until the next start.

    Attributes:
        steps: The steps in their order.
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
        file: Path | None,
        writer: StateWriter,
        parent: QObject,
    ) -> None:
        """Begin with the story of the last session in ``file``, if there is one."""
        super().__init__(parent)
        self._window = window
        self._dialogs = dialogs
        self._errors = errors
        self._session = session
        self._theming = theming
        self._engine_service = engine_service
        self._photos = photos
        self._viewer = viewer
        self._presentation = presentation
        self._file = file
        self._writer = writer
        self._labels = SideLabels(engine_service, self)
        self.steps: tuple[StoryStep, ...] = ()
        self._dialog: StoryDialog | None = None
        if file is not None and file.exists():
            self._restore(file)

    @Slot()
    def add_current(self) -> None:
        """Add what the viewer shows as the last step."""
        photo, choice = self._photos.photo, self._photos.after_state.choice
        if photo is None or choice is None:
            self._window.show_status(self.tr("There is nothing to add to the story yet"))
            return
        step = StoryStep(
            photo=photo.path,
            choice=replace(choice.for_pixels(), device="auto"),
            divider=self._divider(),
            view=StoryView.of(self._viewer.view),
        )
        self._take((*self.steps, step))
        self._window.show_status(
            self.tr("Step {number} of the story: {name}").format(
                number=len(self.steps), name=photo.path.name
            )
        )

    @Slot()
    def show(self) -> StoryDialog:
        """Show the steps."""
        dialog = StoryDialog(self._theming, describe=self._describe, problem=self.problem)
        dialog.show_steps(self.steps)
        dialog.changed.connect(self._take)
        dialog.open_requested.connect(self.open)
        dialog.save_requested.connect(self.save)
        dialog.present_requested.connect(self.present)
        self._dialog = dialog
        self._dialogs.show(dialog)
        return dialog

    @Slot()
    def open(self) -> None:
        """Take the steps of a file that the user chooses; a bad file changes nothing."""
        path = self._dialogs.choose_file(self._session.last_folder)
        if path is None:
            return
        try:
            steps = read_story(path)
        except UnusableFileError as error:
            title = self.tr("{name} is not a story that can be shown").format(name=path.name)
            self._errors.show(title, str(error), self._errors.report(error, path))
            return
        self._take(steps)
        if self._dialog is not None:
            self._dialog.show_steps(steps)

    @Slot()
    def save(self) -> None:
        """Save the steps under a name that the user chooses."""
        folder = Path(self._session.last_folder or self.steps[0].photo.parent)
        chosen = self._dialogs.choose_new_file(str(folder / f"{self.tr('story')}{SUFFIX}"))
        if chosen is None:
            return
        has_suffix = chosen.suffix.lower() == SUFFIX
        path = chosen if has_suffix else chosen.with_name(f"{chosen.name}{SUFFIX}")
        content = story_text(self.steps, path.parent).encode("utf-8")
        originals = [step.photo for step in self.steps]
        try:
            # The dialog has asked about the name that was chosen, and about no other.
            write_shared(content, path, originals=originals, may_replace=has_suffix)
        except EngineError as error:
            self._errors.show_error(self.tr("The story could not be saved"), error, path)
            return
        self._window.show_status(
            self.tr("{name} was written").format(name=shown(path.name)), file=path
        )

    @Slot(int)
    def present(self, start: int = 0) -> None:
        """Show the steps that can be shown, beginning with one of them."""
        usable = [(n, step) for n, step in enumerate(self.steps) if not self.problem(step)]
        slides = [Slide(path=step.photo, step=step) for _, step in usable]
        first = next((place for place, (n, _) in enumerate(usable) if n >= start), 0)
        if slides:
            self._presentation.start_story(slides, start=first)

    def problem(self, step: StoryStep) -> str:
        """Return why a step cannot be shown, empty if it can."""
        if not step.photo.is_file():
            return self.tr("The photo is missing: {path}").format(path=shown(step.photo))
        model_id = step.choice.model_id
        catalog = self._engine_service.catalog
        known = {card.id for card in catalog.list()}
        if model_id not in known and catalog.alias(model_id) is None:
            return self.tr("The model {model} is not installed").format(model=shown(model_id))
        return ""

    def _restore(self, file: Path) -> None:
        try:
            self.steps = read_story(file)
        except UnusableFileError as error:
            # Moved aside, because the next step that is added writes the file again.
            copy = keep_copy(file, is_moved=True)
            problem = StateProblem(kind="broken", path=file, copy=copy, reason=str(error))
            self._window.show_problem(problem)

    def _describe(self, step: StoryStep) -> str:
        return " \u00b7 ".join(self._labels.made_by(step.choice))

    def _divider(self) -> float:
        """Return where the divider is, as a share of the visible photo."""
        view = self._viewer.view
        photo = picture_rect(view)
        first, last = max(photo.left(), 0), min(photo.right(), view.view_width_px)
        place = view.view_width_px * self._viewer.handle.value() / STEPS
        return round(min(max((place - first) / max(last - first, 1), 0.0), 1.0), 3)

    @Slot(list)
    def _take(self, steps: Sequence[StoryStep]) -> None:
        self.steps = tuple(steps)
        file, kept = self._file, self.steps
        if file is not None:
            self._writer.put(file, lambda: story_text(kept, file.parent))
