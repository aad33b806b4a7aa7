from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QToolButton
from pytestqt.qtbot import QtBot

from app.services.pictures.compared_pictures import ComparedPictures
from app.services.pictures.tile_store import TileStore
from app.state.viewer_state import PixelReading, ViewerMode
from app.viewer.viewer_page import ViewerPage
from app.widgets.compare.image_compare import ImageCompare
from app.widgets.theming import ThemeService
from app.widgets.window_actions import build_action_specs
from tests.helpers.viewer_pictures import GrayPicture


@pytest.fixture
def page(tiles: TileStore, theming: ThemeService, qtbot: QtBot) -> ViewerPage:
    viewer = ImageCompare(tiles)
    page = ViewerPage(viewer, theming)
    qtbot.addWidget(page)
    page.resize(800, 500)
    page.show()
    pictures = ComparedPictures(before=GrayPicture(60), after=GrayPicture(200))
    viewer.show_pictures(pictures, width_px=800, height_px=600)
    return page


def _button(page: ViewerPage, name: str) -> QToolButton:
    return next(b for b in page.findChildren(QToolButton) if b.accessibleName() == name)


def _click(page: ViewerPage, name: str) -> None:
    QTest.mouseClick(_button(page, name), Qt.MouseButton.LeftButton)


def test_a_click_requests_a_mode_and_the_viewer_decides(page: ViewerPage) -> None:
    modes: list[ViewerMode] = []
    page.mode_requested.connect(modes.append)

    _click(page, "Difference map")
    assert modes == [ViewerMode.DIFFERENCE]
    page.viewer.set_mode(ViewerMode.SIDE_BY_SIDE)

    assert _button(page, "Side by side").isChecked()
    assert not _button(page, "Difference map").isChecked()


def test_buttons_zoom_and_the_zoom_is_shown(page: ViewerPage) -> None:
    texts = {label.text() for label in page.findChildren(QLabel)}
    _click(page, "One result pixel on one screen pixel")
    assert page.viewer.view.zoom == pytest.approx(1.0)
    _click(page, "Zoom in")
    assert "125%" in {label.text() for label in page.findChildren(QLabel)} - texts
    _click(page, "Zoom out")
    _click(page, "Fit to window")

    assert page.viewer.view.is_fitted


def test_the_loupe_is_turned_on_by_the_button_and_by_its_key(page: ViewerPage) -> None:
    _click(page, "Loupe")
    assert page.viewer.has_loupe
    page.viewer.set_loupe(False)  # a slot

    assert not _button(page, "Loupe").isChecked()


def test_a_narrow_page_leaves_out_buttons_instead_of_widening(page: ViewerPage) -> None:
    page.resize(300, 400)

    assert page.width() == 300
    assert _button(page, "Zoom out").isHidden()
    assert not _button(page, "Blink").isHidden()
    page.resize(900, 400)
    assert not _button(page, "Zoom out").isHidden()


def test_the_pixel_under_the_pointer_is_read_out_and_forgotten(page: ViewerPage) -> None:
    reading = PixelReading(x=12, y=34, before=(60, 61, 62), after=(200, 201, 202))

    page.viewer.pointed.emit(reading)
    text = " ".join(label.text() for label in page.findChildren(QLabel))
    page.viewer.pointed.emit(None)

    assert "12, 34" in text
    assert "60 61 62" in text
    assert "200 201 202" in text
    assert not any("12, 34" in label.text() for label in page.findChildren(QLabel))


def test_the_read_out_names_two_models_as_text(page: ViewerPage) -> None:
    page.show_names("A \u00b7 fast", "<b>vivid</b>")

    page.viewer.pointed.emit(PixelReading(x=1, y=2, before=(3, 4, 5), after=(6, 7, 8)))

    [text] = [label.text() for label in page.findChildren(QLabel) if "1, 2" in label.text()]
    document = QTextDocument()
    document.setHtml(text)
    words = " ".join(document.toPlainText().split())
    assert words == "1, 2 A \u00b7 fast \u25a0 3 4 5 <b>vivid</b> \u25a0 6 7 8"


def test_buttons_name_the_keys_that_do_the_same(page: ViewerPage) -> None:
    actions = {spec.name: QAction(spec.text) for spec in build_action_specs()}
    actions["loupe"].setShortcut("L")

    page.show_keys(actions)

    assert _button(page, "Loupe").toolTip() == "Loupe (L)"
    assert _button(page, "Flip in place").toolTip() == "Flip in place (Space)"
    assert _button(page, "Blink").toolTip() == "Blink"
