from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.presentation.presentation_view import PresentationView, Slide
from app.services.pictures.tile_store import TileStore
from app.widgets.theming import ThemeService

_SLIDES = [Slide(path=Path(f"/photos/{name}.jpg")) for name in "abc"]


@pytest.fixture
def view(qtbot: QtBot, theming: ThemeService) -> Iterator[PresentationView]:
    tiles = TileStore(budget_bytes=2**20)
    view = PresentationView(tiles, theming, sweep_ms=1000, loops=True)
    qtbot.addWidget(view)
    view.show()
    yield view
    view.close()
    assert tiles.wait_for_done(10_000)


def _asked(view: PresentationView) -> list[str]:
    names: list[str] = []
    view.slide_requested.connect(lambda slide: names.append(slide.path.stem))
    return names


def test_arrows_lead_through_the_slides_and_round_their_ends(view: PresentationView) -> None:
    names = _asked(view)

    view.present(_SLIDES, start=1)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_PageDown, Qt.Key.Key_Left, Qt.Key.Key_PageUp):
        QTest.keyClick(view, key)

    assert names == ["b", "c", "a", "c", "b"]


def test_a_slide_that_is_skipped_is_replaced_by_the_next_one(view: PresentationView) -> None:
    names = _asked(view)

    view.present(_SLIDES, start=2)
    view.skip()
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Right)

    assert names == ["c", "a", "b", "a"]


def test_without_a_slide_that_can_be_opened_it_ends(qtbot: QtBot, view: PresentationView) -> None:
    view.present(_SLIDES[:1])

    with qtbot.waitSignal(view.closed, timeout=1000):
        view.skip()

    assert not view.isVisible()


@pytest.mark.parametrize(("is_selection", "place"), [(False, "2 / 3"), (True, "2 / 3 selected")])
def test_the_caption_counts_the_slides(
    view: PresentationView, is_selection: bool, place: str
) -> None:
    view.present(_SLIDES, start=1, is_selection=is_selection)

    view.show_caption("b", "10 x 10")

    assert view.caption_texts == ("b", "10 x 10", place)


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_F5])
def test_it_is_left_by_key(qtbot: QtBot, view: PresentationView, key: Qt.Key) -> None:
    view.present(_SLIDES)

    with qtbot.waitSignal(view.closed, timeout=1000):
        QTest.keyClick(view, key)
