from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from app.judging import prepared_crops
from app.judging.judged import EnlargedCrop
from app.judging.prepared_crops import CropKey, PreparedCrops
from engine.api import CancelToken
from tests.helpers.judged_crops import DrawnCrops, judged_models


@pytest.fixture
def drawn() -> DrawnCrops:
    return DrawnCrops(side_px=8)


@pytest.fixture
def crops(qtbot: QtBot, drawn: DrawnCrops) -> Iterator[PreparedCrops]:
    crops = PreparedCrops(judged_models(), drawn)
    yield crops
    drawn.gate.set()
    crops.shut_down()
    QCoreApplication.processEvents()


def _key(photo: str, model: str) -> CropKey:
    return CropKey(photo=photo, model=model)


def test_pictures_are_made_in_the_order_in_which_they_are_wanted(
    crops: PreparedCrops, drawn: DrawnCrops, qtbot: QtBot
) -> None:
    keys = [_key("p", "b"), _key("p", "a"), _key("q", "c")]

    crops.want(keys)
    qtbot.waitUntil(lambda: crops.is_idle)

    assert drawn.asked == [("p", "b"), ("p", "a"), ("q", "c")]
    assert all(crops.get(key) is not None for key in keys)


def test_what_is_there_is_not_made_again(
    crops: PreparedCrops, drawn: DrawnCrops, qtbot: QtBot
) -> None:
    crops.want([_key("p", "a")])
    qtbot.waitUntil(lambda: crops.is_idle)

    crops.want([_key("p", "a"), _key("p", "b")])
    qtbot.waitUntil(lambda: crops.is_idle)

    assert drawn.asked == [("p", "a"), ("p", "b")]


def test_a_new_wish_replaces_what_was_not_begun(
    crops: PreparedCrops, drawn: DrawnCrops, qtbot: QtBot
) -> None:
    drawn.gate.clear()
    crops.want([_key("p", "a"), _key("p", "b")])
    qtbot.waitUntil(lambda: bool(drawn.asked))
    crops.want([_key("q", "c")])
    drawn.gate.set()
    qtbot.waitUntil(lambda: crops.is_idle)

    assert drawn.asked == [("p", "a"), ("q", "c")]


def test_one_that_fails_does_not_stop_the_others(
    crops: PreparedCrops, drawn: DrawnCrops, qtbot: QtBot
) -> None:
    drawn.broken.add("p")
    with qtbot.waitSignal(crops.failed) as caught:
        crops.want([_key("p", "a"), _key("q", "a")])
    qtbot.waitUntil(lambda: crops.is_idle)

    assert (caught.args or [None])[0] == _key("p", "a")
    assert crops.get(_key("q", "a")) is not None


def test_old_pictures_go_when_there_is_no_memory_for_them(
    crops: PreparedCrops, drawn: DrawnCrops, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepared_crops, "MAXIMUM_BYTES", 2 * 8 * 8 * 4)
    for photo in "pqr":
        crops.want([_key(photo, "a")])
        qtbot.waitUntil(lambda: crops.is_idle)

    assert crops.get(_key("p", "a")) is None
    assert crops.get(_key("r", "a")) is not None


def test_pictures_have_the_colors_that_were_drawn(drawn: DrawnCrops) -> None:
    pixels = drawn(judged_models()[0], Path("p"), CancelToken())

    image = prepared_crops._to_image(EnlargedCrop(pixels=pixels.pixels))

    assert image.format() is QImage.Format.Format_ARGB32_Premultiplied
    red, green, blue = (int(value) for value in pixels.pixels[3, 5])
    assert image.pixelColor(5, 3) == QColor(red, green, blue)
