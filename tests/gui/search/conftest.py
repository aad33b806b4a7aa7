"""The page of searches, with a small search in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.search.search_page import NAME, SearchPage
from tests.gui.conftest import App, StartApp
from tests.helpers.small_searches import write_search

_NO_KEYS = Qt.KeyboardModifier.NoModifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Searching:
    """The app with the page of searches in front."""

    app: App
    page: SearchPage
    folder: Path

    def settle(self) -> None:
        """Wait until all that is shown is read and drawn."""
        self.app.wait(lambda: self.page.is_idle and self.page.view.is_sharp)

    def click(self, candidate_id: str, keys: Qt.KeyboardModifier = _NO_KEYS) -> None:
        """Click the point of a candidate."""
        chart = self.page.front.chart
        place = chart.place_of(candidate_id)
        assert place is not None, f"{candidate_id} is not drawn"
        QTest.mouseClick(chart, Qt.MouseButton.LeftButton, keys, place.toPoint())

    def shown(self) -> list[str]:
        """Return the ids of the candidates that are compared."""
        return [one.candidate.id for one in self.page.comparison.compared]


def show_page(app: App) -> SearchPage:
    """Show the page of searches."""
    app.controller.show_page(NAME)
    app.shell.window.show()
    return app.controller.page(NAME, SearchPage)


@pytest.fixture
def searching(start_app: StartApp, tmp_path: Path, photo: Path) -> Searching:
    """The page, with a search and a photo open."""
    app = start_app()
    app.open(photo)
    folder = write_search(tmp_path / "search")
    page = show_page(app)
    page.open_search(folder)
    app.wait(lambda: page.search.state is not None and page.comparison.photo is not None)
    made = Searching(app=app, page=page, folder=folder)
    made.settle()
    return made
