"""The list of pages: one more entry is one more page, and no page knows another."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QToolButton, QWidget

from app.photos.photos_page import NAME, PhotosPage
from app.shell.pages import PAGES
from app.window.page import PageContext, PageSpec
from app.window.page_commands import PageCommands
from tests.gui.conftest import App, StartApp, drop

_COMING = ("training", "search", "export", "catalog")
_ALT = Qt.KeyboardModifier.AltModifier


class TrialPage:
    """A page as another feature would bring it; it knows what its factory hands to it."""

    def __init__(self, *, device_names: Sequence[tuple[str, str]]) -> None:
        self.device_names = device_names
        self.dropped: list[Path] = []
        self.is_busy = False
        self.has_ended = False
        self.calls: list[str] = []
        self.page_commands = PageCommands(
            {
                "new_run": lambda: self.calls.append("new_run"),
                "fit": lambda: self.calls.append("fit"),
            }
        )
        self._widget = QWidget()

    @property
    def widget(self) -> QWidget:
        return self._widget

    @property
    def is_idle(self) -> bool:
        return not self.is_busy

    def open_paths(self, paths: Sequence[Path]) -> None:
        self.dropped += paths

    def may_close(self) -> bool:
        return not self.is_busy

    def shut_down(self) -> None:
        self.has_ended = True


def _build(context: PageContext) -> TrialPage:
    return TrialPage(device_names=context.engine_service.device_names())


@pytest.fixture
def many(start_app: StartApp) -> App:
    """The app with four more pages."""
    specs = [
        PageSpec(name=name, title=name.title(), icon="model", shortcut=f"Alt+{n}", factory=_build)
        for n, name in enumerate(_COMING, start=2)
    ]
    return start_app(pages=(PAGES[0], *specs))


def _trial(app: App, name: str) -> TrialPage:
    return app.controller.page(name, TrialPage)


def test_one_page_needs_no_buttons(start_app: StartApp) -> None:
    pages = start_app(pages=PAGES[:1]).shell.window.pages

    assert pages.names == [NAME]
    assert pages.isHidden()


def test_each_page_has_a_button_with_its_name_and_key(many: App) -> None:
    switcher = many.shell.window.pages

    assert switcher.isVisible()
    assert [button.accessibleName() for button in switcher.buttons()][1:] == [
        "Training",
        "Search",
        "Export",
        "Catalog",
    ]
    assert switcher.buttons()[1].toolTip() == "Training (Alt+2)"
    assert [button.isChecked() for button in switcher.buttons()] == [True, *[False] * 4]


def test_page_buttons_leave_the_tool_bar_as_high_as_it_is_without_them(many: App) -> None:
    pages = many.shell.window.pages
    bar = pages.parentWidget()
    assert bar is not None
    height_px = bar.sizeHint().height()

    pages.hide()
    QApplication.processEvents()

    assert bar.sizeHint().height() == height_px


def test_a_click_shows_a_page_and_another_one_leads_back(many: App) -> None:
    window = many.shell.window
    photos = window.page

    window.pages.buttons()[3].click()

    page = _trial(many, "export")
    assert window.page is page.widget
    assert page.widget.isVisible()
    assert page.device_names
    window.pages.buttons()[0].click()
    assert window.page is photos
    assert not page.widget.isVisible()


def test_a_key_shows_a_page_and_marks_its_button(many: App) -> None:
    many.key(Qt.Key.Key_5, _ALT)

    assert many.shell.window.page is _trial(many, "catalog").widget
    assert many.shell.window.pages.buttons()[4].isChecked()


def test_a_page_is_built_once_and_only_when_it_is_shown(start_app: StartApp) -> None:
    built: list[str] = []

    def build(context: PageContext) -> TrialPage:
        built.append("training")
        return _build(context)

    spec = PageSpec(name="training", title="Training", icon="model", shortcut="", factory=build)
    app = start_app(pages=(PAGES[0], spec))
    assert built == []

    for _ in range(2):
        app.controller.show_page("training")
        app.controller.show_page(NAME)

    assert built == ["training"]


def test_what_is_dropped_goes_to_the_page_that_is_shown(many: App, photo: Path) -> None:
    many.controller.show_page("training")

    drop(many, [photo.parent])

    assert _trial(many, "training").dropped == [photo.parent]
    assert many.page.queue_store.items == ()


def test_a_photo_that_opens_brings_its_page_forward(many: App, photo: Path) -> None:
    many.controller.show_page("search")

    many.shell.window.recent_requested.emit(photo)

    assert many.shell.window.page is many.page.widget
    many.wait(lambda: many.page.photos.photo is not None)


def test_photos_of_another_start_are_opened_on_the_first_page(many: App, photo: Path) -> None:
    many.controller.show_page("search")

    many.controller.take_handed([photo])

    many.wait(lambda: many.page.photos.photo is not None)
    assert many.shell.window.page is many.page.widget
    assert _trial(many, "search").dropped == []


def test_a_busy_page_keeps_the_window_open_and_all_pages_end_with_it(many: App) -> None:
    many.controller.show_page("training")
    page = _trial(many, "training")
    page.is_busy = True
    assert not many.controller.is_idle

    many.shell.window.close()
    assert many.shell.window.isVisible()
    assert not page.has_ended

    page.is_busy = False
    many.shell.window.close()
    assert not many.shell.window.isVisible()
    assert page.has_ended


def test_a_page_of_another_kind_is_refused(many: App) -> None:
    with pytest.raises(TypeError, match="'training' is a TrialPage"):
        many.controller.page("training", PhotosPage)


def _enabled(app: App) -> set[str]:
    actions = app.shell.window.actions_by_name
    return {name for name, action in actions.items() if action.isEnabled()}


def _buttons(app: App) -> list[str]:
    bar = app.shell.window.pages.parentWidget()
    assert bar is not None
    pages = app.shell.window.pages.buttons()
    found = [each for each in bar.findChildren(QToolButton) if each not in pages]
    return [each.accessibleName() for each in found if each.isVisible()]


def _menus(app: App) -> list[str]:
    actions = app.shell.window.menuBar().actions()
    return [action.text() for action in actions if action.isVisible()]


def test_menus_and_tool_bar_show_the_commands_of_the_page_in_front(many: App, photo: Path) -> None:
    many.open(photo)
    of_photos, menus_of_photos = _enabled(many), _menus(many)
    assert {"open", "upscale", "flip", "fit", "model-1"} <= of_photos
    assert _buttons(many)[:3] == ["Open photos", "Add a folder to the queue", "Paste a photo"]

    many.controller.show_page("search")

    everywhere = {"settings", "quit", "theme", "full_screen", "shortcuts", "about"}
    assert _enabled(many) == everywhere | {"new_run", "fit"}
    assert _buttons(many) == ["New run", "Light or dark", "Settings"]
    assert _menus(many) == ["&File", "&View", "&Help"]
    many.controller.show_page(NAME)
    assert _enabled(many) == of_photos
    assert _menus(many) == menus_of_photos


def test_a_key_acts_on_the_page_in_front_and_on_no_photo_behind_it(many: App, photo: Path) -> None:
    many.open(photo)
    viewer = many.page.viewer
    before = (viewer.mode, viewer.view, many.page.choices.choice)
    many.controller.show_page("search")
    page = _trial(many, "search")

    for key in (Qt.Key.Key_F, Qt.Key.Key_H, Qt.Key.Key_Plus, Qt.Key.Key_M, Qt.Key.Key_2):
        many.key(key)
    many.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    assert page.calls == ["fit"]
    assert (viewer.mode, viewer.view, many.page.choices.choice) == before
    assert many.page.queue_store.items == ()


def test_the_title_names_the_page_unless_a_photo_is_seen(many: App, photo: Path) -> None:
    many.open(photo)
    assert many.shell.window.windowTitle() == "photo.png \u2014 MFAGAN Studio"

    many.controller.show_page("search")

    assert many.shell.window.windowTitle() == "Search \u2014 MFAGAN Studio"


_OF_PAGES = {
    "training": {"new_run", "open_run"},
    "search": {"new_run", "open_run", "open"},
    "export": {"open_run"},
    "catalog": {"open", "import_model"},
}


@pytest.mark.parametrize("name", _COMING)
def test_the_pages_of_the_app_offer_what_means_something_there(
    app: App, photo: Path, name: str
) -> None:
    app.open(photo)
    shown = app.page.viewer.view

    app.controller.show_page(name)
    app.key(Qt.Key.Key_Plus)
    app.key(Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)

    assert _enabled(app) == _OF_PAGES[name] | app.controller.commands.everywhere.names
    assert app.page.viewer.view == shown
    assert app.page.photos.photo is not None
