"""Draws every page and state into a folder, by doing the real work on the samples.

``mfagan-studio --screenshots FOLDER``: the pictures in the documentation come
from this command and nothing else.
"""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from typing_extensions import override

from app.catalog.blind_test import judged_models
from app.catalog.models_page import NAME as CATALOG
from app.catalog.models_page import ModelsPage
from app.dev.search_pictures import take_search_pictures
from app.dev.training_pictures import take_training_pictures
from app.photos.photos_page import NAME, PhotosPage
from app.shell.app_controller import AppController
from app.shell.application import build_shell
from app.state.settings import SECTIONS
from app.state.settings_store import SettingsStore
from app.state.viewer_state import Side, ViewerMode
from app.widgets.dialogs import Dialogs
from app.window.app_files import AppFiles
from app.window.empty_state import sample_paths

logger = logging.getLogger(__name__)

_SIZE = QSize(1360, 860)
_TIMEOUT_S = 240.0
_SWEEP_S = 0.8  # into the sweep of the divider, which has left the middle by then


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    theme: str = "dark"
    language: str = "en"
    is_mirrored: bool = False
    is_short: bool = False
    text_percent: int = 100


_LOOKS = {
    "dark": _Look(),
    "light": _Look(theme="light"),
    "dark-200": _Look(is_short=True),
    "rtl": _Look(is_mirrored=True, is_short=True),
    "de": _Look(theme="light", language="de", is_short=True),
    "large-text": _Look(is_short=True, text_percent=200),
}


def run(folder: Path) -> int:
    """Draw all pictures; each look in its own process, as Qt reads the scaling once."""
    for name in _LOOKS:
        environment = dict(os.environ)
        environment["QT_SCALE_FACTOR"] = "2" if name.endswith("200") else "1"
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
        command = [sys.executable, "-m", "app.dev.screenshots", str(folder), name]
        code = subprocess.run(command, env=environment, check=False).returncode
        if code != 0:
            return code
    return 0


class _PictureDialogs(Dialogs):
    """Keeps dialogs to be drawn and asks nothing."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.last: QDialog | None = None
        self.network: Path | None = None

    @override
    def choose_network(self, folder: str) -> Path | None:
        return self.network

    @override
    def choose_range(
        self, name: str, ranges: Sequence[tuple[float, float]]
    ) -> tuple[float, float] | None:
        return ranges[0]

    @override
    def show(self, dialog: QDialog) -> None:
        self.last = dialog
        dialog.show()


class _Photographer:
    """Walks through the app and takes pictures."""

    def __init__(self, folder: Path, name: str, home: Path) -> None:
        self._folder = folder
        self._name = name
        self._home = home
        look = _LOOKS[name]
        # No file: the pictures are the same on every computer.
        settings = SettingsStore(None)
        settings.set_value("appearance.theme", look.theme)
        settings.set_value("appearance.language", look.language)
        settings.set_value("appearance.text_scale", look.text_percent)
        shell = build_shell(settings, is_shown=False)
        self._application = shell.application
        if look.is_mirrored:
            self._application.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self._window = shell.window
        # Before it is shown: a window manager may refuse a later size.
        self._window.resize(_SIZE)
        self._window.show()
        self._dialogs = _PictureDialogs(self._window)
        self._controller = AppController(
            shell.window,
            settings,
            shell.theming,
            files=AppFiles(scratch=home / "scratch"),
            dialogs=self._dialogs,
        )
        self._page = self._controller.page(NAME, PhotosPage)
        self._samples = self._copy_samples()

    def work(self) -> None:
        """Take the pictures of this look."""
        is_short = _LOOKS[self._name].is_short
        self._take("empty")
        self._page.open_paths([self._samples[1]])
        self._wait(lambda: self._page.photos.photo is not None and self._page.is_idle)
        self._take("viewer-split-vertical")
        self._dials()
        if not is_short:
            self._modes()
        self._handing_on()
        self._queue()
        self._settings()
        self._shortcuts()
        self._blind_test()
        if not is_short:
            self._presentation()
        self._models()
        take_search_pictures(
            self._controller,
            take=self._take,
            take_dialog=self._take_dialog,
            wait=self._wait,
        )
        take_training_pictures(
            self._controller, self._samples[0].parent, take=self._take, wait=self._wait
        )
        self._window.close()

    def _dials(self) -> None:
        page, dials = self._page, self._page.inspector.dials
        self._take("dials-auto")
        dials.restoration.setValue(70)
        dials.fidelity.setValue(60)
        self._wait(lambda: page.choices.choice.restoration == 0.7)
        self._settle()
        self._take("dials-moved")
        # A network of the user's own has none; one end of a dial is such a network, too.
        catalog, card = self._controller.engine_service.catalog, page.choices.card
        self._dialogs.network = Path(
            shutil.copy(
                catalog.path(card, card.variants[0].files[-1]), self._home / "own-network.onnx"
            )
        )
        self._window.actions_by_name["import_model"].trigger()
        self._wait(lambda: page.inspector.model.findData("own-network") > 0)
        page.choices.take_named("own-network")
        self._settle()
        self._take("dials-none")
        page.inspector.model.showPopup()
        self._save(page.inspector.model.view(), "models")
        page.inspector.model.hidePopup()
        page.choices.take_named(card.id)
        # As at the start: what is drawn later does not depend on this.
        page.choices.set_choice(replace(page.choices.choice, restoration=None, fidelity=None))
        self._settle()

    def _modes(self) -> None:
        viewer = self._page.viewer
        viewer.zoom_to(2.0, at=QPointF(viewer.width() * 0.42, viewer.height() * 0.45))
        self._settle()
        self._take("viewer-200-percent")
        for side in Side:
            viewer.set_mode(ViewerMode.FLIP)
            if viewer.shown_side is not side:
                viewer.flip()
            self._settle()
            self._take(f"viewer-flip-{side.value}")
        for mode in (
            ViewerMode.SPLIT_HORIZONTAL,
            ViewerMode.SIDE_BY_SIDE,
            ViewerMode.DIFFERENCE,
        ):
            viewer.set_mode(mode)
            self._settle()
            self._take(f"viewer-{mode.value}")
        viewer.set_mode(ViewerMode.SPLIT_VERTICAL)
        viewer.fit()
        self._window.actions_by_name["loupe"].trigger()
        viewer.point_at(QPointF(viewer.width() * 0.36, viewer.height() * 0.4))
        self._settle()
        self._take("viewer-loupe")
        self._window.actions_by_name["loupe"].trigger()

    def _handing_on(self) -> None:
        actions = self._window.actions_by_name
        actions["share"].trigger()
        self._take_dialog("share")
        actions["add_to_story"].trigger()
        self._page.choices.take_model(0)
        self._settle()
        actions["add_to_story"].trigger()
        self._page.choices.take_model(1)
        self._settle()
        actions["story"].trigger()
        self._take_dialog("story")

    def _models(self) -> None:
        self._controller.show_page(CATALOG)
        page = self._controller.page(CATALOG, ModelsPage)
        page.list.select("mfa-s-x4")
        self._take("catalog")
        page.details.verticalScrollBar().setValue(page.details.verticalScrollBar().maximum())
        self._take("catalog-files")
        page.list.select("own-network")
        self._take("catalog-imported")
        page.details.remove.click()
        self._take_dialog("catalog-remove")
        for key in ("mfa-xs-x4", "mfa-s-x4", "mfa-m-x4", "own-network"):
            page.list.toggle_mark(key)
        page.list.compare.click()
        grid = page.comparison_view.grid
        self._wait(lambda: len(grid.panes) == 4 and page.is_idle and grid.is_sharp)
        self._take("catalog-compared")
        grid.show_alone("mfa-m-x4")
        self._wait(lambda: page.is_idle and grid.is_sharp)
        self._take("catalog-alone")

    def _queue(self) -> None:
        page = self._page
        broken = self._home / "photos" / "broken.jpg"
        # A header without pixels: the queue shows how a failure looks.
        broken.write_bytes(self._samples[0].read_bytes()[:900])
        paths = [broken, self._samples[0], self._samples[2], self._samples[3]]
        page.queue.add(paths, page.choices.choice)
        page.queue.start()
        self._wait(lambda: any(0.2 < i.fraction < 0.95 for i in page.queue_store.items))
        # Paused for the picture, or the photo would be done before it is taken.
        page.queue.pause()
        self._wait(lambda: page.queue.is_paused)
        page.queue.resume()
        self._take("queue-running")
        self._wait(lambda: not page.queue.is_running)
        self._settle()
        self._take("queue-done")
        done = [i for i in page.queue_store.items if i.result is not None]
        page.panel.open_requested.emit(done[0])
        self._settle(0.4)
        self._take("viewer-result")
        page.panel.details_requested.emit(page.queue_store.items[0])
        self._take_dialog("error")

    def _settings(self) -> None:
        dialog = self._controller.commands.show_settings()
        self._take_dialog("settings", is_closed=False)
        for row in range(1, dialog.sections.count()):
            dialog.sections.setCurrentRow(row)
            key = SECTIONS[row][0]
            self._take_dialog(f"settings-{key}", is_closed=row == dialog.sections.count() - 1)

    def _shortcuts(self) -> None:
        self._controller.commands.show_shortcuts()
        self._take_dialog("shortcuts")
        self._controller.commands.show_about()
        self._take_dialog("about")

    def _blind_test(self) -> None:
        models = judged_models(self._controller.engine_service)[:3]
        page = self._controller.page(CATALOG, ModelsPage)
        dialog = page.blind_tests.start(None, models, photo=self._samples[1])
        self._take_dialog("blind-test-setup", is_closed=False)
        dialog.setup.start.click()
        self._wait(dialog.questions.left.isEnabled)
        self._take_dialog("blind-test-question", is_closed=False)
        session, order = dialog.session, [model.id for model in models]
        while session is not None and (question := session.question) is not None:
            self._wait(dialog.questions.left.isEnabled)
            # An eye that prefers the larger network, and now and then sees no difference.
            is_left = order.index(question.left) > order.index(question.right)
            better = dialog.questions.left if is_left else dialog.questions.right
            (dialog.questions.tie if session.answered % 5 == 2 else better).click()
        self._take_dialog("blind-test-end", is_closed=False)
        dialog.end.result.click()
        self._wait(lambda: dialog.pages.currentWidget() is dialog.ranking)
        self._take_dialog("blind-test-result")

    def _presentation(self) -> None:
        view = self._page.presentation.start([self._samples[1]])
        if view is None:
            return
        # Full screens differ in size; this one is the documentation's.
        view.showNormal()
        view.resize(1280, 720)
        self._wait(lambda: view.viewer.is_sharp and self._page.is_idle)
        self._wait(lambda: view.is_sweeping)
        start = time.monotonic()
        # Not `_settle`: previews are computed for the full screen, so the window's own may wait.
        self._wait(lambda: time.monotonic() - start > _SWEEP_S)
        self._save(view, "presentation")
        view.close()

    def _copy_samples(self) -> list[Path]:
        folder = self._home / "photos"
        folder.mkdir()
        return [Path(shutil.copy(path, folder)) for path in sample_paths()]

    def _settle(self, least_s: float = 0.15) -> None:
        start = time.monotonic()
        page = self._page
        self._wait(
            lambda: time.monotonic() - start > least_s and page.is_idle and page.viewer.is_sharp
        )

    def _wait(self, is_done: Callable[[], bool]) -> None:
        end = time.monotonic() + _TIMEOUT_S
        while not is_done():
            if time.monotonic() > end:
                raise TimeoutError(f"{self._name}: a page was not ready after {_TIMEOUT_S:.0f} s")
            self._application.processEvents()
            time.sleep(0.005)

    def _take(self, state: str) -> None:
        self._save(self._window, state)

    def _take_dialog(self, state: str, *, is_closed: bool = True) -> None:
        dialog = self._dialogs.last
        if dialog is not None:
            self._save(dialog, state)
            if is_closed:
                dialog.close()

    def _save(self, widget: QWidget, state: str) -> None:
        # Layout, style and painting follow each other in separate rounds of events.
        for _ in range(3):
            self._application.processEvents()
        path = self._folder / f"{self._name}-{state}.png"
        widget.grab().save(str(path))
        logger.info("%s", path.name)


def _main(arguments: list[str]) -> int:
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    Path(arguments[0]).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="mfagan-pictures-") as home:
        # Networks that the user imported are on no other computer, and none is left behind.
        os.environ["MFAGAN_HOME"] = home
        _Photographer(Path(arguments[0]), arguments[1], Path(home)).work()
    application = QApplication.instance()
    if application is not None:
        application.quit()
    return 0


if __name__ == "__main__":
    raise SystemExit(_main(sys.argv[1:]))
