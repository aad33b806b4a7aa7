"""The page of models: the catalog, what is done with a model, and models side by side."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from app.catalog.models_page import NAME, ModelsPage
from app.catalog.removal import RemoveDialog
from app.services.model_names import SIZES
from app.shell.pages import PAGES
from tests.gui.conftest import App, StartApp, drop
from tests.helpers.catalogs import put_model
from tests.helpers.tiny_onnx import write_tiny_onnx

_OWN = "own"


@pytest.fixture
def folder(own_home: Path) -> Path:
    """The folder of imported models, with one in it."""
    folder = own_home / "data" / "models"
    put_model(folder, _OWN, scale=4, name="My own")
    return folder


@pytest.fixture
def opened(folder: Path, start_app: StartApp) -> App:
    """The app with the page of models shown."""
    app = start_app(pages=[spec for spec in PAGES if spec.name in {"upscale", NAME}])
    app.controller.show_page(NAME)
    return app


def _page(app: App) -> ModelsPage:
    return app.controller.page(NAME, ModelsPage)


def _wait_for_pictures(app: App, count: int) -> None:
    page = _page(app)
    grid = page.comparison_view.grid
    app.wait(lambda: len(grid.panes) == count and page.is_idle and grid.is_sharp)


def _texts(app: App) -> str:
    # New labels are shown with the next events.
    QApplication.processEvents()
    labels = _page(app).details.findChildren(QLabel)
    return "\n".join(label.text() for label in labels if label.isVisible())


def test_shipped_and_imported_models_are_listed_with_their_cards(opened: App) -> None:
    page = _page(opened)
    assert page.list.shown_keys() == [*SIZES, _OWN]

    page.list.select("mfa-s-x4")
    card = opened.controller.engine_service.catalog.get("mfa-s-x4")

    texts = _texts(opened)
    assert "Apache-2.0" in texts
    assert "817 of the 1,032 training crops" in texts
    assert f"{card.quality[0].value:.2f}" in texts
    assert card.quality[0].protocol in texts
    assert f"SHA-256 {card.files[0].sha256}" in texts


def test_a_model_is_chosen_for_photos(opened: App) -> None:
    page = _page(opened)
    page.list.select(_OWN)

    page.details.use.click()

    assert opened.shell.window.page is opened.page.widget
    assert opened.page.choices.card.id == _OWN


def test_a_default_holds_for_the_photos_page_and_the_next_start(opened: App) -> None:
    page = _page(opened)
    page.list.select("mfa-xs-x4")

    page.details.make_default.click()

    assert opened.page.choices.card.id == "mfa-xs-x4"
    assert opened.shell.settings.text("processing.model") == "mfa-xs-x4"
    assert opened.shell.window.page is page.widget
    assert not page.details.make_default.isEnabled()


def test_a_model_is_removed_only_after_asking(opened: App, folder: Path) -> None:
    page = _page(opened)
    page.list.select(_OWN)
    opened.page.choices.take_named(_OWN)

    page.details.remove.click()
    question = opened.dialogs.shown[-1]
    assert isinstance(question, RemoveDialog)
    question.keep.click()
    assert (folder / "own.onnx").is_file()

    page.details.remove.click()
    question = opened.dialogs.shown[-1]
    assert isinstance(question, RemoveDialog)
    question.remove.click()

    assert list(folder.glob("own*")) == []
    assert _OWN not in page.list.shown_keys()
    # The page of photos goes on with another model, and no longer lists this one.
    assert opened.page.inspector.model.findData(_OWN) < 0
    assert opened.page.choices.card.id == "mfa-s-x4"


def test_a_network_that_is_dropped_is_imported_and_shown(opened: App, tmp_path: Path) -> None:
    network = write_tiny_onnx(tmp_path / "dropped.onnx", scale=2)

    drop(opened, [network])
    page = _page(opened)
    opened.wait(lambda: "dropped" in page.list.shown_keys())

    assert page.list.current == "dropped"
    assert opened.page.inspector.model.findData("dropped") >= 0
    assert network.is_file()


def test_a_network_that_cannot_be_used_is_refused_in_words(opened: App, tmp_path: Path) -> None:
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"no network")
    opened.dialogs.network = broken

    _page(opened).list.add.click()
    opened.wait(lambda: bool(opened.dialogs.shown))

    assert "broken" not in _page(opened).list.shown_keys()


def test_a_card_that_cannot_be_read_is_listed_and_can_be_removed(opened: App, folder: Path) -> None:
    card = folder / "half.json"
    card.write_text('{"schema_version": 3, "id":', encoding="utf-8")
    page = _page(opened)
    page.read_models()

    page.list.select(str(card))
    assert "not a model card" in _texts(opened)
    page.details.remove.click()
    question = opened.dialogs.shown[-1]
    assert isinstance(question, RemoveDialog)
    question.remove.click()

    assert not card.exists()
    assert str(card) not in page.list.shown_keys()


def test_models_are_compared_on_the_photo_that_was_opened_last(opened: App, photo: Path) -> None:
    opened.open(photo)
    opened.controller.show_page(NAME)
    page = _page(opened)
    for key in ("mfa-xs-x4", "mfa-s-x2", _OWN):
        page.list.toggle_mark(key)

    page.list.compare.click()
    _wait_for_pictures(opened, 3)

    grid = page.comparison_view.grid
    assert [pane.key for pane in grid.panes] == ["mfa-xs-x4", "mfa-s-x2", _OWN]
    # All at the size of the largest scale, from which nothing has to be scaled down.
    assert (grid.view.output_width_px, grid.view.output_height_px) == (96 * 4, 64 * 4)
    assert "fidelity 15 %" in grid.panes[0].note
    assert grid.panes[2].note == ""


def test_the_comparison_works_by_keys_alone(opened: App, photo: Path) -> None:
    opened.open(photo)
    opened.controller.show_page(NAME)
    page = _page(opened)
    page.list.list.setFocus()
    page.list.select("mfa-xs-x4")
    QTest.keyClick(page.list.list, Qt.Key.Key_Space)
    QTest.keyClick(page.list.list, Qt.Key.Key_Down)
    QTest.keyClick(page.list.list, Qt.Key.Key_Space)
    QTest.keyClick(page.list.compare, Qt.Key.Key_Space)
    _wait_for_pictures(opened, 2)

    opened.key(Qt.Key.Key_2)
    assert page.comparison_view.grid.alone == "mfa-s-x4"
    # The number keys of the window choose models of the page of photos: not here.
    assert opened.page.choices.card.id == "mfa-s-x4"
    opened.key(Qt.Key.Key_1)
    assert page.comparison_view.grid.alone == "mfa-xs-x4"
    assert opened.page.choices.card.id == "mfa-s-x4"
    page.comparison_view.use.click()

    assert opened.shell.window.page is opened.page.widget
    assert opened.page.choices.card.id == "mfa-xs-x4"


def test_letters_that_are_typed_here_change_nothing_on_the_page_of_photos(opened: App) -> None:
    page = _page(opened)
    page.list.list.setFocus()
    card = opened.page.choices.card

    for key in (Qt.Key.Key_M, Qt.Key.Key_3):
        opened.key(key)

    assert opened.page.choices.card is card


def test_without_a_photo_one_is_asked_for_and_a_sample_is_offered(opened: App) -> None:
    page = _page(opened)
    page.list.select("mfa-xs-x4")
    page.details.try_out.click()
    assert "Which photo?" in page.comparison_view.message

    page.comparison_view.sample_requested.emit()
    _wait_for_pictures(opened, 1)

    assert page.comparison_view.message == ""
    assert page.comparison_view.use.isEnabled()


def test_a_photo_that_is_dropped_is_tried_with_the_current_model(opened: App, photo: Path) -> None:
    page = _page(opened)
    page.list.select(_OWN)

    drop(opened, [photo])
    _wait_for_pictures(opened, 1)

    assert page.comparison_view.grid.panes[0].name == "My own"


def test_a_photo_that_cannot_be_read_says_so_and_another_one_can_be_chosen(
    opened: App, tmp_path: Path, photo: Path
) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"\xff\xd8\xff nothing")
    page = _page(opened)
    page.list.select(_OWN)
    drop(opened, [broken])
    opened.wait(lambda: "could not be opened" in page.comparison_view.message)

    opened.dialogs.photos = [photo]
    page.comparison_view.photo_requested.emit()
    _wait_for_pictures(opened, 1)

    assert page.comparison_view.message == ""


def test_leaving_the_comparison_closes_its_photo(opened: App, photo: Path) -> None:
    page = _page(opened)
    drop(opened, [photo])
    _wait_for_pictures(opened, 1)

    page.comparison_view.back.click()

    assert page.comparison.photo is None
    assert not page.is_comparing
    assert page.is_idle


def test_a_network_imported_on_the_page_of_photos_is_listed_here(
    opened: App, tmp_path: Path
) -> None:
    opened.dialogs.network = write_tiny_onnx(tmp_path / "late.onnx", scale=2)

    opened.page.model_import.start()

    opened.wait(lambda: "late" in _page(opened).list.shown_keys())
