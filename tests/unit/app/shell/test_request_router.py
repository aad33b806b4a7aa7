"""The shell hands what one page asks for to the page concerned."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget

from app.shell.request_router import RequestRouter
from app.window.page import Page
from app.window.page_commands import PageCommands
from app.window.page_requests import PageRequests


class BarePage:
    """A page that takes no requests."""

    def __init__(self) -> None:
        self.asked: list[object] = []
        self.page_commands = PageCommands({})

    @property
    def widget(self) -> QWidget:
        return QWidget()

    @property
    def is_idle(self) -> bool:
        return True

    def open_paths(self, paths: Sequence[Path]) -> None:
        self.asked += paths

    def may_close(self) -> bool:
        return True

    def shut_down(self) -> None:
        return


class TakingPage(BarePage):
    """A page that takes all of them."""

    def show_source(self, source: str) -> None:
        self.asked.append(("source", source))

    def read_models(self) -> None:
        self.asked.append("models")

    def use_model(self, model_id: str) -> None:
        self.asked.append(("use", model_id))

    def show_recipe(self, recipe_yaml: str) -> None:
        self.asked.append(("recipe", recipe_yaml))

    def open_search(self, run: Path) -> None:
        self.asked.append(("search", run))


class House:
    """Pages by name, of which those that were asked for are built."""

    def __init__(self) -> None:
        self.listed: dict[str, BarePage] = {
            "upscale": TakingPage(),
            "training": TakingPage(),
            "search": TakingPage(),
            "export": TakingPage(),
        }
        self.shown: list[str] = []

    def built(self) -> list[Page]:
        return [self.listed[name] for name in self.shown]

    def show(self, name: str) -> Page | None:
        if name not in self.listed:
            return None
        self.shown.append(name)
        return self.listed[name]


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def requests(qapp: QApplication, house: House) -> PageRequests:
    made = PageRequests()
    RequestRouter(made, built_pages=house.built, show_page=house.show, parent=made)
    return made


def test_each_request_shows_its_page_and_reaches_it(requests: PageRequests, house: House) -> None:
    requests.export_requested.emit("mfa-s-x4")
    requests.use_model_requested.emit("mfa-m-x4")
    requests.training_requested.emit("type: psnr")
    requests.search_requested.emit(Path("runs/search"))

    assert house.shown == ["export", "upscale", "training", "search"]
    assert house.listed["export"].asked == [("source", "mfa-s-x4")]
    assert house.listed["upscale"].asked == [("use", "mfa-m-x4")]
    assert house.listed["training"].asked == [("recipe", "type: psnr")]
    assert house.listed["search"].asked == [("search", Path("runs/search"))]


def test_changed_models_reach_the_pages_that_are_built_and_show_none(
    requests: PageRequests, house: House
) -> None:
    house.listed["search"] = BarePage()
    house.shown = ["upscale", "search"]

    requests.models_changed.emit()

    assert house.shown == ["upscale", "search"]
    assert house.listed["upscale"].asked == ["models"]
    assert house.listed["search"].asked == []
    assert house.listed["export"].asked == []


def test_a_request_to_a_page_that_is_not_in_the_list_changes_nothing(
    requests: PageRequests, house: House
) -> None:
    del house.listed["export"]

    requests.export_requested.emit("mfa-s-x4")

    assert house.shown == []


def test_requests_keep_their_router(requests: PageRequests) -> None:
    assert any(isinstance(child, RequestRouter) for child in requests.findChildren(QObject))
