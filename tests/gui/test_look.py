"""What users see without asking: the whole window, whole lists, true menus."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox

from app.state.queue_store import ItemState
from app.state.viewer_state import Side, ViewerMode
from app.widgets.compare.image_compare import ImageCompare
from app.widgets.compare.zoom_canvas import HOLD_MS
from app.widgets.dialogs import photo_filter
from app.widgets.message_dialog import MessageDialog
from engine.api import PHOTO_SUFFIXES
from tests.gui.conftest import App, DrawPhoto

_SMALL_SCREENS = [(1280, 800, 1), (1366, 768, 1), (1280, 800, 2), (1366, 768, 2)]
_TITLE_BAR_PX = 36


@pytest.mark.parametrize(("width_px", "height_px", "scale"), _SMALL_SCREENS)
def test_the_window_and_its_main_button_fit_small_screens(
    app: App, photo: Path, width_px: int, height_px: int, scale: int
) -> None:
    window = app.shell.window
    app.page.queue.add([photo], app.page.choices.choice)
    app.open(photo)
    size = QSize(width_px // scale, height_px // scale - _TITLE_BAR_PX)

    window.resize(size)
    app.settle()

    assert window.size() == size
    button = app.page.inspector.upscale
    place = QRect(button.mapTo(window, QPoint(0, 0)), button.size())
    assert window.rect().contains(place)
    assert button.isVisible()
    assert app.page.viewer.height() >= 100, "there is space for the photo as well"


def test_the_window_opens_within_its_screen(app: App) -> None:
    window = app.shell.window

    window.arrange(geometry="", columns="")

    assert window.screen().availableGeometry().contains(window.geometry())


@pytest.mark.parametrize("percent", [100, 200])
def test_drop_downs_show_their_entries_whole(app: App, percent: int) -> None:
    app.shell.settings.set_value("appearance.text_scale", percent)
    dialog = app.controller.commands.show_settings()
    boxes = [
        *app.page.inspector.findChildren(QComboBox),
        *(field for field in dialog.fields.values() if isinstance(field, QComboBox)),
    ]
    assert len(boxes) > 6

    for box in boxes:
        box.showPopup()
        QApplication.processEvents()
        view = box.view()
        rows = [view.visualRect(view.model().index(row, 0)) for row in range(box.count())]
        shown = view.viewport().rect()
        hidden = [r for r in rows if not shown.top() <= r.top() <= r.bottom() <= shown.bottom()]
        box.hidePopup()
        assert hidden == [], box.accessibleName()


def test_menus_mark_what_is_on(app: App, photo: Path) -> None:
    app.open(photo)
    actions = app.shell.window.actions_by_name
    assert actions["split-vertical"].isChecked()
    assert actions["inspector"].isChecked()
    assert actions["queue"].isChecked()

    actions["difference"].trigger()
    actions["loupe"].trigger()
    actions["inspector"].trigger()
    actions["model-3"].trigger()

    on = {name for name, action in actions.items() if action.isChecked()}
    assert on == {"difference", "loupe", "queue", "model-3"}
    actions["model-3"].trigger()
    assert actions["model-3"].isChecked(), "a model stays the one in use"


def test_models_without_a_key_are_in_the_menu(app: App) -> None:
    window, asked = app.shell.window, list[int]()
    window.more_model_requested.connect(asked.append)

    window.show_more_models(["Mine & yours", "Another"])

    assert window.more_models.menuAction().isVisible()
    window.more_models.actions()[1].trigger()
    assert asked == [1]
    window.show_more_models([])
    assert not window.more_models.menuAction().isVisible()


def test_commands_of_the_queue_are_off_where_they_would_do_nothing(app: App, photo: Path) -> None:
    actions = app.shell.window.actions_by_name
    names = ("queue_start", "queue_pause", "queue_cancel", "queue_retry", "queue_clear")

    def enabled() -> set[str]:
        return {name for name in names if actions[name].isEnabled()}

    assert enabled() == set()
    app.page.queue.add([photo], app.page.choices.choice)
    assert enabled() == {"queue_start", "queue_cancel"}
    actions["queue_cancel"].trigger()
    assert enabled() == {"queue_retry", "queue_clear"}
    actions["queue_clear"].trigger()
    assert enabled() == set()


def test_the_card_that_runs_is_in_view_and_the_header_says_how_far_all_are(
    app: App, draw_photo: DrawPhoto, tmp_path: Path
) -> None:
    photos = [draw_photo(tmp_path / f"{n:02}.png", width_px=48, height_px=32) for n in range(20)]
    page, panel = app.page, app.page.panel
    page.queue.add(photos, page.choices.choice)
    page.queue.start()

    app.wait(lambda: page.queue_store.count(ItemState.DONE) >= 12)
    page.queue.pause()
    # The word changes at once, the bar with the next look at all items.
    app.wait(lambda: panel.header_text.startswith("Paused") and panel.fraction > 0.5)

    row = next(
        row for row, item in enumerate(page.queue_store.items) if item.state is ItemState.PAUSED
    )
    card = panel.list.visualRect(panel.list.model().index(row, 0))
    assert panel.list.viewport().rect().intersects(card)
    assert panel.fraction < 1
    page.queue.cancel([item.item_id for item in page.queue_store.items])
    app.wait(lambda: not page.queue.is_running)


def test_an_error_shows_its_traceback_only_when_asked(app: App) -> None:
    app.controller.errors.show("It failed", "because", "File x, line 3")
    dialog = app.dialogs.shown[-1]
    assert isinstance(dialog, MessageDialog)

    assert not dialog.details.isVisible()
    dialog.unfold.click()
    assert dialog.details.isVisible()


def test_numbers_for_researchers_are_folded_away(app: App) -> None:
    fold = app.page.inspector.card.details

    assert not fold.content.isVisible()
    fold.button.click()
    assert not fold.content.isHidden()


def test_the_file_dialog_offers_every_format_that_is_read() -> None:
    photos = photo_filter().split(";;")[0]

    assert all(f"*{suffix}" in photos for suffix in PHOTO_SUFFIXES)


def test_a_click_on_the_groove_of_a_slider_goes_there(app: App) -> None:
    slider = app.page.inspector.dials.fidelity

    for share in (0.25, 0.8):
        place = QPoint(round(slider.width() * share), slider.height() // 2)
        QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=place)
        assert slider.value() == pytest.approx(100 * share, abs=4)


def test_space_that_a_system_repeats_as_presses_of_its_own_shows_one_side(
    app: App, photo: Path
) -> None:
    app.open(photo)
    viewer = app.page.viewer
    kinds = (QEvent.Type.KeyPress, QEvent.Type.KeyRelease)
    press, release = (QKeyEvent(kind, Qt.Key.Key_Space, Qt.KeyboardModifier(0)) for kind in kinds)

    QApplication.sendEvent(viewer, press)
    shown = (viewer.mode, viewer.shown_side)
    QTest.qWait(HOLD_MS + 50)
    seen = set()
    for _ in range(8):
        QApplication.sendEvent(viewer, release)
        QApplication.sendEvent(viewer, press)
        seen.add((viewer.mode, viewer.shown_side))
    QApplication.sendEvent(viewer, release)

    assert seen == {shown} == {(ViewerMode.FLIP, Side.BEFORE)}
    app.wait(lambda: viewer.mode is ViewerMode.SPLIT_VERTICAL)


def test_quick_presses_of_space_flip_each_time(app: App, photo: Path) -> None:
    app.open(photo)
    viewer: ImageCompare = app.page.viewer

    sides = []
    for _ in range(4):
        QTest.keyClick(viewer, Qt.Key.Key_Space)
        sides.append(viewer.shown_side)

    assert sides == [Side.BEFORE, Side.AFTER] * 2
