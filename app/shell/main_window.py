"""The window: a shell that stands at once, and rooms that are moved in when they are ready."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray, QMargins, QSize, Qt, Signal, Slot
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
    QFrame,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QMenu,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app.settings.shortcut_table import ShortcutTable
from app.shell.empty_state import EmptyState
from app.state.resources import resource_path
from app.state.shown_names import menu_name, shown, title_name
from app.state.state_problem import StateProblem, problem_text
from app.state.theme import SPACE_M_PX, SPACE_S_PX, SPACE_XS_PX
from app.state.tooltips import tip_html
from app.widgets.controls import ElidedLabel, text_label
from app.widgets.notice_bar import NoticeBar
from app.widgets.theming import ThemeService
from app.widgets.window_actions import ActionSpec, build_action_specs, plain_text, tip_text

DEFAULT_SIZE = QSize(1360, 860)
INSPECTOR_WIDTH_PX = 312
WIDEST_INSPECTOR_PX = 520
# Title bar and edges that the system draws around the window, which Qt knows too late.
_FRAME = QMargins(4, 36, 4, 4)

logger = logging.getLogger(__name__)


class MainWindow(QMainWindow):
    """Menus, tool bar, canvas, inspector, queue and status bar.

    Every command is an action with a name in `actions_by_name`; whoever does
    the work connects to it.

    Attributes:
        may_close: Asked before the window closes; False keeps it open.

    Signals:
        paths_dropped: Photos and folders that were dropped.
        image_dropped: A `QImage` that was dropped without a file.
        recent_requested: Path from the list of recent photos.
        more_model_requested: Place in the list of models that have no key.
        sample_requested: Path of a sample photo.
        reveal_requested: Path of the file, just named, to show in its folder.
        closing: The window closes; work has to end.
        height_changed: Height in pixels that the window has now.
    """

    paths_dropped = Signal(list)
    image_dropped = Signal(object)
    recent_requested = Signal(object)
    more_model_requested = Signal(int)
    sample_requested = Signal(object)
    reveal_requested = Signal(object)
    closing = Signal()
    height_changed = Signal(int)

    def __init__(self, theming: ThemeService) -> None:
        super().__init__()
        self._theming = theming
        self._icons: list[tuple[QToolButton, str]] = []
        self._tools: list[tuple[QToolButton, str]] = []
        self._menu_icons: list[tuple[QAction, str]] = []
        self.actions_by_name: dict[str, QAction] = {}
        self._named_file: Path | None = None
        self.setWindowTitle("MFAGAN Studio")
        self.setWindowIcon(QIcon(str(resource_path("icons", "mfagan-studio.svg"))))
        self.setAcceptDrops(True)
        self.may_close: Callable[[], bool] = lambda: True
        self._recent = QMenu(self.tr("Open recent"), self)
        self.more_models = QMenu(self.tr("More models"), self)
        self._build_actions()
        self.empty = EmptyState(theming)
        self.empty.open_requested.connect(self.actions_by_name["open"].trigger)
        self.empty.sample_requested.connect(self.sample_requested)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._notices = NoticeBar()
        central = QWidget()
        column = QVBoxLayout(central)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._build_toolbar())
        column.addWidget(self._notices)
        column.addWidget(self._build_columns(), 1)
        self.setCentralWidget(central)
        self._build_status_bar()
        self.set_busy_with_photo(has_photo=False)
        theming.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.arrange(geometry="", columns="")
        self.empty.setFocus()

    def install(self, *, viewer: QWidget, inspector: QWidget, queue: QWidget) -> None:
        """Move in the rooms that need the engine."""
        self._stack.addWidget(viewer)
        layout = self._inspector_room.layout()
        if layout is not None:
            layout.addWidget(inspector)
        queue.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._left.addWidget(queue)
        queue.show()
        self._queue = queue

    def arrange(self, *, geometry: str, columns: str) -> None:
        """Take size, place and columns of the last session, as far as the screen has room."""
        if not geometry or not self.restoreGeometry(_from_base64(geometry)):
            self.resize(DEFAULT_SIZE)
        if columns:
            self._columns.restoreState(_from_base64(columns))
        if not self.isMaximized() and not self.isFullScreen():
            room = self.screen().availableGeometry().marginsRemoved(_FRAME)
            self.resize(self.size().boundedTo(room.size()))
            spot = self.geometry()
            spot.moveRight(min(spot.right(), room.right()))
            spot.moveBottom(min(spot.bottom(), room.bottom()))
            spot.moveLeft(max(spot.left(), room.left()))
            spot.moveTop(max(spot.top(), room.top()))
            self.setGeometry(spot)

    def show_problem(self, problem: StateProblem) -> None:
        """Tell of something that people should know, above everything else."""
        logger.info("%s", problem)
        self._notices.tell(problem_text(problem))

    @property
    def notice_text(self) -> str:
        """What people are told above everything else, empty if nothing."""
        return "" if self._notices.isHidden() else self._notices.text

    def show_photo(self, name: str) -> None:
        """Show the viewer, or the empty page if ``name`` is empty."""
        self._stack.setCurrentIndex(1 if name else 0)
        self._title.setText(shown(name))
        self.setWindowTitle(f"{title_name(name)} \u2014 MFAGAN Studio" if name else "MFAGAN Studio")
        self.set_busy_with_photo(has_photo=bool(name))

    def set_busy_with_photo(self, *, has_photo: bool) -> None:
        """Enable what only makes sense with a photo."""
        for spec in self._specs:
            if spec.needs_photo:
                self.actions_by_name[spec.name].setEnabled(has_photo)

    def commands(self) -> tuple[tuple[ActionSpec, QAction], ...]:
        """Return every command with its action, in the order of the menus."""
        return tuple((spec, self.actions_by_name[spec.name]) for spec in self._specs)

    def default_shortcuts(self) -> dict[str, tuple[str, ...]]:
        """Return the keys that the app brings, by command, as portable text."""
        return {
            spec.name: tuple(QKeySequence(key).toString() for key in spec.keys)
            for spec in self._specs
        }

    def show_shortcuts(self, table: ShortcutTable) -> None:
        """Let commands be called by the keys of ``table``."""
        for name, action in self.actions_by_name.items():
            action.setShortcuts([QKeySequence(key) for key in table.keys(name)])
        for button, name in self._tools:
            button.setToolTip(tip_text(button.accessibleName(), self.actions_by_name[name]))

    def come_forward(self) -> None:
        """Stand before other windows, as far as the system lets a window do that."""
        if self.isMinimized():
            self.showNormal()
        self.raise_()
        self.activateWindow()

    def alert(self) -> None:
        """Ask for attention the way the system does it."""
        QApplication.alert(self)

    def show_status(self, text: str, *, file: Path | None = None) -> None:
        """Say what goes on; a ``file`` that it speaks of can be shown in its folder."""
        self._named_file = file
        self.reveal.setVisible(file is not None)
        self.reveal.setToolTip(tip_html(shown(file)) if file is not None else "")
        self._status.setText(shown(text))

    @property
    def status_text(self) -> str:
        """What was said last."""
        return self._status.text()

    def show_device(self, text: str) -> None:
        """Name what networks run on."""
        self._device.setText(shown(text))

    def show_recent(self, paths: Sequence[Path]) -> None:
        """Fill the list of recent photos."""
        self._recent.clear()
        for path in paths:
            action = self._recent.addAction(menu_name(path.name))
            action.setToolTip(tip_html(shown(path)))
            action.triggered.connect(lambda _checked, p=path: self.recent_requested.emit(p))
        self._recent.setEnabled(bool(paths))

    def show_more_models(self, names: Sequence[str]) -> None:
        """Fill the list of models that have no key; without any, it is not there."""
        self.more_models.clear()
        for position, name in enumerate(names):
            action = self.more_models.addAction(menu_name(name))
            action.setCheckable(True)
            action.triggered.connect(lambda _on, p=position: self.more_model_requested.emit(p))
        self.more_models.menuAction().setVisible(bool(names))

    def has_room(self, name: str) -> bool:
        """Return whether the ``inspector`` or the ``queue`` is shown."""
        return not (self._inspector_room if name == "inspector" else self._queue).isHidden()

    def recent_actions(self) -> list[QAction]:
        """Return the entries of the list of recent photos."""
        return self._recent.actions()

    def toggle_inspector(self) -> None:
        """Show or hide the panel beside the viewer."""
        self._inspector_room.setVisible(self._inspector_room.isHidden())

    def toggle_queue(self) -> None:
        """Show or hide the queue."""
        self._queue.setVisible(self._queue.isHidden())

    def geometry_text(self) -> str:
        """Return size and place as text, for the next start."""
        return bytes(self.saveGeometry().toBase64().data()).decode("ascii")

    def columns_text(self) -> str:
        """Return the widths of viewer and inspector as text, for the next start."""
        return bytes(self._columns.saveState().toBase64().data()).decode("ascii")

    def _build_columns(self) -> QSplitter:
        left = QWidget()
        self._left = QVBoxLayout(left)
        self._left.setContentsMargins(0, 0, 0, 0)
        self._left.setSpacing(0)
        self._left.addWidget(self._stack, 1)
        self._inspector_room = QFrame()
        self._inspector_room.setObjectName("inspector")
        QVBoxLayout(self._inspector_room).setContentsMargins(0, 0, 0, 0)
        self._columns = QSplitter(Qt.Orientation.Horizontal)
        self._columns.setHandleWidth(1)
        self._columns.setChildrenCollapsible(False)
        self._columns.addWidget(left)
        self._columns.addWidget(self._inspector_room)
        self._columns.setStretchFactor(0, 1)
        self._columns.setStretchFactor(1, 0)
        self._columns.setSizes([DEFAULT_SIZE.width() - INSPECTOR_WIDTH_PX, INSPECTOR_WIDTH_PX])
        return self._columns

    def _build_actions(self) -> None:
        self._specs: tuple[ActionSpec, ...] = build_action_specs()
        menus: dict[str, QMenu] = {}
        for spec in self._specs:
            action = QAction(spec.text, self)
            action.setShortcuts([QKeySequence(key) for key in spec.keys])
            action.setMenuRole(spec.role)
            self.actions_by_name[spec.name] = action
            if spec.icon:
                self._menu_icons.append((action, spec.icon))
            if spec.menu not in menus:
                menus[spec.menu] = self.menuBar().addMenu(spec.menu)
            if spec.begins_group:
                menus[spec.menu].addSeparator()
            if spec.name == "next_model":
                menus[spec.menu].insertMenu(menus[spec.menu].actions()[-1], self.more_models)
            menus[spec.menu].addAction(action)
            if spec.name == "open_folder":
                menus[spec.menu].addMenu(self._recent)

    def _build_toolbar(self) -> QFrame:
        bar = QFrame()
        bar.setObjectName("toolbar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(SPACE_M_PX, SPACE_XS_PX, SPACE_M_PX, SPACE_XS_PX)
        row.setSpacing(SPACE_XS_PX)
        for name in ("open", "open_folder", "paste"):
            row.addWidget(self._tool(name))
        row.addSpacing(SPACE_S_PX)
        self._title = ElidedLabel(role="title")
        self._title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        row.addWidget(self._title, 1)
        for name in ("present", "theme", "settings", "inspector"):
            row.addWidget(self._tool(name))
        return bar

    def _tool(self, name: str) -> QToolButton:
        action = self.actions_by_name[name]
        button = QToolButton()
        text = plain_text(action)
        button.setAccessibleName(text)
        button.setToolTip(tip_text(text, action))
        self._tools.append((button, name))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(action.trigger)
        action.enabledChanged.connect(button.setEnabled)
        icon = next(spec.icon for spec in self._specs if spec.name == name)
        self._icons.append((button, icon))
        return button

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
        for button, name in self._icons:
            shown = ("sun" if self._theming.theme.is_dark else "moon") if name == "sun" else name
            button.setIcon(self._theming.icon(shown))
            button.setIconSize(self._theming.icon_size)
        for action, name in self._menu_icons:
            action.setIcon(self._theming.icon(name, token="text_secondary"))
        scale = 1 + (self._theming.theme.text_scale - 1) * 0.8
        self._inspector_room.setMinimumWidth(round(INSPECTOR_WIDTH_PX * scale))
        self._inspector_room.setMaximumWidth(round(WIDEST_INSPECTOR_PX * scale))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.height_changed.emit(event.size().height())

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
        if not self.may_close():
            event.ignore()
            return
        self.closing.emit()
        event.accept()


def _from_base64(text: str) -> QByteArray:
    return QByteArray.fromBase64(text.encode("ascii", "ignore"))
