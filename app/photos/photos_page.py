"""The page of photos: viewer, inspector, queue and presentation, put together.

The parts come from the packages `app.upscale`, `app.viewer`, `app.queue` and `app.presentation`,
which do not know each other. This module builds them and connects their signals; what takes more
than a connection is done by the classes beside it, each of which is handed what it works with.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from app.photos.closing import Closing
from app.photos.command_table import model_commands, photo_commands, queue_commands
from app.photos.handing_on import HandingOn
from app.photos.inspector_updater import InspectorUpdater
from app.photos.menu_marks import MenuMarks
from app.photos.pasting import Pasting
from app.photos.photo_commands import PhotoCommands
from app.photos.photo_status import PhotoStatus
from app.photos.presentation_controller import PresentationController
from app.photos.queue_actions import QueueActions
from app.photos.viewer_updater import ViewerUpdater
from app.queue.queue_controller import QueueController
from app.queue.queue_model import QueueModel
from app.queue.queue_panel import QueuePanel
from app.queue.thumbnails import Thumbnails
from app.services.engine_service import EngineService
from app.services.pictures.tile_store import TileStore
from app.services.task_runner import TaskRunner
from app.state.places import complete_path, is_folder
from app.state.queue_store import QueueStore
from app.state.settings_store import SettingsStore
from app.state.state_problem import StateProblem
from app.upscale.choice_controller import ChoiceController
from app.upscale.inspector import Inspector
from app.upscale.model_import import ModelImport
from app.upscale.photo_controller import PhotoController
from app.viewer.side_labels import SideLabels
from app.viewer.viewer_commands import viewer_commands
from app.viewer.viewer_page import ViewerPage
from app.widgets.compare.image_compare import ImageCompare
from app.widgets.dialogs import Dialogs
from app.widgets.theming import ThemeService
from app.window.app_files import AppFiles
from app.window.error_dialogs import ErrorDialogs
from app.window.main_window import NUMBERED_MODELS, MainWindow
from app.window.page_commands import Commands, PageCommands
from app.window.page_requests import PageRequests
from app.window.session_controller import SessionController

NAME = "upscale"
_WORKERS = 3
_MEGABYTE = 2**20


class PhotosPage(QObject):
    """The page on which photos are compared and enlarged.

    Attributes:
        runner: Workers that decode, estimate and import.
        upscale_runner: The one worker that enlarges.
        tiles: Decoded tiles of the pictures on the screen.
        choices: What is done with photos.
        commands: What menus, keys and buttons call.
        page_commands: The commands of the window on this page, by name.
        photos: The open photo.
        queue: Changes the queue.
        queue_store: The photos of the queue.
        viewer: Compares before and after.
        viewer_page: The viewer with its bar.
        inspector: Choices, sizes and the button that starts.
        panel: The list of the queue.
        presentation: The photos on the full screen.
        model_import: Takes networks into the catalog.
        pasting: Opens what has no file.
        handing_on: Writes comparisons, and keeps a story for a talk.
    """

    def __init__(
        self,
        *,
        window: MainWindow,
        settings: SettingsStore,
        theming: ThemeService,
        dialogs: Dialogs,
        errors: ErrorDialogs,
        session: SessionController,
        engine_service: EngineService,
        requests: PageRequests,
        files: AppFiles,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._requests = requests
        self._settings = settings
        self._dialogs = dialogs
        self._errors = errors
        self._session = session
        self._engine_service = engine_service
        self.page_commands = PageCommands({}, self)
        self._build_work(files)
        self._build_views(theming)
        self._build_updaters(theming)
        self.model_import = ModelImport(
            window=window,
            dialogs=dialogs,
            errors=errors,
            session=session,
            engine_service=engine_service,
            runner=self.runner,
            parent=self,
        )
        self.pasting = Pasting(
            window=window,
            runner=self.runner,
            session=session,
            queue_store=self.queue_store,
            parent=self,
        )
        self._closing = Closing(
            window=window,
            dialogs=dialogs,
            queue=self.queue,
            queue_store=self.queue_store,
            parent=self,
        )
        self.handing_on = HandingOn(
            window=window,
            dialogs=dialogs,
            errors=errors,
            session=session,
            theming=theming,
            engine_service=engine_service,
            photos=self.photos,
            viewer=self.viewer,
            presentation=self.presentation,
            runner=self.runner,
            story_file=files.story,
            writer=settings.writer,
            parent=self,
        )
        self._connect_photos()
        self._connect_inspector()
        self._connect_window()
        self._connect_others()
        self.page_commands.provide(self._commands())
        self._marks = MenuMarks(
            window=window,
            commands=self.page_commands,
            settings=settings,
            engine_service=engine_service,
            choices=self.choices,
            photos=self.photos,
            viewer=self.viewer,
            queue_store=self.queue_store,
            parent=self,
        )
        self._restore(files)

    @property
    def widget(self) -> QWidget:
        """The frame, which the window has from the start."""
        return self._window.frame

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being decoded, previewed, loaded or enlarged."""
        return self.photos.is_idle and self.tiles.is_idle and not self.queue.is_running

    @Slot(list)
    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open one photo in the viewer; several photos, and folders, go into the queue."""
        paths = [complete_path(path) for path in paths]
        # One photo is to be looked at; more of them are work.
        if len(paths) == 1 and not is_folder(paths[0]):
            self.photos.open(paths[0])
            return
        items = self.queue.add(paths, self.choices.choice)
        if items:
            self._queue_actions.show_added(items)

    def read_models(self) -> None:
        """Read the catalog again: a model was added, replaced or removed."""
        self._engine_service.refresh_models()
        self.choices.read_models()
        self._inspector_updater.show_models()
        self._marks.show_models()

    def use_model(self, model_id: str) -> None:
        """Choose the model that photos are upscaled with."""
        self.choices.take_named(model_id)
        if self.photos.photo is not None:
            self.viewer.setFocus()

    def may_close(self) -> bool:
        """Return whether no photo is being enlarged; otherwise the user is asked."""
        return self._closing.may_close()

    def shut_down(self) -> None:
        """End all work; nothing half-written stays and the queue is kept."""
        # In this order: what may start work ends before the workers do, and the photo that
        # they read is closed after them.
        self.presentation.close()
        self.pasting.shut_down()
        self.queue.shut_down()
        for runner in (self.upscale_runner, self.runner):
            runner.cancel_all()
            runner.wait_for_done()
        self.photos.shut_down()
        self._thumbnails.shut_down()
        self.tiles.wait_for_done()

    def _build_work(self, files: AppFiles) -> None:
        settings, engine_service = self._settings, self._engine_service
        self.runner = TaskRunner(threads=_WORKERS, parent=self)
        # One photo at a time: ONNX Runtime uses all cores for it, and memory is planned for one.
        self.upscale_runner = TaskRunner(threads=1, parent=self)
        self.tiles = TileStore(
            budget_bytes=settings.number("viewer.cache_mb") * _MEGABYTE, parent=self
        )
        self.choices = ChoiceController(settings, engine_service, self)
        self.photos = PhotoController(
            engine_service, self.tiles, self.runner, choice=self.choices.choice, parent=self
        )
        self.queue_store = QueueStore(self)
        self.queue = QueueController(
            self.queue_store,
            engine_service,
            upscale_runner=self.upscale_runner,
            file=files.queue,
            writer=settings.writer,
            parent=self,
        )
        self._thumbnails = Thumbnails(engine_service, self)
        self.commands = PhotoCommands(
            settings=settings,
            dialogs=self._dialogs,
            session=self._session,
            choices=self.choices,
            photos=self.photos,
            queue=self.queue,
            parent=self,
        )

    def _build_views(self, theming: ThemeService) -> None:
        self.viewer = ImageCompare(self.tiles)
        self.viewer_page = ViewerPage(self.viewer, theming)
        self.inspector = Inspector()
        self.panel = QueuePanel(
            QueueModel(self.queue_store, self._thumbnails, self),
            theming,
            # Asked for when the panel draws: it is a new value after each photo.
            progress=lambda: self.queue.progress,
        )
        self._window.frame.install(
            viewer=self.viewer_page, inspector=self.inspector, queue=self.panel
        )

    def _build_updaters(self, theming: ThemeService) -> None:
        self._queue_actions = QueueActions(
            window=self._window,
            errors=self._errors,
            panel=self.panel,
            queue=self.queue,
            queue_store=self.queue_store,
            photos=self.photos,
            parent=self,
        )
        self.presentation = PresentationController(
            window=self._window,
            settings=self._settings,
            theming=theming,
            photos=self.photos,
            tiles=self.tiles,
            viewer=self.viewer,
            queue_store=self.queue_store,
            panel=self.panel,
            done_item=self._queue_actions.done_item,
            commands={**model_commands(self.choices), "before": self.commands.toggle_before},
            own_choice=lambda: self.choices.choice,
            parent=self,
        )
        self._inspector_updater = InspectorUpdater(
            inspector=self.inspector,
            choices=self.choices,
            photos=self.photos,
            engine_service=self._engine_service,
            runner=self.runner,
            done_item=self._queue_actions.done_item,
            parent=self,
        )
        self._status = PhotoStatus(
            window=self._window,
            errors=self._errors,
            session=self._session,
            photos=self.photos,
            presentation=self.presentation,
            parent=self,
        )
        self._viewer_updater = ViewerUpdater(
            commands=self.page_commands,
            settings=self._settings,
            photos=self.photos,
            labels=SideLabels(self._engine_service, self),
            viewer=self.viewer,
            presentation=self.presentation,
            parent=self,
        )

    def _connect_photos(self) -> None:
        self.photos.entering.connect(self.choices.enter_photo)
        self.photos.closed.connect(self.choices.leave_photo)
        self.photos.opened.connect(self._on_opened)
        self.photos.opening.connect(self._on_opening)

    def _connect_inspector(self) -> None:
        inspector = self.inspector
        inspector.choice_requested.connect(self.choices.set_choice)
        inspector.enqueue_requested.connect(self.commands.enqueue)
        inspector.model_requested.connect(self.choices.take_named)
        inspector.output.folder_requested.connect(self.commands.choose_output_folder)
        inspector.upscale_requested.connect(self.commands.upscale)

    def _connect_window(self) -> None:
        window = self._window
        window.more_model_requested.connect(
            lambda position: self.choices.take_model(NUMBERED_MODELS + position)
        )
        window.recent_requested.connect(self._open_with_result)
        window.sample_requested.connect(self._open_with_result)
        window.shortcuts_changed.connect(self._show_keys)

    def _connect_others(self) -> None:
        self.choices.changed.connect(self.photos.set_choice)
        self.commands.paths_chosen.connect(self.open_paths)
        # The shell tells all pages, this one included, to read the catalog again.
        self.model_import.imported.connect(lambda _id: self._requests.models_changed.emit())
        self.pasting.pasted.connect(self.open_paths)
        self.queue.finished.connect(self._inspector_updater.show_result)
        # Before `_restore`, which reads the queue's file.
        self.queue.problem_met.connect(self.pasting.keep_all)
        self._settings.changed.connect(self._on_setting)
        self.viewer_page.mode_requested.connect(self.viewer.set_mode)

    def _commands(self) -> Commands:
        commands = self.commands
        return {
            **viewer_commands(self.viewer),
            **photo_commands(self.photos, self._window.frame),
            **model_commands(self.choices),
            **queue_commands(self.queue, self.queue_store),
            **self.handing_on.commands(),
            "before": commands.toggle_before,
            "enqueue": commands.enqueue,
            "import_model": self.model_import.start,
            "open": commands.choose_photos,
            "open_folder": commands.choose_folder,
            "paste": self.pasting.paste,
            "present": self.presentation.start,
            "upscale": commands.upscale,
        }

    def _restore(self, files: AppFiles) -> None:
        """Bring back what the last session left."""
        # Two windows on one file would enlarge each photo twice.
        if files.has_queue:
            self.queue.restore()
        elif files.queue is not None:
            self._window.show_problem(StateProblem(kind="elsewhere", path=files.queue))
        self._show_keys()
        self._marks.show_models()

    @Slot(object)
    def _open_with_result(self, path: Path) -> None:
        self.photos.open(path, done=self._queue_actions.done_item(path))

    @Slot()
    def _on_opening(self) -> None:
        # From a list of recent photos it may be opened while another page is shown.
        self._window.page_requested.emit(NAME)

    @Slot()
    def _on_opened(self) -> None:
        # Its keys flip, zoom and move the photo.
        self.viewer.setFocus()

    @Slot(str)
    def _on_setting(self, key: str) -> None:
        if key == "viewer.cache_mb":
            self.tiles.set_budget(self._settings.number(key) * _MEGABYTE)

    @Slot()
    def _show_keys(self) -> None:
        """Name the keys of commands on the buttons of the viewer."""
        self.viewer_page.show_keys(self._window.actions_by_name)
