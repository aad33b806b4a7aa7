"""The window: shown at once; pages and panels are added when the engine has loaded."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence, Set
from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, QMargins, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QIcon,
    QKeySequence,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QMenu,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app.settings.shortcut_table import ShortcutTable
from app.state.resources import resource_path
from app.state.shown_names import menu_name, shown, title_name
from app.state.state_problem import StateProblem, problem_text
from app.state.theme import SPACE_S_PX
from app.state.tooltips import tip_html
from app.widgets.controls import text_label
from app.widgets.notice_bar import NoticeBar
from app.widgets.theming import ThemeService
from app.widgets.window_actions import RUN_COMMANDS, ActionSpec, build_action_specs
from app.window.page_switcher import PageSwitcher
from app.window.photo_frame import PhotoFrame
from app.window.tool_bar import ToolBar

DEFAULT_SIZE = QSize(1360, 860)
NUMBERED_MODELS = 9
"""Models that have a key of their own, 1 to 9; the others are in a menu."""
# Title bar and edges that the system draws around the window, which Qt knows too late.
_FRAME = QMargins(4, 36, 4, 4)

logger = logging.getLogger(__name__)


class MainWindow(QMainWindow):
    """Menus, tool bar, pages and status bar.

    Every command is an action with a name in `actions_by_name`; `CommandSwitch` leads it to the
    page that is in front.

    Attributes:
        may_close: Asked before the window closes; False keeps it open.
        frame: The first page, which is there before the engine is loaded.
        pages: Buttons for the pages; hidden while there is one page.

    Signals:
        paths_dropped: Photos and folders that were dropped.
        image_dropped: A `QImage` that was dropped without a file.
        recent_requested: Path from the list of recent photos.
        more_model_requested: Position in the list of models without a key.
        page_requested: Name of the page to show.
        sample_requested: Path of a sample photo.
        reveal_requested: Path of the file, just named, to show in its folder.
        closing: The window closes: work has to end.
        height_changed: The new height in pixels.
        shortcuts_changed: Commands have other keys.
        full_screen_changed: The window fills the screen, or no longer does.
    """

    paths_dropped = Signal(list)
    image_dropped = Signal(object)
    recent_requested = Signal(object)
    more_model_requested = Signal(int)
    sample_requested = Signal(object)
    reveal_requested = Signal(object)
    closing = Signal()
    height_changed = Signal(int)
    page_requested = Signal(str)
    shortcuts_changed = Signal()
    full_screen_changed = Signal()

    def __init__(self, theming: ThemeService) -> None:
        super().__init__()
        self._theming = theming
        self._menu_icons: list[tuple[QAction, str]] = []
        self.actions_by_name: dict[str, QAction] = {}
        self._named_file: Path | None = None
        self._photo_name = ""
        self.setWindowTitle("MFAGAN Studio")
        self.setWindowIcon(QIcon(str(resource_path("icons", "mfagan-studio.svg"))))
        self.setAcceptDrops(True)
        # Until the pages are there, nothing can be lost.
        self.may_close: Callable[[], bool] = lambda: True
        self._recent = QMenu(self.tr("Open recent"), self)
        self.more_models = QMenu(self.tr("More models"), self)
        # First: tool bar, empty page and menus show its actions.
        self._build_actions()
        self.frame = PhotoFrame(theming, width_px=DEFAULT_SIZE.width())
        self.frame.empty.open_requested.connect(self.actions_by_name["open"].trigger)
        self.frame.empty.sample_requested.connect(self.sample_requested)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.frame)
        self.pages = PageSwitcher(theming, menu=self._view_menu())
        self.pages.page_requested.connect(self.page_requested)
        self._toolbar = ToolBar(theming, commands=self.commands(), pages=self.pages)
        self._notices = NoticeBar()
        central = QWidget()
        column = QVBoxLayout(central)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._toolbar)
        column.addWidget(self._notices)
        column.addWidget(self._stack, 1)
        self.setCentralWidget(central)
        self._build_status_bar()
        # Until the engine is loaded there is the page of photos alone.
        self.show_commands(frozenset(self.actions_by_name) - RUN_COMMANDS)
        theming.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.arrange(geometry="", columns="")
        self.frame.empty.setFocus()

    def show_page(self, name: str, page: QWidget) -> None:
        """Show ``page``, which is added to the window the first time, as the page ``name``."""
        if self._stack.indexOf(page) < 0:
            self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)
        self.pages.show_current(name)
        self._show_title()

    def show_commands(self, names: Set[str]) -> None:
        """Offer the commands ``names``, which mean something on the page in front.

        Others have no button in the tool bar, and a menu of nothing but them is hidden.
        """
        self._toolbar.show_commands(names)
        offered = {spec.menu for spec in self._specs if spec.name in names}
        for title, menu in self._menus.items():
            menu.menuAction().setVisible(title in offered)
        self.more_models.setEnabled("next_model" in names)

    @property
    def page(self) -> QWidget | None:
        """The page that is shown."""
        return self._stack.currentWidget()

    def arrange(self, *, geometry: str, columns: str) -> None:
        """Restore size, position and columns of the last session, within the screen."""
        # Text of another version or a damaged file restores nothing.
        if not geometry or not self.restoreGeometry(_from_base64(geometry)):
            self.resize(DEFAULT_SIZE)
        if columns:
            self.frame.restore_columns(columns)
        if not self.isMaximized() and not self.isFullScreen():
            # The screen of the last session may have been larger, or is gone.
            available = self.screen().availableGeometry().marginsRemoved(_FRAME)
            self.resize(self.size().boundedTo(available.size()))
            spot = self.geometry()
            # Right and bottom first: left and top win where the window is larger than the screen,
            # or its title bar could not be reached.
            spot.moveRight(min(spot.right(), available.right()))
            spot.moveBottom(min(spot.bottom(), available.bottom()))
            spot.moveLeft(max(spot.left(), available.left()))
            spot.moveTop(max(spot.top(), available.top()))
            self.setGeometry(spot)

    def show_problem(self, problem: StateProblem) -> None:
        """Show a problem in the notice bar above the pages."""
        logger.info("%s", problem)
        self._notices.add(problem_text(problem))

    @property
    def notice_text(self) -> str:
        """Text of the notice bar, empty if it is hidden."""
        return "" if self._notices.isHidden() else self._notices.text

    def show_photo(self, name: str) -> None:
        """Show the viewer, or the empty page if ``name`` is empty."""
        self._photo_name = name
        self.frame.show_viewer(has_photo=bool(name))
        self._show_title()

    @property
    def has_photo(self) -> bool:
        """Whether a photo is open."""
        return self.frame.has_photo

    def commands(self) -> tuple[tuple[ActionSpec, QAction], ...]:
        """Return every command with its action, in the order of the menus."""
        return tuple((spec, self.actions_by_name[spec.name]) for spec in self._specs)

    def default_shortcuts(self) -> dict[str, tuple[str, ...]]:
        """Return the default keys by command, as portable text."""
        return {
            spec.name: tuple(QKeySequence(key).toString() for key in spec.keys)
            for spec in self._specs
        }

    def show_shortcuts(self, table: ShortcutTable) -> None:
        """Let commands be called by the keys of ``table``."""
        for name, action in self.actions_by_name.items():
            action.setShortcuts([QKeySequence(key) for key in table.keys(name)])
        self._toolbar.show_shortcuts()
        self.shortcuts_changed.emit()

    def come_forward(self) -> None:
        """Come to the front, as far as the system allows it."""
        # Raising a minimized window leaves it minimized.
        if self.isMinimized():
            self.showNormal()
        self.raise_()
        self.activateWindow()

    def alert(self) -> None:
        """Ask for attention, as the system does it."""
        QApplication.alert(self)

    def show_status(self, text: str, *, file: Path | None = None) -> None:
        """Show ``text`` in the status bar; a ``file`` it mentions can be shown in its folder."""
        self._named_file = file
        self.reveal.setVisible(file is not None)
        self.reveal.setToolTip(tip_html(shown(file)) if file is not None else "")
        self._status.setText(shown(text))

    @property
    def status_text(self) -> str:
        """Text of the status bar."""
        return self._status.text()

    def show_device(self, text: str) -> None:
        """Show what networks run on."""
        self._device.setText(shown(text))

    def show_recent(self, paths: Sequence[Path]) -> None:
        """Fill the list of recent photos."""
        self._recent.clear()
        for path in paths:
            action = self._recent.addAction(menu_name(path.name))
            action.setToolTip(tip_html(shown(path)))
            # `p` binds the path of this turn of the loop.
            action.triggered.connect(lambda _checked, p=path: self.recent_requested.emit(p))
        self._recent.setEnabled(bool(paths))

    def show_models(self, names: Sequence[str]) -> None:
        """Assign the models of the catalog to the number keys; keys without a model are hidden."""
        for number in range(1, NUMBERED_MODELS + 1):
            action = self.actions_by_name[f"model-{number}"]
            action.setVisible(number <= len(names))
            if number <= len(names):
                action.setText(menu_name(names[number - 1]))
        self.show_more_models(names[NUMBERED_MODELS:])

    def show_more_models(self, names: Sequence[str]) -> None:
        """Fill the menu of the models without a key; an empty menu is hidden."""
        self.more_models.clear()
        for position, name in enumerate(names):
            action = self.more_models.addAction(menu_name(name))
            action.setCheckable(True)
            action.triggered.connect(lambda _on, p=position: self.more_model_requested.emit(p))
        self.more_models.menuAction().setVisible(bool(names))

    def recent_actions(self) -> list[QAction]:
        """Return the entries of the list of recent photos."""
        return self._recent.actions()

    def geometry_text(self) -> str:
        """Return size and place as text, for the next start."""
        return bytes(self.saveGeometry().toBase64().data()).decode("ascii")

    def _build_actions(self) -> None:
        self._specs: tuple[ActionSpec, ...] = build_action_specs()
        menus = self._menus = dict[str, QMenu]()
        for spec in self._specs:
            action = QAction(spec.text, self)
            action.setShortcuts([QKeySequence(key) for key in spec.keys])
            action.setMenuRole(spec.role)
            action.setEnabled(not spec.needs_photo)
            self.actions_by_name[spec.name] = action
            if spec.icon:
                self._menu_icons.append((action, spec.icon))
            if spec.menu not in menus:
                menus[spec.menu] = self.menuBar().addMenu(spec.menu)
            if spec.begins_group:
                menus[spec.menu].addSeparator()
            # Two menus are filled at run time; they are placed between these commands.
            if spec.name == "next_model":
                menus[spec.menu].insertMenu(menus[spec.menu].actions()[-1], self.more_models)
            menus[spec.menu].addAction(action)
            if spec.name == "open_folder":
                menus[spec.menu].addMenu(self._recent)

    def _show_title(self) -> None:
        """Name the open photo, or the page in front if it is another than that of the photos."""
        name = self._photo_name if self.page is self.frame else self.pages.title
        self._toolbar.show_title(shown(name))
        self.setWindowTitle(f"{title_name(name)} \u2014 MFAGAN Studio" if name else "MFAGAN Studio")

    def _view_menu(self) -> QMenu:
        return self._menus[next(spec.menu for spec in self._specs if spec.name == "full_screen")]

    def _build_status_bar(self) -> None:
        bar = self.statusBar()
        bar.setSizeGripEnabled(False)
        self._status = QLabel()
        # Names of files are shown here, and none of them is markup.
        self._status.setTextFormat(Qt.TextFormat.PlainText)
        self._device = text_label()
        self.reveal = QToolButton()
        self.reveal.setText(self.tr("Show in folder"))
        self.reveal.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.reveal.clicked.connect(lambda: self.reveal_requested.emit(self._named_file))
        # The bar keeps its height, or the photo would jump when a file is named.
        policy = self.reveal.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.reveal.setSizePolicy(policy)
        self.reveal.hide()
        said = QWidget()
        row = QHBoxLayout(said)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_S_PX)
        row.addWidget(self._status)
        row.addWidget(self.reveal)
        row.addStretch(1)
        bar.addWidget(said, 1)
        bar.addPermanentWidget(self._device)

    @Slot()
    def _on_theme_changed(self) -> None:
        for action, name in self._menu_icons:
            action.setIcon(self._theming.icon(name, token="text_secondary"))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.height_changed.emit(event.size().height())

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        # Systems have a key of their own for it.
        if event.type() is QEvent.Type.WindowStateChange:
            self.full_screen_changed.emit()

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() or event.mimeData().hasImage():
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        dropped = event.mimeData()
        paths = [Path(url.toLocalFile()) for url in dropped.urls() if url.isLocalFile()]
        event.acceptProposedAction()
        if paths:
            self.paths_dropped.emit(paths)
        elif dropped.hasImage():
            # Browsers send the pixels along; the address is never asked.
            self.image_dropped.emit(dropped.imageData())
        else:
            self.show_status(
                self.tr("Only photos on this computer can be opened. Save it first, then drop it.")
            )

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        # A page may still ask the user, who then closes the window again.
        if not self.may_close():
            event.ignore()
            return
        self.closing.emit()
        event.accept()


def _from_base64(text: str) -> QByteArray:
    return QByteArray.fromBase64(text.encode("ascii", "ignore"))
