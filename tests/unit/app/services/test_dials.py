from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from app.services.dials import default_fidelity, renamed, settled, with_values
from app.state.processing import ProcessingChoice
from engine.api import ModelAlias, ModelCard
from engine.catalog.card import Dial
from tests.helpers.estimates import estimate_of
from tests.helpers.tiny_models import tiny_card, tiny_dial

_AUTO = ProcessingChoice(model_id="any")
_SET = ProcessingChoice(model_id="any", restoration=0.304, fidelity=0.6)


@pytest.fixture
def dial(tmp_path: Path) -> ModelCard:
    """A model of scale 2 with both dials."""
    card = tiny_dial(tmp_path, model_id="dial").card
    return msgspec.structs.replace(card, dial=Dial(default_fidelity=0.25))


def test_a_plain_network_has_no_values(dial: ModelCard) -> None:
    choice = settled(_SET, tiny_card(model_id="plain"))

    assert (choice.model_id, choice.restoration, choice.fidelity) == ("plain", None, None)
    assert default_fidelity(tiny_card()) is None


def test_set_values_are_rounded_to_hundredths(dial: ModelCard) -> None:
    choice = settled(_SET, dial)

    assert (choice.model_id, choice.restoration, choice.fidelity) == ("dial", 0.3, 0.6)


def test_values_that_were_not_set_come_from_the_photo_and_the_model(dial: ModelCard) -> None:
    choice = with_values(settled(_AUTO, dial), dial, {2: estimate_of(0.417), 4: estimate_of(0.9)})

    assert (choice.restoration, choice.fidelity) == (0.42, 0.25)


def test_values_that_were_set_stay(dial: ModelCard) -> None:
    choice = with_values(settled(_SET, dial), dial, {2: estimate_of(0.9)})

    assert (choice.restoration, choice.fidelity) == (0.3, 0.6)


def test_without_an_estimate_the_restoration_stays_open(dial: ModelCard) -> None:
    choice = with_values(settled(_AUTO, dial), dial, {4: estimate_of(0.9)})

    assert (choice.restoration, choice.fidelity) == (None, 0.25)


@pytest.mark.parametrize(
    ("axis", "expected"), [("restoration", (0.42, None)), ("fidelity", (None, 0.15))]
)
def test_a_model_with_one_dial_has_one_value(
    tmp_path: Path, axis: str, expected: tuple[float | None, float | None]
) -> None:
    card = tiny_dial(tmp_path, axes=(axis,)).card

    choice = with_values(settled(_AUTO, card), card, {2: estimate_of(0.417)})

    assert (choice.restoration, choice.fidelity) == expected


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        (None, 0.0),
        (0.0, 0.0),
        # Of two pictures 0.4 was 0.23 of one network's weights.
        (0.4, 0.23),
        (1.0, 1.0),
    ],
)
def test_a_model_of_an_older_version_becomes_a_point_of_its_dial(
    stored: float | None, expected: float
) -> None:
    alias = ModelAlias(old_id="old-vivid", model_id="dial", restoration=0.0, fidelity=0.0)

    choice = renamed(ProcessingChoice(model_id="old-vivid", fidelity=stored), alias)

    assert (choice.model_id, choice.restoration, choice.fidelity) == ("dial", 0.0, expected)
