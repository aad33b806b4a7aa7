from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.services.engine_service import EngineService
from app.state.processing import ProcessingChoice, TargetChoice
from app.state.settings_store import SettingsStore
from app.upscale.choice_controller import ChoiceController, with_model
from tests.helpers.catalogs import put_model


@pytest.fixture
def service(own_home: Path) -> EngineService:
    """The shipped models, and an imported one without a dial."""
    put_model(own_home / "data" / "models", "tiny")
    return EngineService()


@pytest.fixture
def settings(qtbot: QtBot) -> SettingsStore:
    return SettingsStore(None)


@pytest.fixture
def choices(settings: SettingsStore, service: EngineService) -> ChoiceController:
    return ChoiceController(settings, service)


def _changes(choices: ChoiceController) -> list[ProcessingChoice]:
    changes: list[ProcessingChoice] = []
    choices.changed.connect(changes.append)
    return changes


def test_it_starts_with_the_stored_settings(
    settings: SettingsStore, service: EngineService
) -> None:
    settings.set_value("output.format", "png")
    settings.set_value("processing.fidelity", 0.25)

    choice = ChoiceController(settings, service).choice

    assert choice.format == "png"
    assert choice.fidelity == pytest.approx(0.25)
    assert choice.model_id == service.card("").id


def test_a_change_of_many_fields_is_one_change_and_is_stored(
    choices: ChoiceController, settings: SettingsStore
) -> None:
    changes = _changes(choices)
    wanted = replace(choices.choice, format="png", quality=55, back_projection=True)

    choices.set_choice(wanted)

    assert changes == [wanted]
    assert settings.text("output.format") == "png"
    assert settings.number("output.quality") == 55
    assert settings.is_on("processing.back_projection")


def test_a_setting_that_changes_elsewhere_changes_the_choice(
    choices: ChoiceController, settings: SettingsStore
) -> None:
    changes = _changes(choices)

    settings.set_value("output.keep_metadata", value=False)
    settings.set_value("viewer.blink_ms", 500)

    assert [change.keep_metadata for change in changes] == [False]


def test_a_factor_follows_the_scale_of_its_model_and_a_chosen_one_stays(
    choices: ChoiceController, service: EngineService
) -> None:
    choices.take_named("tiny")
    assert choices.choice.target == TargetChoice(kind="factor", value=2)

    choices.set_choice(replace(choices.choice, target=TargetChoice(value=3)))
    choices.take_model(0)

    assert choices.choice.model_id == service.cards()[0].id
    assert choices.choice.target.value == 3


def test_the_fidelity_outlives_a_model_without_a_dial(
    choices: ChoiceController, settings: SettingsStore, service: EngineService
) -> None:
    choices.set_choice(replace(choices.choice, fidelity=0.3))

    choices.take_named("tiny")
    assert choices.choice.fidelity is None
    assert float(settings.value("processing.fidelity")) == pytest.approx(0.3)
    choices.take_model(0)

    assert choices.choice.fidelity == pytest.approx(0.3)


def test_a_named_dial_has_its_own_fidelity(choices: ChoiceController) -> None:
    choices.set_choice(replace(choices.choice, fidelity=0.7))

    choices.take_named("mfa-s-x4")

    assert choices.choice.fidelity == pytest.approx(0.15)


def test_stepping_goes_round_the_list(choices: ChoiceController, service: EngineService) -> None:
    ids = [card.id for card in service.cards()]
    choices.take_model(0)

    choices.step_model(-1)
    assert choices.card.id == ids[-1]
    choices.step_model(1)

    assert choices.card.id == ids[0]


def test_with_model_leaves_sizes_other_than_factors(service: EngineService) -> None:
    four, tiny = service.card(""), service.card("tiny")
    choice = ProcessingChoice(model_id=four.id, target=TargetChoice(kind="long-edge", value=4))

    changed = with_model(choice, previous=four, card=tiny)

    assert changed.model_id == "tiny"
    assert changed.target == choice.target
