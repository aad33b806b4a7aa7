"""Puts the app together: stores, services, controllers and views, and the wires between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from app.presentation.presentation_view import PresentationView
from app.queue.queue_controller import QueueController
from app.queue.queue_model import QueueModel
from app.queue.queue_panel import QueuePanel
from app.queue.thumbnails import Thumbnails
from app.services.engine_service import EngineService
from app.services.engine_texts import error_text
from app.services.error_report import error_report
from app.services.pictures.compared_pictures import ComparedPictures
from app.services.pictures.tile_store import TileStore
from app.services.task_runner import TaskRunner
from app.shell.closing import Closing
from app.shell.command_table import NUMBERED_MODELS, connect_commands, name_models
from app.shell.commands import AppCommands
from app.shell.main_window import MainWindow
from app.shell.menu_marks import MenuMarks
from app.shell.presenting import Presenting
from app.shell.queue_actions import QueueActions
from app.shell.session_controller import SessionController
from app.state.places import complete_path, is_folder
from app.state.processing import ProcessingChoice
from app.state.queue_store import ItemForecast, QueueItem, QueueStore
from app.state.settings_store import SettingsStore
from app.state.state_problem import StateProblem
from app.state.viewer_state import AfterState, Side
from app.upscale.choice_controller import ChoiceController
from app.upscale.inspector import Inspector
from app.upscale.photo_controller import PhotoController
from app.viewer.side_labels import SideLabels
from app.viewer.viewer_page import ViewerPage
from app.widgets.compare.image_compare import ImageCompare
from app.widgets.dialogs import Dialogs
from app.widgets.message_dialog import MessageDialog
from app.widgets.theming import ThemeService
from engine.api import PhotoInfo

_WORKERS = 3
_MEGABYTE = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class AppFiles:
    """Where the app keeps what it remembers; None keeps nothing.

    Attributes:
        queue: File of the queue.
        session: File of the session.
        scratch: Folder for large photos while they are open.
        has_queue: Whether this window may work through what waits in the file; False where
            another window does.
    """

    queue: Path | None = None
    session: Path | None = None
    scratch: Path | None = None
    has_queue: bool = True


class AppController(QObject):
    """The app behind the window."""

    def __init__(
        self,
        window: MainWindow,
        settings: SettingsStore,
        theming: ThemeService,
        *,
        files: AppFiles,
        dialogs: Dialogs | None = None,
    ) -> None:
        super().__init__(window)
        self.window = window
        self.settings = settings
        self.theming = theming
        self.dialogs = dialogs or Dialogs(window)
        self.session = SessionController(files.session, settings.writer, self)
        self._info: PhotoInfo | None = None
        self._size = (0, 0)
        self._shown: ComparedPictures | None = None
        self.workshop = EngineService(scratch_folder=files.scratch)
        self._labels = SideLabels(self.workshop, self)
        self.runner = TaskRunner(threads=_WORKERS, parent=self)
        self.upscale_runner = TaskRunner(threads=1, parent=self)
        self.tiles = TileStore(
            budget_bytes=settings.number("viewer.cache_mb") * _MEGABYTE, parent=self
        )
        self.choices = ChoiceController(settings, self.workshop, self)
        self.photos = PhotoController(
            self.workshop, self.tiles, self.runner, choice=self.choices.choice, parent=self
        )
        self.queue_store = QueueStore(self)
        self.queue = QueueController(
            self.queue_store,
            self.workshop,
            upscale_runner=self.upscale_runner,
            file=files.queue,
            writer=settings.writer,
            parent=self,
        )
        self.thumbnails = Thumbnails(self.workshop, self)
        self.viewer = ImageCompare(self.tiles)
        self.page = ViewerPage(self.viewer, theming)
        self.inspector = Inspector()
        self.panel = QueuePanel(
            QueueModel(self.queue_store, self.thumbnails, self),
            theming,
            progress=lambda: self.queue.progress,
        )
        window.install(viewer=self.page, inspector=self.inspector, queue=self.panel)
        self.commands = AppCommands(self)
        self._presenting = Presenting(self)
        self._wire_photos()
        self._queue_side = QueueActions(self)
        self._wire_window()
        self._take_settings()
        self.marks = MenuMarks(self)
        self._restore(files)
        labels = [label for _, label in self.workshop.device_names()]
        window.show_device(self.tr("Runs on: {device}").format(device=labels[0]))
        window.show_status(self.tr("Ready"))

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being decoded, previewed, loaded or enlarged."""
        return self.photos.is_idle and self.tiles.is_idle and not self.queue.is_running

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open one photo in the viewer; more of them, and folders, go into the queue."""
        paths = [complete_path(path) for path in paths]
        if len(paths) == 1 and not is_folder(paths[0]):
            self.photos.open(paths[0])
            return
        items = self.queue.add(paths, self.choices.choice)
        if items:
            self._queue_side.tell_added(items)

    @Slot(list)
    def take_handed(self, paths: Sequence[Path]) -> None:
        """Come to the front with what another start of the app was given."""
        self.window.come_forward()
        if paths:
            self.open_paths(paths)

    def _restore(self, files: AppFiles) -> None:
        """Bring back what the last session left, and say what could not be used of it."""
        for problem in (*self.settings.problems, self.session.problem, *self.workshop.problems):
            if problem is not None:
                self.window.show_problem(problem)
        if files.has_queue:
            self.queue.restore()
        elif files.queue is not None:
            self.window.show_problem(StateProblem(kind="elsewhere", path=files.queue))
        self.window.show_recent(self.session.recent)

    def upscale(self) -> None:
        """Enlarge the photo in the viewer into a file, at once if nothing else runs."""
        if self._info is not None:
            self.queue.add([self._info.path], self.choices.choice)
            self.queue.start()

    def enqueue(self) -> None:
        """Let the photo in the viewer wait in the queue."""
        if self._info is not None:
            self.queue.add([self._info.path], self.choices.choice)

    @property
    def presentation(self) -> PresentationView | None:
        """The full screen, None while there is no presentation."""
        return self._presenting.view

    def present(self, paths: Sequence[Path] = ()) -> PresentationView | None:
        """Show ``paths``, what is finished, or the photo in the viewer, full screen."""
        return self._presenting.start(paths)

    def done_item(self, path: Path) -> QueueItem | None:
        """Return the newest item of ``path`` that has a result."""
        return self._queue_side.done_item(path)

    def show_error(self, title: str, text: str, details: str) -> None:
        """Say what went wrong, in a dialog that does not stop the work."""
        self.dialogs.show(MessageDialog(self.theming, title=title, text=text, details=details))

    def report(self, error: BaseException, path: Path | None = None) -> str:
        """Return what somebody who helps needs to know of ``error``."""
        return error_report(error, path=path, device=self.choices.choice.device)

    def shut_down(self) -> None:
        """End all work; nothing half-written stays and the queue is kept."""
        self._presenting.close()
        self.queue.shut_down()
        for runner in (self.upscale_runner, self.runner):
            runner.cancel_all()
            runner.wait_for_done()
        self.photos.shut_down()
        self.thumbnails.shut_down()
        self.tiles.wait_for_done()
        self.session.remember_window(
            geometry=self.window.geometry_text(), columns=self.window.columns_text()
        )
        self.settings.wait_for_saved()
        self.workshop.close()

    @property
    def last_folder(self) -> str:
        """Folder of the photo that was opened last."""
        return self.session.session.folder

    def _wire_photos(self) -> None:
        photos, viewer = self.photos, self.viewer
        photos.opening.connect(self._on_opening)
        photos.opened.connect(self._on_opened)
        photos.open_failed.connect(self._on_open_failed)
        photos.closed.connect(self._on_closed)
        photos.pictures_changed.connect(self._on_pictures)
        photos.after_swapped.connect(self._on_after_swapped)
        photos.after_changed.connect(self._on_after_changed)
        photos.target_failed.connect(
            lambda error: self.inspector.show_size_error(error_text(error))
        )
        photos.preview_failed.connect(self._on_preview_failed)
        viewer.view_changed.connect(photos.look_at)
        self.choices.changed.connect(self._on_choice)
        self.inspector.choice_requested.connect(self.choices.set_choice)
        self.inspector.model_requested.connect(self.choices.take_model)
        self.inspector.upscale_requested.connect(self.upscale)
        self.inspector.enqueue_requested.connect(self.enqueue)
        self.inspector.output.folder_requested.connect(self.commands.choose_output_folder)
        self.page.mode_requested.connect(viewer.set_mode)
        self.inspector.show_cards(self.workshop.cards())

    def _wire_window(self) -> None:
        window = self.window
        connect_commands(self)
        window.more_model_requested.connect(
            lambda position: self.choices.take_model(NUMBERED_MODELS + position)
        )
        name_models(self)
        window.paths_dropped.connect(self.open_paths)
        window.image_dropped.connect(self.commands.open_image)
        window.reveal_requested.connect(self.commands.reveal_file)
        window.recent_requested.connect(self._open_with_result)
        window.sample_requested.connect(self._open_with_result)
        window.may_close = Closing(self).may_close
        window.closing.connect(self.shut_down)
        self.settings.changed.connect(self._on_setting)

    def _take_settings(self) -> None:
        self.viewer.set_blink_ms(self.settings.number("viewer.blink_ms"))
        self.viewer.set_gain(self.settings.number("viewer.difference_gain"))
        self.photos.set_before_kind(self.settings.text("viewer.before"))
        self.photos.set_has_preview(has_preview=self.settings.is_on("processing.preview"))
        self.show_choice()
        self.commands.use_shortcuts()

    @Slot(str)
    def _on_setting(self, key: str) -> None:
        if key == "keyboard.shortcuts":
            self.commands.use_shortcuts()
        if key.startswith("viewer.") or key == "processing.preview":
            self._take_settings()
        if key == "viewer.cache_mb":
            self.tiles.set_budget(self.settings.number(key) * _MEGABYTE)
        if key == "viewer.before" and self._info is not None:
            self._name_sides(self.photos.after_state)

    @Slot(object)
    def _on_choice(self, choice: ProcessingChoice) -> None:
        self.show_choice()
        self.photos.set_choice(choice)
        self._ask_forecast()

    def show_choice(self) -> None:
        """Show what is chosen in the inspector."""
        choices = self.choices
        self.inspector.show_choice(choices.choice, card=choices.card, running=choices.running_card)

    @Slot(object)
    def _on_opening(self, path: Path) -> None:
        self.window.show_status(self.tr("Opening {name}\u2026").format(name=path.name))

    @Slot(object)
    def _on_opened(self, info: PhotoInfo) -> None:
        self._info = info
        self.session.remember_photo(info.path)
        self.window.show_recent(self.session.recent)
        self.window.show_photo(info.path.name)
        self.window.show_status("")
        self.inspector.show_photo(info)
        self.inspector.show_consistency(self._queue_side.done_item(info.path))
        self._ask_forecast()
        self.viewer.setFocus()

    @Slot(object, object)
    def _on_open_failed(self, path: Path, error: Exception) -> None:
        self.window.show_status(self.tr("{name} could not be opened").format(name=path.name))
        if self._presenting.skip():
            return
        self.show_error(
            self.tr("This photo could not be opened"), error_text(error), self.report(error, path)
        )

    @Slot()
    def _on_closed(self) -> None:
        self._info = self._shown = None
        self.viewer.clear()
        if self.presentation is not None:
            self.presentation.clear()
        self.window.show_photo("")
        self.inspector.show_photo(None)
        self.inspector.show_forecast(None)

    @Slot(object, int, int)
    def _on_pictures(self, pictures: ComparedPictures, width_px: int, height_px: int) -> None:
        self._shown, self._size = pictures, (width_px, height_px)
        self.inspector.show_size(width_px, height_px)
        self.show_pictures_again()

    def show_pictures_again(self) -> None:
        """Show the open photo where people look: in the presentation, or in the window."""
        pictures, photo = self._shown, self.photos.photo
        if pictures is None or photo is None:
            return
        viewer = self.viewer
        if self.presentation is not None:
            self._presenting.show_pictures(pictures, self._size)
            viewer = self.presentation.viewer
        else:
            viewer.show_pictures(pictures, width_px=self._size[0], height_px=self._size[1])
            view = self._presenting.take_view(photo.path)
            if view is not None:
                viewer.set_view(view.for_output(*self._size))
        self._name_sides(self.photos.after_state)
        self.photos.look_at(viewer.view)

    @Slot(object)
    def _on_after_swapped(self, picture: object) -> None:
        for viewer in self._viewers():
            viewer.set_after(picture)  # type: ignore[arg-type]  # signals carry objects

    @Slot(object)
    def _on_after_changed(self, state: AfterState) -> None:
        self._name_sides(state)
        if state.kind == "preview" and not state.is_computing:
            # By now it is known how fast this machine is.
            self._ask_forecast()

    def _viewers(self) -> list[ImageCompare]:
        shown = [self.viewer]
        return [*shown, self.presentation.viewer] if self.presentation is not None else shown

    def _name_sides(self, state: AfterState) -> None:
        before = self._labels.before(self.settings.text("viewer.before"))
        for viewer in self._viewers():
            viewer.set_label(Side.BEFORE, before)
            viewer.set_label(Side.AFTER, self._labels.after(state))
        self.window.actions_by_name["preview"].setEnabled(state.kind == "result")

    @Slot(object)
    def _on_preview_failed(self, error: Exception) -> None:
        self.window.show_status(self.tr("No preview: {reason}").format(reason=error_text(error)))

    def _ask_forecast(self) -> None:
        info, choice = self._info, self.choices.choice
        if info is None:
            return

        def is_current() -> bool:
            return self._info is info and self.choices.choice == choice

        def show(forecast: ItemForecast) -> None:
            if is_current():
                self.inspector.show_forecast(forecast)

        def tell(error: Exception) -> None:
            if is_current():
                self.inspector.show_size_error(error_text(error))

        task = self.runner.create(lambda _report, _token: self.workshop.forecast(info.path, choice))
        task.succeeded.connect(show)
        task.failed.connect(tell)
        task.start()

    def show_item_result(self, item: QueueItem) -> None:
        """Show the result of ``item`` if its photo is in the viewer."""
        if self._info is not None and item.path == self._info.path and item.result is not None:
            self.inspector.show_consistency(item)
            self.photos.show_result(item)

    def _open_with_result(self, path: Path) -> None:
        self.photos.open(path, done=self._queue_side.done_item(path))
