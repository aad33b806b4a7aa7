from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.state.resources import resource_path
from app.state.settings import (
    AUTOMATIC,
    SETTING_BY_KEY,
    SETTINGS,
    SETTINGS_VERSION,
    defaults,
)
from app.state.settings_store import SettingsStore


def test_every_default_is_accepted_by_its_own_setting() -> None:
    refused = [setting.key for setting in SETTINGS if not setting.accepts(setting.default)]

    assert refused == []


def test_every_translation_can_be_chosen_as_the_language() -> None:
    files = resource_path("translations").glob("*.ts")
    codes = {path.stem.removeprefix("mfagan-studio_") for path in files}

    offered = {choice.value for choice in SETTING_BY_KEY["appearance.language"].choices}

    assert codes
    assert offered == codes | {"system", "en"}


def test_what_is_set_is_there_at_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    store = SettingsStore(path)
    store.set_value("viewer.blink_ms", 700)
    store.wait_for_saved()

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


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        # The default of version 2, which every file had.
        (1.0, AUTOMATIC),
        (1, AUTOMATIC),
        (0.0, 0.0),
        # A share of two pictures, as a share of weights.
        (0.4, 0.23),
    ],
)
def test_a_fidelity_of_version_2_looks_as_it_did(
    tmp_path: Path, stored: float, expected: float
) -> None:
    path = tmp_path / "settings.json"
    values = {"processing.fidelity": stored, "processing.model": "mfa-s-x4-photo"}
    path.write_text(json.dumps({"version": 2, "values": values}))

    store = SettingsStore(path)

    assert store.value("processing.fidelity") == expected
    assert store.problems == ()


@pytest.mark.parametrize("value", [-0.5, -2.0, 1.01])
def test_a_dial_is_automatic_or_a_share(value: float) -> None:
    store = SettingsStore(None)
    store.set_value("processing.restoration", 0.5)
    store.set_value("processing.restoration", AUTOMATIC)

    with pytest.raises(ValueError, match=r"processing\.restoration"):
        store.set_value("processing.restoration", value)


def test_a_broken_file_is_set_aside_and_does_not_stop_the_start(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"version": 2, "val')

    store = SettingsStore(path)

    assert {key: store.value(key) for key in defaults()} == defaults()
    assert (tmp_path / "settings.json.broken-1").read_text() == '{"version": 2, "val'
    assert [problem.kind for problem in store.problems] == ["broken"]


def test_reset_takes_back_every_default_and_says_so() -> None:
    store = SettingsStore(None)
    store.set_value("output.quality", 50)
    told: list[str] = []
    store.changed.connect(told.append)

    store.reset()

    assert store.number("output.quality") == 92
    assert told == ["output.quality"]


@pytest.mark.parametrize(
    "content",
    [
        '{"version": 1e999, "values": {}}',
        '{"version": -3, "values": {}}',
        '{"version": "2", "values": {}}',
        '{"version": NaN, "values": {}}',
        '{"version": 2, "values": []}',
        "[" * 100_000,
        "\0" * 64,
    ],
)
def test_no_file_keeps_the_defaults_from_being_used(tmp_path: Path, content: str) -> None:
    path = tmp_path / "settings.json"
    path.write_text(content)

    store = SettingsStore(path)

    assert {key: store.value(key) for key in defaults()} == defaults()
    assert (tmp_path / "settings.json.broken-1").read_text() == content


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("viewer.blink_ms", 10**300),
        ("processing.fidelity", float("nan")),
        ("processing.fidelity", float("inf")),
        ("output.folder", "pictures/out"),
        ("output.name_template", "a\0b"),
        ("keyboard.shortcuts", ["Ctrl+O"]),
        ("appearance.glow", 3),
    ],
)
def test_one_bad_value_is_left_out_and_the_others_hold(
    tmp_path: Path, key: str, value: object
) -> None:
    path = tmp_path / "settings.json"
    values = {"viewer.difference_gain": 9, key: value}
    path.write_text(json.dumps({"version": SETTINGS_VERSION, "values": values}))

    store = SettingsStore(path)

    assert store.number("viewer.difference_gain") == 9
    assert {k: store.value(k) for k in defaults()} == defaults() | {"viewer.difference_gain": 9}
    assert [problem.kind for problem in store.problems] == ["part"]
    assert (tmp_path / "settings.json.broken-1").is_file()


def test_settings_of_a_newer_version_are_kept_and_used_where_they_are_understood(
    tmp_path: Path,
) -> None:
    path = tmp_path / "settings.json"
    values = {"output.quality": 61, "output.sparkle": "much"}
    path.write_text(json.dumps({"version": SETTINGS_VERSION + 3, "values": values}))

    store = SettingsStore(path)

    assert store.number("output.quality") == 61
    assert [problem.kind for problem in store.problems] == ["newer"]
    assert (tmp_path / "settings.json.broken-1").is_file()


def test_what_is_no_ordinary_file_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    os.mkfifo(path)

    store = SettingsStore(path)
    store.set_value("output.quality", 50)
    store.wait_for_saved()

    assert SettingsStore(path).number("output.quality") == 50


def test_two_windows_keep_the_settings_of_both(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    first, second = SettingsStore(path), SettingsStore(path)

    first.set_value("output.quality", 50)
    first.wait_for_saved()
    second.set_value("output.format", "png")
    second.wait_for_saved()
    first.set_value("viewer.blink_ms", 700)
    first.wait_for_saved()

    again = SettingsStore(path)
    assert again.number("output.quality") == 50
    assert again.text("output.format") == "png"
    assert again.number("viewer.blink_ms") == 700


def test_settings_that_cannot_be_written_hold_and_are_told(tmp_path: Path, qtbot: QtBot) -> None:
    in_the_way = tmp_path / "config"
    in_the_way.write_text("a file where a folder should be")
    store = SettingsStore(in_the_way / "settings.json")

    with qtbot.waitSignal(store.writer.failed) as told:
        store.set_value("output.quality", 50)

    assert store.number("output.quality") == 50
    assert told.args is not None
    assert told.args[0] == in_the_way / "settings.json"
    assert in_the_way.read_text() == "a file where a folder should be"


def test_a_folder_is_kept_from_the_root_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    store = SettingsStore(None)

    store.set_value("output.folder", "out")

    assert store.text("output.folder") == str(tmp_path / "out")
