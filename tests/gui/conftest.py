"""The app as users use it: the real engine, real files, no screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPointF, Qt, QThreadPool, QUrl
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QImage,
    QLinearGradient,
    QPainter,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot
from typing_extensions import override

from app.photos.closing import CloseDialog
from app.photos.photos_page import NAME, PhotosPage
from app.shell.app_controller import AppController
from app.shell.application import Shell, build_shell
from app.shell.pages import PAGES
from app.state.settings_store import SettingsStore
from app.widgets.dialogs import Dialogs
from app.window.app_files import AppFiles
from app.window.page import PageSpec
from tests.helpers.gui_garbage import collect_on_gui_thread

__all__ = ["collect_on_gui_thread"]

TIMEOUT_MS = 60_000
StartApp = Callable[..., "App"]
DrawPhoto = Callable[..., Path]


class FakeDialogs(Dialogs):
    """Answers as a test says, and keeps the dialogs that were shown."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.photos: list[Path] = []
        self.folder: Path | None = None
        self.network: Path | None = None
        self.file: Path | None = None
        self.new_file: Path | None = None
        self.suggested: Path | None = None
        self.ranges: list[tuple[float, float]] = []
        self.said_range: tuple[float, float] | None = None
        self.shown: list[QDialog] = []

    @override
    def choose_photos(self, folder: str) -> list[Path]:
        return self.photos

    @override
    def choose_folder(self, folder: str) -> Path | None:
        return self.folder

    @override
    def choose_network(self, folder: str) -> Path | None:
        return self.network

    @override
    def choose_file(self, folder: str) -> Path | None:
        return self.file

    @override
    def choose_new_file(self, name: str) -> Path | None:
        self.suggested = Path(name)
        return self.new_file

    @override
    def choose_range(
        self, name: str, ranges: Sequence[tuple[float, float]]
    ) -> tuple[float, float] | None:
        self.ranges = list(ranges)
        return self.said_range

    @override
    def show(self, dialog: QDialog) -> None:
        self.shown.append(dialog)
        dialog.show()


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """A running app and how to wait for it."""

    shell: Shell
    controller: AppController
    dialogs: FakeDialogs
    bot: QtBot

    @property
    def page(self) -> PhotosPage:
        """The page of photos."""
        return self.controller.page(NAME, PhotosPage)

    def wait(self, is_done: Callable[[], bool]) -> None:
        """Wait until ``is_done``."""
        self.bot.waitUntil(is_done, timeout=TIMEOUT_MS)

    def open(self, path: Path) -> None:
        """Open a photo and wait until its preview is complete."""
        self.page.open_paths([path])
        self.wait(lambda: self.page.photos.photo is not None)
        self.settle()

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier | None = None) -> None:
        """Press a key where the focus is."""
        target = QApplication.focusWidget() or self.shell.window
        QTest.keyClick(target, key, modifiers or Qt.KeyboardModifier.NoModifier)

    def settle(self) -> None:
        """Wait until nothing is under way."""
        self.wait(lambda: self.controller.is_idle and self.page.viewer.is_sharp)

    def close(self) -> None:
        """Close the window and check that its work has ended."""
        for dialog in self.dialogs.shown:
            dialog.close()
        self.shell.window.close()
        if self.shell.window.isVisible():
            question = self.dialogs.shown[-1]
            assert isinstance(question, CloseDialog)
            question.stop.click()
        assert self.page.runner.wait_for_done(0)
        assert self.page.upscale_runner.wait_for_done(0)
        assert self.page.tiles.wait_for_done(0)
        assert QThreadPool.globalInstance().waitForDone(1000)


@pytest.fixture
def start_app(qtbot: QtBot, own_home: Path) -> Iterator[StartApp]:
    """Start the app, once or again; every one is closed and leaves no thread behind."""
    started: list[App] = []

    def start(*, pages: Sequence[PageSpec] = PAGES) -> App:
        shell = build_shell(SettingsStore(own_home / "settings.json"))
        files = AppFiles(
            queue=own_home / "queue.json",
            session=own_home / "session.json",
            scratch=own_home / "scratch",
        )
        dialogs = FakeDialogs(shell.window)
        controller = AppController(
            shell.window,
            shell.settings,
            shell.theming,
            files=files,
            dialogs=dialogs,
            pages=pages,
        )
        shell.window.resize(1100, 760)
        app = App(shell=shell, controller=controller, dialogs=dialogs, bot=qtbot)
        started.append(app)
        return app

    yield start
    for app in started:
        app.close()
        app.shell.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def app(start_app: StartApp) -> App:
    """The running app, with nothing open."""
    return start_app()


@pytest.fixture
def draw_photo() -> DrawPhoto:
    """Draw a photo with lines and colors into a file."""
    return _draw_photo


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A small photo with lines and colors, alone in its folder."""
    return _draw_photo(tmp_path / "photos" / "photo.png")


def drop(app: App, paths: Sequence[Path]) -> None:
    """Drag files onto the middle of the window and let them go, as the desktop does it."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    drop_mime(app, mime)


def drop_mime(app: App, mime: QMimeData) -> None:
    """Drag ``mime`` onto the middle of the window and let it go."""
    window = app.shell.window
    target = window.childAt(window.rect().center()) or window
    place, copy = QPointF(target.rect().center()), Qt.DropAction.CopyAction
    button, no_keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entered = QDragEnterEvent(place.toPoint(), copy, mime, button, no_keys)
    QApplication.sendEvent(target, entered)
    assert entered.isAccepted(), "the window takes no such thing"
    QApplication.sendEvent(target, QDropEvent(place, copy, mime, button, no_keys))


def _draw_photo(path: Path, *, width_px: int = 96, height_px: int = 64, hue: int = 30) -> Path:
    image = QImage(width_px, height_px, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    gradient = QLinearGradient(0, 0, width_px, height_px)
    gradient.setColorAt(0, QColor.fromHsv(hue, 160, 90))
    gradient.setColorAt(1, QColor.fromHsv(hue, 120, 230))
    painter.fillRect(image.rect(), gradient)
    painter.setPen(QColor(20, 24, 28))
    for x in range(0, width_px, 7):
        painter.drawLine(x, 0, width_px - x, height_px)
    painter.end()
    path.parent.mkdir(parents=True, exist_ok=True)
    assert image.save(str(path))
    return path
