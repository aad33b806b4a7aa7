from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.upscale.model_picker import ModelPicker
from engine.api import ModelCard
from tests.helpers.tiny_models import tiny_card


def _card(model_id: str, name: str = "Own") -> ModelCard:
    return msgspec.structs.replace(tiny_card(model_id=model_id, scale=4), name=name)


_SIZES = (_card("mfa-xs-x4"), _card("mfa-s-x4"))
_OWN = (_card("own-1", "My <b>first</b>"), _card("own-2"))


@pytest.fixture
def picker(qtbot: QtBot) -> ModelPicker:
    picker = ModelPicker()
    qtbot.addWidget(picker)
    picker.show()
    return picker


def _rows(picker: ModelPicker) -> list[str]:
    return [picker.itemText(row) for row in range(picker.count())]


def test_imported_networks_are_below_a_heading(picker: ModelPicker) -> None:
    picker.show_cards([*_SIZES, *_OWN])

    assert _rows(picker) == [
        "Fast \u00d74",
        "Balanced \u00d74",
        "Imported networks",
        "My <b>first</b>",
        "Own",
    ]


def test_a_size_says_what_it_costs_before_it_is_chosen(picker: ModelPicker) -> None:
    picker.show_cards([*_SIZES, *_OWN])

    costs = [picker.itemData(row, Qt.ItemDataRole.ToolTipRole) for row in range(picker.count())]
    assert costs[0] == "The least work of all sizes"
    assert not any(costs[2:])


@pytest.mark.parametrize("cards", [_SIZES, _OWN])
def test_one_kind_of_models_needs_no_heading(
    picker: ModelPicker, cards: tuple[ModelCard, ...]
) -> None:
    picker.show_cards(cards)

    assert len(_rows(picker)) == len(cards)


def test_keys_pass_over_the_heading(picker: ModelPicker) -> None:
    picker.show_cards([*_SIZES, *_OWN])
    picker.show_model("mfa-s-x4")
    requested: list[str] = []
    picker.model_requested.connect(requested.append)

    QTest.keyClick(picker, Qt.Key.Key_Down)
    QTest.keyClick(picker, Qt.Key.Key_Up)

    assert requested == ["own-1", "mfa-s-x4"]


def test_what_is_shown_requests_nothing(picker: ModelPicker) -> None:
    requested: list[str] = []
    picker.model_requested.connect(requested.append)

    picker.show_cards([*_SIZES, *_OWN])
    picker.show_model("own-2")
    picker.show_cards(_SIZES)
    picker.show_model("gone")

    assert requested == []
    assert picker.currentIndex() == -1
