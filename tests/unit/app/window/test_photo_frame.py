from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.state.theme import load_theme
from app.widgets.theming import ThemeService
from app.window.photo_frame import INSPECTOR_WIDTH_PX, PhotoFrame

_WIDTH_PX = 1360


@pytest.fixture
def frame(qtbot: QtBot, theming: ThemeService) -> PhotoFrame:
    """The frame as it is before the engine is loaded."""
    frame = PhotoFrame(theming, width_px=_WIDTH_PX)
    qtbot.addWidget(frame)
    frame.resize(_WIDTH_PX, 800)
    frame.show()
    return frame


def _install(frame: PhotoFrame) -> QLabel:
    viewer = QLabel("viewer")
    frame.install(viewer=viewer, inspector=QLabel("inspector"), queue=QLabel("queue"))
    return viewer


def test_the_empty_page_gives_way_to_the_viewer_and_comes_back(frame: PhotoFrame) -> None:
    viewer = _install(frame)
    assert (frame.empty.isVisible(), viewer.isVisible(), frame.has_photo) == (True, False, False)

    frame.show_viewer(has_photo=True)
    assert (frame.empty.isVisible(), viewer.isVisible(), frame.has_photo) == (False, True, True)

    frame.show_viewer(has_photo=False)
    assert (frame.empty.isVisible(), viewer.isVisible(), frame.has_photo) == (True, False, False)


def test_panels_are_hidden_and_shown_one_by_one(frame: PhotoFrame) -> None:
    _install(frame)

    frame.toggle_panel("queue")
    assert (frame.has_panel("inspector"), frame.has_panel("queue")) == (True, False)

    frame.toggle_panel("inspector")
    frame.toggle_panel("queue")
    assert (frame.has_panel("inspector"), frame.has_panel("queue")) == (False, True)


def test_before_the_engine_is_loaded_there_is_no_queue_to_hide(frame: PhotoFrame) -> None:
    frame.toggle_panel("queue")

    assert not frame.has_panel("queue")


def test_columns_are_as_they_were(frame: PhotoFrame) -> None:
    frame.setSizes([_WIDTH_PX - 500, 500])
    text, sizes = frame.columns_text(), frame.sizes()
    frame.setSizes([_WIDTH_PX - INSPECTOR_WIDTH_PX, INSPECTOR_WIDTH_PX])
    assert frame.sizes() != sizes

    frame.restore_columns(text)

    assert frame.sizes() == sizes


@pytest.mark.parametrize("text", ["", "no base64 \u2026", "AAAA"])
def test_a_text_that_is_none_of_columns_changes_nothing(frame: PhotoFrame, text: str) -> None:
    sizes = frame.sizes()

    frame.restore_columns(text)

    assert frame.sizes() == sizes


def test_the_inspector_grows_with_the_text(
    qtbot: QtBot, frame: PhotoFrame, theming: ThemeService
) -> None:
    assert frame.sizes()[1] == INSPECTOR_WIDTH_PX

    theming.apply(load_theme("dark", text_scale=2.0))

    wanted = round(1.8 * INSPECTOR_WIDTH_PX)
    qtbot.waitUntil(lambda: frame.sizes()[1] == wanted, timeout=5000)
