"""The card says in words what a model is for."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.upscale.model_card_view import ModelCardView
from tests.helpers.tiny_models import tiny_card


@pytest.mark.parametrize(
    ("degradation", "badges"),
    [
        ("real", ["\u00d72", "Vivid", "Real photos"]),
        ("bicubic", ["\u00d72", "Vivid", "Clean photos"]),
        (None, ["\u00d72", "Vivid"]),
    ],
)
def test_badges_name_the_photos_it_was_trained_for(
    qtbot: QtBot, degradation: str | None, badges: list[str]
) -> None:
    view = ModelCardView()
    qtbot.addWidget(view)

    view.show_card(msgspec.structs.replace(tiny_card(kind="vivid"), degradation=degradation))

    shown = [label for label in view.findChildren(QLabel) if label.property("role") == "badge"]
    assert [label.text() for label in shown if not label.isHidden()] == badges


def test_the_license_is_shown_with_the_credit(qtbot: QtBot) -> None:
    view = ModelCardView()
    qtbot.addWidget(view)

    view.show_card(tiny_card())

    shown = [label.text() for label in view.details.findChildren(QLabel)]
    assert "Apache-2.0 \u00b7 made in a test" in shown
