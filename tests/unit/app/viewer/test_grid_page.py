from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.services.pictures.compared_pictures import ComparedPictures
from app.services.pictures.tile_store import TileStore
from app.viewer.grid_page import GridPage
from app.widgets.compare.compare_grid import CompareGrid, GridPane
from app.widgets.theming import ThemeService
from tests.helpers.viewer_pictures import GrayPicture


@pytest.fixture
def page(tiles: TileStore, theming: ThemeService, qtbot: QtBot) -> GridPage:
    page = GridPage(CompareGrid(tiles), theming)
    qtbot.addWidget(page)
    page.resize(700, 500)
    page.show()
    _show(page, "Fast", "Best")
    return page


def _show(page: GridPage, *names: str) -> None:
    before = GrayPicture(20)
    panes = [
        GridPane(
            key=name.lower(),
            name=name,
            pictures=ComparedPictures(before=before, after=GrayPicture(90)),
        )
        for name in names
    ]
    page.grid.show_panes(panes, width_px=800, height_px=600)
    page.show_names()


def test_a_button_per_picture_shows_it_alone(page: GridPage) -> None:
    assert [button.text() for button in page.names.buttons()] == ["All", "1  Fast", "2  Best"]

    page.names.buttons()[2].click()
    assert page.grid.alone == "best"
    page.names.buttons()[0].click()

    assert page.grid.alone == ""


def test_the_buttons_follow_the_keys(page: GridPage) -> None:
    page.grid.show_alone("fast")

    assert [button.isChecked() for button in page.names.buttons()] == [False, True, False]


def test_new_pictures_have_new_buttons(page: GridPage) -> None:
    _show(page, "Fast", "Balanced", "Best")

    assert len(page.names.buttons()) == 4
    _show(page, "Fast")
    assert page.names.isHidden()


def test_a_long_name_is_cut_on_its_button_and_whole_for_screen_readers(page: GridPage) -> None:
    name = "a-network-with-a-name-of-forty-one-letters"

    _show(page, name, "Best")

    button = page.names.buttons()[1]
    assert button.text() == "1  a-network-with-a-name-o\u2026"
    assert button.accessibleName() == name
    assert name in button.toolTip()


def test_the_original_is_shown_by_a_button_too(page: GridPage) -> None:
    page.original.click()
    assert page.grid.shows_original

    page.grid.show_original(False)

    assert not page.original.isChecked()


def test_screen_readers_hear_every_button(page: GridPage) -> None:
    buttons = [*page.names.buttons(), page.original, *(button for button, _ in page.bar.icons)]

    assert all(button.accessibleName() or button.text() for button in buttons)
    assert page.names.buttons()[1].accessibleName() == "Fast"
