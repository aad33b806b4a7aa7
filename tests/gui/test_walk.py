"""A whole session, once with the mouse and once with the keyboard alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication  # noqa: TID251

from app.state.queue_store import ItemState
from app.state.view_transform import ViewTransform
from app.state.viewer_state import Side, ViewerMode
from tests.gui.conftest import App, DrawPhoto


def _drop(app: App, paths: list[Path]) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(
        QPointF(200, 200),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    app.shell.window.dropEvent(event)


def _key(app: App, key: Qt.Key, modifiers: Qt.KeyboardModifier | None = None) -> None:
    target = QApplication.focusWidget() or app.shell.window
    QTest.keyClick(target, key, modifiers or Qt.KeyboardModifier.NoModifier)


def _states(app: App) -> list[ItemState]:
    return [item.state for item in app.studio.queue_store.items]


def test_a_dropped_photo_is_previewed_and_the_divider_can_be_dragged(app: App, photo: Path) -> None:
    _drop(app, [photo])
    app.wait(lambda: app.studio.photos.photo is not None)
    app.settle()

    handle = app.studio.viewer.handle
    middle = QPoint(18, 18)
    QTest.mousePress(handle, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(handle, middle + QPoint(200, 0))
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=middle)

    assert handle.value() > 600
    assert app.studio.photos.after_state.kind == "preview"
    assert not app.studio.photos.after_state.is_computing
    assert list(photo.parent.iterdir()) == [photo], "a preview writes nothing"


def test_number_keys_swap_models_in_place_and_keep_the_zoom(app: App, photo: Path) -> None:
    app.open(photo)
    viewer = app.studio.viewer
    viewer.zoom_to(viewer.view.zoom * 3)
    first = app.studio.choices.choice.model_id
    original_px = _original_px_on_screen(viewer.view, 96)

    viewer.setFocus()
    _key(app, Qt.Key.Key_2)
    app.settle()

    assert app.studio.choices.choice.model_id != first
    assert _original_px_on_screen(viewer.view, 96) == pytest.approx(original_px)
    _key(app, Qt.Key.Key_1)
    app.settle()
    assert app.studio.choices.choice.model_id == first


def _original_px_on_screen(view: ViewTransform, photo_width_px: int) -> float:
    return view.zoom * view.output_width_px / photo_width_px


def test_another_way_to_enlarge_makes_only_the_preview_again(app: App, photo: Path) -> None:
    app.open(photo)
    before = app.studio.photos.photo
    first = app.studio.viewer.pictures

    app.studio.inspector.back_projection.click()
    app.settle()

    second = app.studio.viewer.pictures
    assert app.studio.photos.photo is before
    assert first is not None
    assert second is not None
    assert second.before is first.before
    assert second.after is not first.after


def test_a_queue_with_a_broken_file_pauses_cancels_retries_and_saves(
    app: App, draw_photo: DrawPhoto, tmp_path: Path
) -> None:
    paths = [draw_photo(tmp_path / "in" / f"{n}.png", hue=40 * n) for n in range(2)]
    broken = tmp_path / "in" / "broken.png"
    broken.write_bytes(paths[0].read_bytes()[:200])
    big = draw_photo(tmp_path / "in" / "big.png", width_px=640, height_px=480)
    studio = app.studio
    items = studio.queue.add([broken, big, *paths], studio.choices.choice)

    studio.queue.start()
    app.wait(lambda: studio.queue_store.items[1].state is ItemState.RUNNING)
    studio.queue.pause()
    assert studio.queue.is_paused
    studio.queue.cancel([items[1].item_id])
    app.wait(lambda: not studio.queue.is_running)

    done = ItemState.DONE
    assert _states(app) == [ItemState.FAILED, ItemState.CANCELLED, done, done]
    assert "broken.png" in studio.queue_store.items[0].message
    studio.queue.retry([items[1].item_id])
    app.wait(lambda: not studio.queue.is_running)
    results = [item.result for item in studio.queue_store.items if item.result is not None]
    sizes = [(QImage(str(path)).width(), QImage(str(path)).height()) for path in results]
    assert sizes == [(2560, 1920), (384, 256), (384, 256)]
    assert not list((tmp_path / "in").rglob("*mfagan-part*"))


def test_a_finished_result_takes_the_place_of_the_preview(app: App, photo: Path) -> None:
    app.open(photo)

    app.studio.inspector.upscale.click()
    app.wait(lambda: app.studio.photos.after_state.kind == "result")

    item = app.studio.queue_store.items[0]
    assert item.consistency_max is not None
    assert "255" in app.studio.inspector.consistency.text()


def test_the_whole_session_works_with_the_keyboard_alone(app: App, photo: Path) -> None:
    app.dialogs.photos = [photo]
    control = Qt.KeyboardModifier.ControlModifier

    _key(app, Qt.Key.Key_O, control)
    app.wait(lambda: app.studio.photos.photo is not None)
    app.settle()
    viewer = app.studio.viewer
    assert viewer.hasFocus()
    _key(app, Qt.Key.Key_1, control)
    assert viewer.view.zoom == pytest.approx(1.0)
    _key(app, Qt.Key.Key_Space)
    flipped = [(viewer.mode, viewer.shown_side)]
    _key(app, Qt.Key.Key_Space)
    flipped.append((viewer.mode, viewer.shown_side))
    assert flipped == [(ViewerMode.FLIP, Side.BEFORE), (ViewerMode.FLIP, Side.AFTER)]
    modes = []
    for key in (Qt.Key.Key_D, Qt.Key.Key_S):
        _key(app, key)
        modes.append(viewer.mode)
    assert modes == [ViewerMode.DIFFERENCE, ViewerMode.SPLIT_VERTICAL]
    _key(app, Qt.Key.Key_Tab)
    assert viewer.handle.hasFocus()
    value = viewer.handle.value()
    _key(app, Qt.Key.Key_Left)
    assert viewer.handle.value() < value
    _key(app, Qt.Key.Key_Return, control)
    app.wait(lambda: _states(app) == [ItemState.DONE])
    assert app.studio.queue_store.items[0].result is not None
