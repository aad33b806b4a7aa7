from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QToolButton
from pytestqt.qtbot import QtBot

from app.catalog.model_details import ModelDetails
from app.catalog.model_rows import ModelRow
from app.widgets.theming import ThemeService
from tests.helpers.tiny_models import tiny_card


@pytest.fixture
def details(theming: ThemeService, qtbot: QtBot) -> ModelDetails:
    details = ModelDetails(theming)
    qtbot.addWidget(details)
    details.resize(700, 900)
    details.show()
    return details


def _row(**changes: object) -> ModelRow:
    row = {"key": "tiny", "name": "Tiny", "card": tiny_card(), "folder": Path("/m")}
    return ModelRow(**(row | changes))  # type: ignore[arg-type]


def _texts(details: ModelDetails) -> list[str]:
    # New labels are shown with the next events.
    QApplication.processEvents()
    return [label.text() for label in details.findChildren(QLabel) if label.isVisible()]


def test_an_imported_model_can_be_removed_and_one_of_the_app_cannot(details: ModelDetails) -> None:
    details.show_row(_row(), [tiny_card()], can_export=True)
    assert not details.remove.isVisible()
    assert "Included" in _texts(details)

    details.show_row(_row(is_own=True), [tiny_card()], can_export=True)

    assert details.remove.isVisible()
    assert "Imported" in _texts(details)


def test_each_button_asks_for_its_own_model(details: ModelDetails, qtbot: QtBot) -> None:
    details.show_row(_row(is_own=True), [tiny_card()], can_export=True)

    for button, signal in (
        (details.use, details.use_requested),
        (details.try_out, details.try_requested),
        (details.make_default, details.default_requested),
        (details.export, details.export_requested),
        (details.remove, details.remove_requested),
    ):
        with qtbot.waitSignal(signal) as caught:
            button.click()
        assert caught.args == ["tiny"]


def test_the_default_cannot_be_made_the_default_again(details: ModelDetails) -> None:
    details.show_row(_row(is_default=True), [tiny_card()], can_export=False)

    assert not details.make_default.isEnabled()
    assert "Default" in _texts(details)
    assert not details.export.isVisible()


def test_a_hash_is_copied_whole(details: ModelDetails) -> None:
    card = tiny_card()
    details.show_row(_row(card=card), [card], can_export=False)

    button = details.findChildren(QToolButton)[0]
    button.click()

    assert QGuiApplication.clipboard().text() == card.files[0].sha256
    assert button.accessibleName().startswith("Copy the SHA-256 of tiny-fp32.onnx")


def test_what_the_card_does_not_say_is_said(details: ModelDetails) -> None:
    details.show_row(_row(), [tiny_card()], can_export=False)

    assert {"It was not measured.", "The card does not say how."} <= set(_texts(details))


def test_a_card_that_cannot_be_used_shows_why_and_where(details: ModelDetails) -> None:
    details.show_row(
        _row(card=None, key="/m/tiny.json", reason="not a model card", is_own=True),
        [],
        can_export=True,
    )

    assert {"not a model card", "/m/tiny.json", "Cannot be used"} <= set(_texts(details))
    assert details.remove.isVisible()
    assert not details.use.isVisible()


def test_no_model_leaves_nothing_to_press(details: ModelDetails) -> None:
    details.show_row(_row(), [tiny_card()], can_export=True)

    details.show_row(None, [], can_export=True)

    assert details.key == ""
    assert not any(button.isVisible() for button in (details.use, details.export, details.remove))


def test_limits_are_shown_as_plain_text(details: ModelDetails) -> None:
    card = msgspec.structs.replace(tiny_card(), limits=("<b>never</b> for faces",))

    details.show_row(_row(card=card), [card], can_export=False)

    assert "<b>never</b> for faces" in _texts(details)
