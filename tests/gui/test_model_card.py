"""The card says in words what a model is for."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtWidgets import QLabel  # noqa: TID251
from pytestqt.qtbot import QtBot

from app.views.model_card_view import ModelCardView
from tests.helpers.tiny_models import tiny_card


@pytest.mark.parametrize(
    ("damage", "badges"),
    [
        ("real", ["\u00d72", "Vivid", "Real photos", "Apache-2.0"]),
        ("bicubic", ["\u00d72", "Vivid", "Clean photos", "Apache-2.0"]),
        (None, ["\u00d72", "Vivid", "Apache-2.0"]),
    ],
)
def test_badges_name_the_photos_it_was_trained_for(
    qtbot: QtBot, damage: str | None, badges: list[str]
) -> None:
    view = ModelCardView()
    qtbot.addWidget(view)

    view.show_card(msgspec.structs.replace(tiny_card(kind="vivid"), damage=damage))

    shown = [label for label in view.findChildren(QLabel) if label.property("role") == "badge"]
    assert [label.text() for label in shown if not label.isHidden()] == badges
