from __future__ import annotations

import msgspec
import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.upscale.model_card_view import ModelCardView
from tests.helpers.tiny_models import tiny_card


@pytest.fixture
def view(qtbot: QtBot) -> ModelCardView:
    view = ModelCardView()
    qtbot.addWidget(view)
    view.show()
    view.details.button.setChecked(True)
    return view


def _texts(view: ModelCardView) -> list[str]:
    return [label.text() for label in view.findChildren(QLabel) if label.isVisible()]


def test_a_card_says_scale_kind_cost_and_license(view: ModelCardView) -> None:
    view.show_card(tiny_card(scale=2, kind="vivid"))

    texts = _texts(view)
    assert {"\u00d72", "Vivid", "1 K weights, 0.1 G operations", "not measured"} <= set(texts)
    assert any("Apache-2.0" in text and "made in a test" in text for text in texts)


def test_a_size_says_in_plain_words_what_it_costs(view: ModelCardView) -> None:
    view.show_card(tiny_card(model_id="mfa-s-x4", scale=4), cost="About twice the work")

    texts = _texts(view)
    assert "About twice the work" in texts
    assert not {"\u00d74", "Faithful"} & set(texts), "its name has the scale, its dials the kind"


def test_limits_are_in_the_tooltip_without_markup(view: ModelCardView) -> None:
    view.show_card(msgspec.structs.replace(tiny_card(), limits=("<b>faces</b>", "text")))

    assert "&lt;b&gt;faces" in view.toolTip()
