from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.state.processing import ProcessingChoice
from app.upscale.dial_controls import DialControls
from engine.api import ModelCard, RestorationEstimate
from engine.core.messages import say
from tests.helpers.estimates import estimate_of
from tests.helpers.tiny_models import tiny_card, tiny_dial

_AUTO = ProcessingChoice(model_id="dial")
_ESTIMATE = estimate_of(
    0.31,
    say("finding-jpeg-quality", "JPEG quality about {quality}", quality=82),
    say("finding-little-noise", "little noise"),
)
_REASON = "JPEG quality about 82, little noise"


@pytest.fixture
def card(tmp_path: Path) -> ModelCard:
    """A model with both dials."""
    return tiny_dial(tmp_path).card


@pytest.fixture
def dials(qtbot: QtBot, card: ModelCard) -> DialControls:
    """The dials with a photo in the viewer and Auto on."""
    dials = DialControls()
    qtbot.addWidget(dials)
    dials.show()
    dials.show_photo(has_photo=True)
    dials.show_choice(_AUTO, card=card, estimate=_ESTIMATE)
    return dials


def _requests(dials: DialControls) -> list[ProcessingChoice]:
    requests: list[ProcessingChoice] = []
    dials.choice_requested.connect(requests.append)
    return requests


def _texts(dials: DialControls) -> list[str]:
    return [label.text() for label in dials.findChildren(QLabel) if label.isVisible()]


def test_auto_shows_its_value_its_mark_and_its_reason(dials: DialControls) -> None:
    assert dials.auto.isChecked()
    assert dials.restoration.value() == dials.restoration.mark == 31
    assert {"31 %", _REASON} <= set(_texts(dials))
    assert dials.restoration.accessibleDescription() == _REASON


def test_the_fidelity_begins_at_the_default_of_the_model(dials: DialControls) -> None:
    assert dials.fidelity.value() == dials.fidelity.mark == 15
    assert {"Vivid", "Faithful", "15 %"} <= set(_texts(dials))


def test_moving_the_restoration_ends_auto_at_once_and_is_requested_when_it_rests(
    dials: DialControls, qtbot: QtBot
) -> None:
    requests = _requests(dials)

    for value in (50, 60, 70):
        dials.restoration.setValue(value)
    assert not dials.auto.isChecked()
    assert {"70 %", f"Auto would be 31 %: {_REASON}"} <= set(_texts(dials))
    assert requests == []
    qtbot.waitUntil(lambda: bool(requests), timeout=5000)

    assert [(r.restoration, r.fidelity) for r in requests] == [(0.7, None)]


def test_two_dials_that_are_moved_together_are_one_request(
    dials: DialControls, qtbot: QtBot
) -> None:
    requests = _requests(dials)

    dials.restoration.setValue(70)
    dials.fidelity.setValue(40)
    qtbot.waitUntil(lambda: bool(requests), timeout=5000)

    assert [(r.restoration, r.fidelity) for r in requests] == [(0.7, 0.4)]


def test_the_button_goes_back_to_auto(dials: DialControls, card: ModelCard) -> None:
    fixed = ProcessingChoice(model_id="dial", restoration=0.7)
    dials.show_choice(fixed, card=card, estimate=_ESTIMATE)
    requests = _requests(dials)
    assert not dials.auto.isChecked()

    QTest.mouseClick(dials.auto, Qt.MouseButton.LeftButton)

    assert requests == [_AUTO]
    dials.show_choice(_AUTO, card=card, estimate=_ESTIMATE)
    assert dials.restoration.value() == 31


def test_auto_that_is_switched_off_keeps_its_value(dials: DialControls) -> None:
    requests = _requests(dials)

    QTest.keyClick(dials.auto, Qt.Key.Key_Space)

    assert [request.restoration for request in requests] == [0.31]


def test_the_keys_move_the_dials(dials: DialControls, qtbot: QtBot) -> None:
    requests = _requests(dials)

    QTest.keyClick(dials.restoration, Qt.Key.Key_PageUp)
    QTest.keyClick(dials.fidelity, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: bool(requests), timeout=5000)

    assert [(r.restoration, r.fidelity) for r in requests] == [(0.41, 1.0)]


def test_a_dial_that_is_being_moved_does_not_jump_back(
    dials: DialControls, card: ModelCard
) -> None:
    dials.restoration.setValue(70)

    dials.show_choice(ProcessingChoice(model_id="dial", quality=50), card=card, estimate=_ESTIMATE)

    assert dials.restoration.value() == 70
    assert not dials.auto.isChecked()


def test_what_was_moved_for_one_photo_is_not_requested_for_the_next(
    dials: DialControls, card: ModelCard, qtbot: QtBot
) -> None:
    requests = _requests(dials)
    dials.restoration.setValue(70)

    dials.show_photo(has_photo=True)
    dials.show_choice(_AUTO, card=card, estimate=estimate_of(0.9))

    assert dials.restoration.value() == 90
    assert dials.auto.isChecked()
    qtbot.wait(250)  # longer than a slider has to rest
    assert requests == []


@pytest.mark.parametrize(
    ("restoration", "text"),
    [(None, "Estimated from each photo."), (0.4, "The same for all photos you open next.")],
)
def test_without_a_photo_it_says_what_will_be(
    dials: DialControls, card: ModelCard, restoration: float | None, text: str
) -> None:
    choice = ProcessingChoice(model_id="dial", restoration=restoration)

    dials.show_photo(has_photo=False)
    dials.show_choice(choice, card=card, estimate=None)

    assert dials.reason == text
    assert ("40 %" in _texts(dials)) == (restoration is not None)
    assert dials.restoration.mark is None


@pytest.mark.parametrize(
    ("axes", "seen", "text"),
    [
        ((), (False, False), "no dials"),
        (("restoration",), (True, False), "The fidelity of this network is fixed."),
        (("fidelity",), (False, True), "The restoration of this network is fixed."),
    ],
)
def test_a_network_shows_the_dials_it_has_and_why_one_is_missing(
    dials: DialControls,
    tmp_path: Path,
    axes: tuple[str, ...],
    seen: tuple[bool, bool],
    text: str,
) -> None:
    card = tiny_dial(tmp_path, axes=axes).card if axes else tiny_card()

    dials.show_choice(ProcessingChoice(model_id=card.id), card=card, estimate=None)

    assert (dials.restoration.isVisible(), dials.fidelity.isVisible()) == seen
    assert any(text in shown for shown in _texts(dials))


def test_showing_a_choice_requests_nothing(dials: DialControls, card: ModelCard) -> None:
    requests = _requests(dials)
    estimates: list[RestorationEstimate | None] = [None, estimate_of(1.0)]

    for estimate in estimates:
        for restoration, fidelity in ((None, None), (0.2, 0.9)):
            choice = ProcessingChoice(restoration=restoration, fidelity=fidelity)
            dials.show_choice(choice, card=card, estimate=estimate)

    assert requests == []
