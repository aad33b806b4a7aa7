from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.services.engine_service import EngineService
from app.state.processing import ProcessingChoice, TargetChoice
from app.state.settings import AUTOMATIC
from app.state.settings_store import SettingsStore
from app.upscale.choice_controller import ChoiceController, with_model
from tests.helpers.catalogs import put_dial, put_model


@pytest.fixture
def service(own_home: Path) -> EngineService:
    """The shipped models, an imported one with dials and one without."""
    put_model(own_home / "data" / "models", "tiny")
    put_dial(own_home / "data" / "models", "dial", scale=4)
    return EngineService()


@pytest.fixture
def settings(qtbot: QtBot) -> SettingsStore:
    return SettingsStore(None)


@pytest.fixture
def choices(settings: SettingsStore, service: EngineService) -> ChoiceController:
    choices = ChoiceController(settings, service)
    choices.take_named("dial")
    return choices


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


def test_the_dials_outlive_a_model_without_any(
    choices: ChoiceController, settings: SettingsStore
) -> None:
    choices.set_choice(replace(choices.choice, fidelity=0.3, restoration=0.6))

    choices.take_named("tiny")
    assert (choices.choice.restoration, choices.choice.fidelity) == (None, None)
    assert float(settings.value("processing.fidelity")) == pytest.approx(0.3)
    choices.take_named("dial")

    assert (choices.choice.restoration, choices.choice.fidelity) == (0.6, 0.3)


def test_until_a_dial_is_moved_photo_and_model_decide(choices: ChoiceController) -> None:
    assert (choices.choice.restoration, choices.choice.fidelity) == (None, None)


def test_a_moved_restoration_holds_for_its_photo_alone(
    choices: ChoiceController, settings: SettingsStore
) -> None:
    choices.enter_photo(Path("/a.jpg"))
    choices.set_choice(replace(choices.choice, restoration=0.6, fidelity=0.3))

    choices.leave_photo()
    assert choices.choice.restoration is None
    choices.enter_photo(Path("/b.jpg"))
    assert (choices.choice.restoration, choices.choice.fidelity) == (None, 0.3)
    choices.enter_photo(Path("/a.jpg"))

    assert choices.choice.restoration == pytest.approx(0.6)
    assert settings.value("processing.restoration") == AUTOMATIC


def test_a_restoration_set_without_a_photo_holds_for_photos_opened_later(
    choices: ChoiceController, settings: SettingsStore, service: EngineService
) -> None:
    choices.set_choice(replace(choices.choice, restoration=0.6))

    choices.enter_photo(Path("/a.jpg"))
    assert choices.choice.restoration == pytest.approx(0.6)
    choices.set_choice(replace(choices.choice, restoration=None))
    choices.enter_photo(Path("/b.jpg"))

    assert choices.choice.restoration == pytest.approx(0.6)
    assert ChoiceController(settings, service).choice.restoration == pytest.approx(0.6)


def test_the_values_of_a_photo_survive_another_model(choices: ChoiceController) -> None:
    choices.enter_photo(Path("/a.jpg"))
    choices.set_choice(replace(choices.choice, restoration=0.6))

    choices.take_named("tiny")
    choices.take_named("dial")

    assert choices.choice.restoration == pytest.approx(0.6)


def test_a_reset_takes_back_the_values_of_all_photos(
    choices: ChoiceController, settings: SettingsStore
) -> None:
    for number, restoration in enumerate((0.2, 0.6)):
        choices.enter_photo(Path(f"/{number}.jpg"))
        choices.set_choice(replace(choices.choice, restoration=restoration, fidelity=0.3))

    settings.reset()

    choices.take_named("dial")
    assert (choices.choice.restoration, choices.choice.fidelity) == (None, None)
    choices.enter_photo(Path("/0.jpg"))
    assert (choices.choice.restoration, choices.choice.fidelity) == (None, None)


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
