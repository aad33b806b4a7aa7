from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.services.pictures.compared_pictures import ComparedPictures
from app.services.pictures.tile_store import TileStore
from app.state.viewer_state import PixelReading, Side, ViewerMode
from app.widgets.compare import image_compare, zoom_canvas
from app.widgets.compare.image_compare import ImageCompare
from tests.helpers.viewer_pictures import GrayPicture

_BEFORE, _AFTER = 60, 200
_SPOT = QPoint(380, 150)
# A press counts as held at once, or never: no test waits for a time to pass.
_AT_ONCE_MS, _NEVER_MS = 0, 3_600_000


@pytest.fixture
def hold_ms() -> int:
    """How long a press lasts until it counts as held."""
    return _NEVER_MS


@pytest.fixture
def viewer(
    tiles: TileStore, hold_ms: int, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> ImageCompare:
    for module in (zoom_canvas, image_compare):
        monkeypatch.setattr(module, "HOLD_MS", hold_ms)
    viewer = ImageCompare(tiles)
    qtbot.addWidget(viewer)
    viewer.resize(480, 320)
    viewer.show()
    pictures = ComparedPictures(before=GrayPicture(_BEFORE), after=GrayPicture(_AFTER))
    viewer.show_pictures(pictures, width_px=800, height_px=600)
    viewer.zoom_to(1.0)
    qtbot.waitUntil(lambda: viewer.is_sharp, timeout=5000)
    return viewer


def _gray(viewer: ImageCompare) -> int:
    image = viewer.grab().toImage()
    ratio = viewer.devicePixelRatioF()
    return image.pixelColor(round(_SPOT.x() * ratio), round(_SPOT.y() * ratio)).red()


@pytest.mark.parametrize("hold_ms", [_AT_ONCE_MS])
def test_a_button_held_on_the_photo_shows_the_original_until_it_is_let_go(
    viewer: ImageCompare, qtbot: QtBot
) -> None:
    view = viewer.view
    assert _gray(viewer) == _AFTER

    QTest.mousePress(viewer, Qt.MouseButton.LeftButton, pos=_SPOT)
    qtbot.waitUntil(lambda: _gray(viewer) == _BEFORE, timeout=5000)
    assert not viewer.handle.isVisible()
    QTest.mouseRelease(viewer, Qt.MouseButton.LeftButton, pos=_SPOT)

    assert _gray(viewer) == _AFTER
    assert viewer.handle.isVisible()
    assert viewer.mode is ViewerMode.SPLIT_VERTICAL
    assert viewer.view == view


@pytest.mark.parametrize("hold_ms", [60_000])
def test_a_drag_pans_and_never_peeks(viewer: ImageCompare, hold_ms: int) -> None:
    waiting = next(timer for timer in viewer.findChildren(QTimer) if timer.interval() == hold_ms)
    center_x = viewer.view.center_x

    QTest.mousePress(viewer, Qt.MouseButton.LeftButton, pos=_SPOT)
    assert waiting.isActive()
    QTest.mouseMove(viewer, _SPOT - QPoint(40, 0))

    assert viewer.view.center_x == center_x + 40
    assert not waiting.isActive(), "it would show the original in the middle of the drag"
    QTest.mouseRelease(viewer, Qt.MouseButton.LeftButton, pos=_SPOT)


def test_a_short_press_of_space_flips(viewer: ImageCompare) -> None:
    viewer.setFocus()

    QTest.keyClick(viewer, Qt.Key.Key_Space)

    assert (viewer.mode, viewer.shown_side) == (ViewerMode.FLIP, Side.BEFORE)
    assert _gray(viewer) == _BEFORE


@pytest.mark.parametrize("hold_ms", [_AT_ONCE_MS])
def test_space_that_is_held_shows_the_original_meanwhile(
    viewer: ImageCompare, qtbot: QtBot
) -> None:
    viewer.setFocus()

    QTest.keyPress(viewer, Qt.Key.Key_Space)
    assert (viewer.mode, viewer.shown_side) == (ViewerMode.FLIP, Side.BEFORE)
    QTest.keyRelease(viewer, Qt.Key.Key_Space)

    qtbot.waitUntil(lambda: viewer.mode is ViewerMode.SPLIT_VERTICAL, timeout=5000)
    assert _gray(viewer) == _AFTER


@pytest.mark.parametrize("hold_ms", [_AT_ONCE_MS])
def test_a_key_whose_release_is_lost_does_not_leave_the_original_up(viewer: ImageCompare) -> None:
    viewer.setFocus()
    QTest.keyPress(viewer, Qt.Key.Key_Space)

    viewer.clearFocus()

    assert viewer.mode is ViewerMode.SPLIT_VERTICAL


def test_the_reading_names_both_sides(viewer: ImageCompare) -> None:
    readings: list[object] = []
    viewer.pointed.connect(readings.append)

    viewer.point_at(QPointF(_SPOT))

    reading = readings[-1]
    assert getattr(reading, "before", None) == (_BEFORE,) * 3
    assert getattr(reading, "after", None) == (_AFTER,) * 3


def _late(gray: int) -> GrayPicture:
    """Return a gray picture whose tiles come only when they may."""
    picture = GrayPicture(gray, width_px=1600, height_px=1200)
    picture.may_end.clear()
    return picture


def _gray_at_left(viewer: ImageCompare) -> int:
    image = viewer.grab().toImage()
    return image.pixelColor(image.width() // 4, image.height() // 2).red()


def test_both_sides_stay_until_those_of_another_size_are_here(
    viewer: ImageCompare, qtbot: QtBot
) -> None:
    first, second, *steps = (_late(gray) for gray in (90, 170, 1, 2))
    try:
        # Two changes in a row: what was seen last is two pictures back.
        for before, after in (steps, (first, second)):
            pictures = ComparedPictures(before=before, after=after)
            viewer.show_pictures(pictures, width_px=1600, height_px=1200)
            assert (_gray_at_left(viewer), _gray(viewer)) == (_BEFORE, _AFTER)
        viewer.set_after(None)
        viewer.set_after(second)
        assert _gray_at_left(viewer) == _BEFORE
    finally:
        for picture in (*steps, first, second):
            picture.may_end.set()

    qtbot.waitUntil(lambda: viewer.is_sharp, timeout=5000)
    assert (_gray_at_left(viewer), _gray(viewer)) == (90, 170)


def test_the_read_out_follows_the_pictures_while_the_pointer_rests(
    viewer: ImageCompare, qtbot: QtBot
) -> None:
    readings: list[PixelReading | None] = []
    viewer.point_at(QPointF(_SPOT))
    viewer.pointed.connect(readings.append)

    viewer.set_after(GrayPicture(111))
    qtbot.waitUntil(
        lambda: bool(readings) and readings[-1] is not None and readings[-1].after[0] == 111,
        timeout=5000,
    )
    viewer.clear()

    assert readings[-1] is None
