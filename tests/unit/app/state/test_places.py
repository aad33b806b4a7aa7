from __future__ import annotations

from pathlib import Path

import pytest

from app.state.places import complete_path, config_folder, is_folder, pasted_folder


def test_everything_is_in_the_home_that_is_named(own_home: Path) -> None:
    assert config_folder() == own_home / "config"
    assert pasted_folder() == own_home / "cache" / "pasted"


def test_a_home_named_from_the_current_folder_is_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MFAGAN_HOME", "portable")

    assert config_folder() == tmp_path / "portable" / "config"
    assert pasted_folder() == tmp_path / "portable" / "cache" / "pasted"


def test_a_path_is_complete_unless_the_current_folder_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "current"
    folder.mkdir()
    monkeypatch.chdir(folder)
    assert complete_path(Path("a.png")) == folder / "a.png"

    folder.rmdir()

    assert complete_path(Path("a.png")) == Path("a.png")


@pytest.mark.parametrize("name", ["n" * 5000, "nul\0"])
def test_no_name_is_too_odd_to_ask_for(tmp_path: Path, name: str) -> None:
    assert is_folder(tmp_path)
    assert not is_folder(tmp_path / name)
