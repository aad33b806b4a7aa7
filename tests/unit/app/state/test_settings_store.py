from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.state.settings import SETTINGS, SETTINGS_VERSION, defaults
from app.state.settings_store import SettingsStore


def test_every_default_is_accepted_by_its_own_setting() -> None:
    refused = [setting.key for setting in SETTINGS if not setting.accepts(setting.default)]

    assert refused == []


def test_what_is_set_is_there_at_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    SettingsStore(path).set_value("viewer.blink_ms", 700)

    assert SettingsStore(path).number("viewer.blink_ms") == 700
    assert json.loads(path.read_text())["version"] == SETTINGS_VERSION


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("viewer.blink_ms", 1),
        ("output.format", "bmp"),
        ("viewer.blink_ms", True),
        ("processing.fidelity", 1.5),
    ],
)
def test_a_value_out_of_range_never_gets_in(key: str, value: float | str) -> None:
    store = SettingsStore(None)

    with pytest.raises(ValueError, match=key):
        store.set_value(key, value)


def test_settings_of_version_1_are_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    values = {"appearance.dark": False, "viewer.blink_ms": 900, "gone": 1, "output.quality": 1000}
    path.write_text(json.dumps({"version": 1, "values": values}))

    store = SettingsStore(path)

    assert store.text("appearance.theme") == "light"
    assert store.number("viewer.blink_ms") == 900
    assert store.number("output.quality") == 92


def test_a_broken_file_is_set_aside_and_does_not_stop_the_start(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"version": 2, "val')

    store = SettingsStore(path)

    assert {key: store.value(key) for key in defaults()} == defaults()
    assert path.with_suffix(".unreadable").is_file()


def test_reset_takes_back_every_default_and_says_so() -> None:
    store = SettingsStore(None)
    store.set_value("output.quality", 50)
    told: list[str] = []
    store.changed.connect(told.append)

    store.reset()

    assert store.number("output.quality") == 92
    assert told == ["output.quality"]
