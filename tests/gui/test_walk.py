"""A whole session with the real engine and real files: with the mouse, then with keys alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton, QWidget

from app.state.queue_store import ItemState
from app.state.viewer_state import Side, ViewerMode
from app.widgets.message_dialog import MessageDialog
from engine.api import ModelCard
from tests.gui.conftest import App, DrawPhoto, StartApp, drop

_CONTROL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_DONE, _FAILED, _CANCELLED = ItemState.DONE, ItemState.FAILED, ItemState.CANCELLED
_SHIPPED = "mfa-s-x4"
_MOST_TABS = 90


@pytest.fixture
def walker(start_app: StartApp) -> App:
    """The app with the models that ship."""
    return start_app()


@pytest.fixture
def three_photos(draw_photo: DrawPhoto, tmp_path: Path) -> list[Path]:
    """A broken photo, one that takes a while, and a small one, in this order."""
    folder = tmp_path / "in"
    small = draw_photo(folder / "c-small.png", hue=200)
    big = draw_photo(folder / "b-big.png", width_px=640, height_px=480)
    broken = folder / "a-broken.png"
    broken.write_bytes(small.read_bytes()[:200])
    return [broken, big, small]


def test_a_whole_session_with_the_mouse(
    walker: App, photo: Path, three_photos: list[Path], tmp_path: Path
) -> None:
    app, page, viewer = walker, walker.page, walker.page.viewer
    drop(app, [photo])
    _wait_for_preview(app)
    assert list(photo.parent.iterdir()) == [photo], "a preview writes nothing"
    _drag(viewer.handle, QPoint(18, 18), QPoint(218, 18))
    assert viewer.handle.value() > 600

    _swap_models_and_move_the_dials(app, move_fidelity=_click_near_the_end)

    drop(app, three_photos)
    _click(_queue_button(app, "Start the queue"))
    app.wait(lambda: _states(app)[1] is ItemState.RUNNING)
    _click(_queue_button(app, "Pause"))
    assert page.queue.is_paused
    _click(_queue_button(app, "Start the queue"))
    assert _states(app)[1] is ItemState.RUNNING
    _click_on_item(app, 1)
    _click(_queue_button(app, "Cancel selected"))
    app.wait(lambda: not page.queue.is_running)
    assert _states(app) == [_FAILED, _CANCELLED, _DONE]
    assert "a-broken.png" in page.queue_store.items[0].message
    _click(_queue_button(app, "Retry selected"))
    app.wait(lambda: not page.queue.is_running)
    assert _states(app) == [_FAILED, _DONE, _DONE]

    _double_click_on_item(app, 2)
    app.wait(lambda: page.photos.after_state.kind == "result")
    _click(page.inspector.upscale)
    app.wait(lambda: _states(app) == [_FAILED, _DONE, _DONE, _DONE])
    assert "255" in page.inspector.consistency.text()
    _check_saved(app, tmp_path / "in", [(2560, 1920), (384, 256), (384, 256)])


def test_a_whole_session_with_the_keyboard_alone(
    walker: App, photo: Path, three_photos: list[Path], tmp_path: Path
) -> None:
    app, page, viewer = walker, walker.page, walker.page.viewer
    app.dialogs.photos, app.dialogs.folder = [photo], three_photos[0].parent
    app.key(Qt.Key.Key_O, _CONTROL)
    _wait_for_preview(app)
    _walk_through_the_viewer(app)

    _swap_models_and_move_the_dials(app, move_fidelity=_tab_and_page)

    app.key(Qt.Key.Key_O, _CONTROL | _SHIFT)
    app.wait(lambda: len(_states(app)) == 3)
    app.key(Qt.Key.Key_R, _CONTROL)
    app.wait(lambda: _states(app)[1] is ItemState.RUNNING)
    app.key(Qt.Key.Key_P, _CONTROL)
    assert page.queue.is_paused
    app.key(Qt.Key.Key_R, _CONTROL)
    assert _states(app)[1] is ItemState.RUNNING
    _tab_to(app, page.panel.list)
    app.key(Qt.Key.Key_Home)
    app.key(Qt.Key.Key_Right)
    _tab_to(app, _queue_button(app, "Cancel selected"))
    app.key(Qt.Key.Key_Space)
    app.wait(lambda: not page.queue.is_running)
    assert _states(app) == [_FAILED, _CANCELLED, _DONE]
    app.key(Qt.Key.Key_R, _CONTROL | _SHIFT)
    app.wait(lambda: not page.queue.is_running)
    assert _states(app) == [_FAILED, _DONE, _DONE]

    _tab_to(app, page.panel.list)
    app.key(Qt.Key.Key_Home)
    app.key(Qt.Key.Key_Return)
    error = app.dialogs.shown[-1]
    assert isinstance(error, MessageDialog)
    QTest.keyClick(error, Qt.Key.Key_Escape)
    assert not error.isVisible()
    app.shell.window.activateWindow()  # as window managers do
    app.key(Qt.Key.Key_End)
    app.key(Qt.Key.Key_Return)
    app.wait(lambda: page.photos.after_state.kind == "result")
    _tab_to(app, viewer)
    app.key(Qt.Key.Key_Return, _CONTROL)
    app.wait(lambda: _states(app) == [_FAILED, _DONE, _DONE, _DONE])
    _check_saved(app, tmp_path / "in", [(2560, 1920), (384, 256), (384, 256)])


def test_another_way_to_enlarge_makes_only_the_preview_again(app: App, photo: Path) -> None:
    app.open(photo)
    before = app.page.photos.photo
    first = app.page.viewer.pictures

    app.page.inspector.back_projection.click()
    app.settle()

    second = app.page.viewer.pictures
    assert app.page.photos.photo is before
    assert first is not None
    assert second is not None
    assert second.before is first.before
    assert second.after is not first.after


def _wait_for_preview(app: App) -> None:
    photos = app.page.photos
    app.wait(lambda: photos.photo is not None)
    app.settle()
    assert photos.after_state.kind == "preview"
    assert not photos.after_state.is_computing


def _walk_through_the_viewer(app: App) -> None:
    viewer = app.page.viewer
    assert viewer.hasFocus()
    app.key(Qt.Key.Key_1, _CONTROL)
    assert viewer.view.zoom == pytest.approx(1.0)
    flipped = []
    for _ in range(2):
        app.key(Qt.Key.Key_Space)
        flipped.append((viewer.mode, viewer.shown_side))
    assert flipped == [(ViewerMode.FLIP, Side.BEFORE), (ViewerMode.FLIP, Side.AFTER)]
    modes = []
    for key in (Qt.Key.Key_D, Qt.Key.Key_S):
        app.key(key)
        modes.append(viewer.mode)
    assert modes == [ViewerMode.DIFFERENCE, ViewerMode.SPLIT_VERTICAL]
    _tab_to(app, viewer.handle)
    value = viewer.handle.value()
    app.key(Qt.Key.Key_Left)
    assert viewer.handle.value() < value


def _swap_models_and_move_the_dials(app: App, *, move_fidelity: Callable[[App], None]) -> None:
    page, viewer = app.page, app.page.viewer
    viewer.setFocus()
    app.key(Qt.Key.Key_Plus)
    zoom, first = viewer.view.zoom, _after_pixels(app)
    other = next(card.id for card in _cards(app) if card.id != _SHIPPED and card.scale == 4)
    app.key(_number_of(app, other))
    app.settle()
    assert page.choices.choice.model_id == other
    assert viewer.view.zoom == pytest.approx(zoom), "another model keeps the zoom"
    assert _after_pixels(app) != first
    app.key(_number_of(app, _SHIPPED))
    app.settle()
    assert _after_pixels(app) == first
    move_fidelity(app)
    app.wait(lambda: page.choices.choice.fidelity is not None)
    app.settle()
    assert _after_pixels(app) != first
    assert page.inspector.dials.auto.isChecked(), "only the restoration ends Auto"


def _after_pixels(app: App) -> QImage:
    viewer = app.page.viewer
    right = QRect(viewer.width() * 3 // 4, 60, viewer.width() // 5, viewer.height() - 120)
    return viewer.grab(right).toImage()


def _click_near_the_end(app: App) -> None:
    slider = app.page.inspector.dials.fidelity
    _click(slider, QPoint(slider.width() * 3 // 4, slider.height() // 2))


def _tab_and_page(app: App) -> None:
    _tab_to(app, app.page.inspector.dials.auto)
    app.key(Qt.Key.Key_Space)
    app.wait(lambda: app.page.choices.choice.restoration is not None)
    app.key(Qt.Key.Key_Space)
    app.wait(lambda: app.page.choices.choice.restoration is None)
    _tab_to(app, app.page.inspector.dials.fidelity)
    for _ in range(3):
        app.key(Qt.Key.Key_PageUp)


def _cards(app: App) -> tuple[ModelCard, ...]:
    return app.controller.engine_service.cards()


def _number_of(app: App, model_id: str) -> Qt.Key:
    ids = [card.id for card in _cards(app)]
    return Qt.Key(Qt.Key.Key_1.value + ids.index(model_id))


def _states(app: App) -> list[ItemState]:
    return [item.state for item in app.page.queue_store.items]


def _tab_to(app: App, target: QWidget) -> None:
    for _ in range(_MOST_TABS):
        if target.hasFocus():
            return
        app.key(Qt.Key.Key_Tab)
    raise AssertionError(f"Tab does not lead to {target.accessibleName() or target}")


def _queue_button(app: App, name: str) -> QToolButton:
    buttons = app.page.panel.findChildren(QToolButton)
    app.wait(lambda: any(button.accessibleName() == name for button in buttons))
    return next(button for button in buttons if button.accessibleName() == name)


def _click(widget: QWidget, place: QPoint | None = None) -> None:
    assert widget.isEnabled(), widget.accessibleName()
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=place or widget.rect().center())


def _drag(widget: QWidget, start: QPoint, end: QPoint) -> None:
    QTest.mousePress(widget, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(widget, end)
    QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, pos=start)


def _place_of_item(app: App, row: int) -> QPoint:
    strip = app.page.panel.list
    index = strip.model().index(row, 0)
    strip.scrollTo(index)
    return strip.visualRect(index).center()


def _click_on_item(app: App, row: int) -> None:
    place = _place_of_item(app, row)
    QTest.mouseClick(app.page.panel.list.viewport(), Qt.MouseButton.LeftButton, pos=place)


def _double_click_on_item(app: App, row: int) -> None:
    _click_on_item(app, row)
    place = _place_of_item(app, row)
    QTest.mouseDClick(app.page.panel.list.viewport(), Qt.MouseButton.LeftButton, pos=place)


def _check_saved(app: App, folder: Path, sizes: list[tuple[int, int]]) -> None:
    results = [item.result for item in app.page.queue_store.items if item.result is not None]
    assert sorted(results) == sorted((folder / "upscaled").iterdir()), "nothing half-written"
    images = [QImage(str(path)) for path in results]
    assert [(image.width(), image.height()) for image in images] == sizes
