from __future__ import annotations

import sys
from pathlib import Path

import pytest

from engine.core import places


def test_one_variable_moves_everything_of_the_users(own_home: Path) -> None:
    folders = {
        "cache": places.cache_folder(),
        "config": places.settings_folder(),
        "data": places.data_folder(),
        "state": places.state_folder(),
    }
    assert folders == {name: own_home / name for name in folders}


def test_without_it_the_system_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(places.HOME_VARIABLE)
    folders = {
        places.cache_folder(),
        places.data_folder(),
        places.settings_folder(),
        places.state_folder(),
    }
    assert all("mfagan-studio" in str(folder) for folder in folders)


def test_resources_are_found_in_a_checkout() -> None:
    assert (places.resources_folder() / "models").is_dir()


def test_resources_are_found_in_a_frozen_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "resources").mkdir()
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert places.resources_folder() == tmp_path / "resources"


def test_resources_are_found_beside_an_installed_wheel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = tmp_path / "share" / "mfagan-studio" / "resources"
    installed.mkdir(parents=True)
    monkeypatch.setattr(places, "__file__", str(tmp_path / "lib" / "engine" / "core" / "p.py"))
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert places.resources_folder() == installed
