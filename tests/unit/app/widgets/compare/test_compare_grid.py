from __future__ import annotations

from collections.abc import Sequence

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.services.pictures.compared_pictures import ComparedPictures
from app.services.pictures.tile_store import TileStore
from app.widgets.compare import compare_grid, zoom_canvas
from app.widgets.compare.compare_grid import CompareGrid, GridPane
from app.widgets.compare.grid_layout import grid_panes
from tests.helpers.viewer_pictures import GrayPicture

_BEFORE = 20
_GRAYS = (80, 130, 180, 230)
_NEVER_MS = 3_600_000


def _panes(count: int, before: GrayPicture | None = None) -> list[GridPane]:
    original = before or GrayPicture(_BEFORE)
    return [
        GridPane(
            key=f"model-{gray}",
            name=f"Model {gray}",
            pictures=ComparedPictures(before=original, after=GrayPicture(gray)),
        )
        for gray in _GRAYS[:count]
    ]


@pytest.fixture
def hold_ms() -> int:
    """How long a press lasts until it counts as held."""
    return _NEVER_MS


@pytest.fixture
def grid(
    tiles: TileStore, qtbot: QtBot, hold_ms: int, monkeypatch: pytest.MonkeyPatch
) -> CompareGrid:
    for module in (zoom_canvas, compare_grid):
        monkeypatch.setattr(module, "HOLD_MS", hold_ms)
    grid = CompareGrid(tiles)
    qtbot.addWidget(grid)
    grid.resize(640, 400)
    grid.show()
    return grid


def _show(grid: CompareGrid, qtbot: QtBot, panes: Sequence[GridPane]) -> None:
    grid.show_panes(panes, width_px=800, height_px=600)
    qtbot.waitUntil(lambda: grid.is_sharp, timeout=5000)


def _grays(grid: CompareGrid) -> list[int]:
    """Return the gray in the middle of each place."""
    count = 1 if grid.alone else len(grid.panes)
    image = grid.grab().toImage()
    ratio = grid.devicePixelRatioF()
    return [
        image.pixelColor(area.center() * ratio).red() for area in grid_panes(count, grid.rect())
    ]


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_each_picture_has_a_pane(grid: CompareGrid, qtbot: QtBot, count: int) -> None:
    _show(grid, qtbot, _panes(count))

    assert _grays(grid) == list(_GRAYS[:count])


@pytest.mark.parametrize("count", [0, 5])
def test_other_numbers_of_pictures_are_refused(grid: CompareGrid, count: int) -> None:
    panes = [*_panes(4), *_panes(1)][:count]

    with pytest.raises(ValueError, match="1 to 4 can be compared"):
        grid.show_panes(panes, width_px=800, height_px=600)


def test_a_drag_in_one_pane_moves_all(grid: CompareGrid, qtbot: QtBot) -> None:
    _show(grid, qtbot, _panes(4))
    grid.zoom_to(2.0)
    center_x = grid.view.center_x
    spot = grid_panes(4, grid.rect())[3].center()

    QTest.mousePress(grid, Qt.MouseButton.LeftButton, pos=spot)
    QTest.mouseMove(grid, spot - QPoint(60, 0))
    QTest.mouseRelease(grid, Qt.MouseButton.LeftButton, pos=spot)

    assert grid.view.center_x == center_x + 30
    qtbot.waitUntil(lambda: grid.is_sharp, timeout=5000)
    assert _grays(grid) == list(_GRAYS)


def test_the_same_point_of_every_pane_means_the_same_pixel(grid: CompareGrid, qtbot: QtBot) -> None:
    _show(grid, qtbot, _panes(4))

    spots = [area.topLeft() + QPoint(40, 30) for area in grid_panes(4, grid.rect())]

    assert {grid.to_device(QPointF(spot)) for spot in spots} == {(40.0, 30.0)}


def test_a_number_shows_one_picture_alone_and_then_all(grid: CompareGrid, qtbot: QtBot) -> None:
    _show(grid, qtbot, _panes(3))
    seen: list[str] = []
    grid.shown_alone.connect(seen.append)
    spot = (grid.view.center_x, grid.view.center_y)

    QTest.keyClick(grid, Qt.Key.Key_2)
    qtbot.waitUntil(lambda: grid.is_sharp, timeout=5000)
    assert _grays(grid) == [_GRAYS[1]]
    assert (grid.view.center_x, grid.view.center_y) == spot

    QTest.keyClick(grid, Qt.Key.Key_2)
    QTest.keyClick(grid, Qt.Key.Key_3)
    QTest.keyClick(grid, Qt.Key.Key_0)

    assert seen == ["model-130", "", "model-180", ""]
    assert grid.view.view_width_px == grid_panes(3, grid.rect())[0].width()


def test_a_number_without_a_picture_does_nothing(grid: CompareGrid, qtbot: QtBot) -> None:
    _show(grid, qtbot, _panes(2))

    QTest.keyClick(grid, Qt.Key.Key_4)

    assert grid.alone == ""


def test_space_shows_the_original_in_every_pane(grid: CompareGrid, qtbot: QtBot) -> None:
    _show(grid, qtbot, _panes(2))

    QTest.keyClick(grid, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: _grays(grid) == [_BEFORE] * 2, timeout=5000)
    QTest.keyClick(grid, Qt.Key.Key_Space)

    assert _grays(grid) == list(_GRAYS[:2])


@pytest.mark.parametrize("hold_ms", [0])
def test_space_that_is_held_shows_the_original_meanwhile(grid: CompareGrid, qtbot: QtBot) -> None:
    _show(grid, qtbot, _panes(2))

    QTest.keyPress(grid, Qt.Key.Key_Space)
    assert grid.shows_original
    QTest.keyRelease(grid, Qt.Key.Key_Space)

    qtbot.waitUntil(lambda: not grid.shows_original, timeout=5000)


def test_keys_of_the_grid_are_taken_before_commands_of_the_window(
    grid: CompareGrid, qtbot: QtBot
) -> None:
    _show(grid, qtbot, _panes(2))

    def is_taken(key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool:
        event = QKeyEvent(QKeyEvent.Type.ShortcutOverride, key, modifiers)
        event.ignore()
        QApplication.sendEvent(grid, event)
        return event.isAccepted()

    none, control = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
    assert is_taken(Qt.Key.Key_1, none)
    assert is_taken(Qt.Key.Key_Plus, none)
    assert not is_taken(Qt.Key.Key_1, control)
    assert not is_taken(Qt.Key.Key_M, none)


def test_plus_minus_and_f_zoom(grid: CompareGrid, qtbot: QtBot) -> None:
    _show(grid, qtbot, _panes(2))
    grid.fit()
    fitted = grid.view.zoom

    QTest.keyClick(grid, Qt.Key.Key_Plus)
    assert grid.view.zoom > fitted
    QTest.keyClick(grid, Qt.Key.Key_Minus)
    assert grid.view.zoom == pytest.approx(fitted)
    QTest.keyClick(grid, Qt.Key.Key_Plus)
    QTest.keyClick(grid, Qt.Key.Key_F)

    assert grid.view.is_fitted


def test_a_picture_is_swapped_without_moving(grid: CompareGrid, qtbot: QtBot) -> None:
    _show(grid, qtbot, _panes(2))
    grid.zoom_to(3.0)
    view = grid.view

    grid.set_after("model-80", GrayPicture(250))

    qtbot.waitUntil(lambda: _grays(grid) == [250, _GRAYS[1]], timeout=5000)
    assert grid.view == view


def test_one_more_picture_keeps_the_spot(grid: CompareGrid, qtbot: QtBot) -> None:
    original = GrayPicture(_BEFORE)
    panes = _panes(3, original)
    _show(grid, qtbot, panes[:2])
    grid.zoom_to(2.0)
    spot, zoom = (grid.view.center_x, grid.view.center_y), grid.view.zoom

    _show(grid, qtbot, panes)

    assert (grid.view.center_x, grid.view.center_y) == spot
    assert grid.view.zoom == zoom
    assert _grays(grid) == list(_GRAYS[:3])


def test_pictures_of_another_size_show_the_same_spot(grid: CompareGrid, qtbot: QtBot) -> None:
    small = GrayPicture(99, width_px=400, height_px=300)
    panes = _panes(1)
    half = GridPane(
        key="half",
        name="Half",
        pictures=ComparedPictures(before=panes[0].pictures.before, after=small),
    )

    _show(grid, qtbot, [*panes, half])

    assert _grays(grid) == [_GRAYS[0], 99]


def test_screen_readers_hear_which_pictures_there_are(grid: CompareGrid, qtbot: QtBot) -> None:
    _show(grid, qtbot, _panes(2))

    assert grid.accessibleName() == "Comparison, 1 Model 80, 2 Model 130"
    assert "Numbers show one picture alone" in grid.accessibleDescription()
    grid.clear()
    assert grid.accessibleName() == "Comparison"


def test_a_cleared_grid_shows_its_ground(grid: CompareGrid, qtbot: QtBot) -> None:
    _show(grid, qtbot, _panes(2))

    grid.clear()

    assert not grid.is_sharp
    assert grid.grab().toImage().pixelColor(100, 100).red() < 30
