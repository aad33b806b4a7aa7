from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from app.services.pictures.compared_pictures import ComparedPictures
from app.services.pictures.tile_store import TileStore
from app.state.view_transform import ViewTransform
from app.state.viewer_state import Side, ViewerMode
from app.widgets.compare.compare_frames import CompareFrames
from app.widgets.compare.compare_painter import ComparePainter, Scene
from app.widgets.compare.overlays import OverlayPainter
from tests.helpers.viewer_pictures import GrayPicture

_BEFORE, _AFTER = 60, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = (60, 100), (240, 100), (150, 40), (150, 160)


@pytest.fixture
def scene() -> Scene:
    view = ViewTransform(
        output_width_px=800, output_height_px=600, view_width_px=300, view_height_px=200
    )
    pane = QRectF(0, 0, 300, 200)
    return Scene(
        pictures=ComparedPictures(before=GrayPicture(_BEFORE), after=GrayPicture(_AFTER)),
        view=view.at_spot(400, 300),
        mode=ViewerMode.SPLIT_VERTICAL,
        shown=Side.AFTER,
        split=150,
        panes={Side.BEFORE: pane, Side.AFTER: pane},
        ratio=1.0,
        labels={Side.BEFORE: "Before", Side.AFTER: "After"},
        gain=1,
        background=QColor("black"),
    )


def _paint(tiles: TileStore, scene: Scene, bot: QtBot) -> QImage:
    frames = CompareFrames(tiles)
    painter_of_scenes = ComparePainter(frames, OverlayPainter())
    image = QImage(300, 200, QImage.Format.Format_RGB32)
    for _ in range(2):
        image.fill(QColor("red"))
        painter = QPainter(image)
        painter_of_scenes.paint(painter, scene)
        painter.end()
        bot.waitUntil(lambda: tiles.is_idle, timeout=5000)
        frames.take_arrivals()
    return image


def _grays(image: QImage, *places: tuple[int, int]) -> list[int]:
    return [image.pixelColor(x, y).red() for x, y in places]


def test_a_split_shows_before_on_one_side_of_the_line_and_after_on_the_other(
    tiles: TileStore, scene: Scene, qtbot: QtBot
) -> None:
    image = _paint(tiles, scene, qtbot)
    assert _grays(image, _LEFT, _RIGHT) == [_BEFORE, _AFTER]

    level = replace(scene, mode=ViewerMode.SPLIT_HORIZONTAL, split=100)
    image = _paint(tiles, level, qtbot)

    assert _grays(image, _TOP, _BOTTOM) == [_BEFORE, _AFTER]


@pytest.mark.parametrize("mode", [ViewerMode.FLIP, ViewerMode.BLINK])
@pytest.mark.parametrize(("side", "gray"), [(Side.BEFORE, _BEFORE), (Side.AFTER, _AFTER)])
def test_one_side_fills_the_window(
    tiles: TileStore, scene: Scene, qtbot: QtBot, *, mode: ViewerMode, side: Side, gray: int
) -> None:
    image = _paint(tiles, replace(scene, mode=mode, shown=side), qtbot)

    assert _grays(image, _LEFT, _RIGHT) == [gray, gray]


def test_side_by_side_there_is_a_gap(tiles: TileStore, scene: Scene, qtbot: QtBot) -> None:
    panes = {Side.BEFORE: QRectF(0, 0, 148, 200), Side.AFTER: QRectF(152, 0, 148, 200)}
    view = scene.view.resized(148, 200)
    beside = replace(scene, mode=ViewerMode.SIDE_BY_SIDE, panes=panes, view=view)

    image = _paint(tiles, beside, qtbot)

    assert _grays(image, _LEFT, (150, 100), _RIGHT) == [_BEFORE, 0, _AFTER]


def test_the_difference_map_is_dark_where_the_sides_are_equal(
    tiles: TileStore, scene: Scene, qtbot: QtBot
) -> None:
    same = ComparedPictures(before=GrayPicture(_BEFORE), after=GrayPicture(_BEFORE))
    difference = replace(scene, mode=ViewerMode.DIFFERENCE)

    far = _paint(tiles, difference, qtbot).pixelColor(*_LEFT)
    equal = _paint(tiles, replace(difference, pictures=same), qtbot).pixelColor(*_LEFT)

    assert equal.lightness() < 40 < far.lightness()


def test_labels_are_on_the_side_they_name(tiles: TileStore, scene: Scene) -> None:
    painter_of_scenes = ComparePainter(CompareFrames(tiles), OverlayPainter())

    def changed(mode: ViewerMode, shown: Side = Side.AFTER) -> tuple[bool, bool]:
        image = QImage(300, 200, QImage.Format.Format_RGB32)
        image.fill(QColor(_BEFORE, _BEFORE, _BEFORE))
        empty = image.copy()
        painter = QPainter(image)
        painter_of_scenes.paint_labels(painter, replace(scene, mode=mode, shown=shown))
        painter.end()
        halves = [image.copy(x, 0, 150, 200) != empty.copy(x, 0, 150, 200) for x in (0, 150)]
        return halves[0], halves[1]

    assert changed(ViewerMode.SPLIT_VERTICAL) == (True, True)
    assert changed(ViewerMode.FLIP, Side.BEFORE) == (True, False)
    assert changed(ViewerMode.FLIP, Side.AFTER) == (False, True)


def test_the_loupe_compares_the_spot_under_the_pointer(
    tiles: TileStore, scene: Scene, qtbot: QtBot
) -> None:
    frames = CompareFrames(tiles)
    painter_of_scenes = ComparePainter(frames, OverlayPainter())
    image = QImage(300, 200, QImage.Format.Format_RGB32)
    for _ in range(2):
        image.fill(QColor("red"))
        painter = QPainter(image)
        painter_of_scenes.paint_loupe(painter, scene, QPointF(150, 100))
        painter.end()
        qtbot.waitUntil(lambda: tiles.is_idle, timeout=5000)

    assert _grays(image, (110, 100), (190, 100)) == [_BEFORE, _AFTER]
