from __future__ import annotations

from pathlib import Path

import pytest

from engine.config.recipes import SupernetRecipe
from tests.helpers.finished_runs import CHOICES, SHARED, TEACHER, finished_run
from tests.helpers.training import write_photos
from tests.unit.engine.cli.conftest import RunCommand


@pytest.fixture
def run(tmp_path: Path) -> Path:
    finished_run(tmp_path / "run", SupernetRecipe(**SHARED, **CHOICES, teacher=TEACHER))  # type: ignore[arg-type]
    return tmp_path / "run"


def words(tmp_path: Path, run: Path) -> list[object]:
    photos = write_photos(tmp_path / "photos", count=1, side_px=64)
    folders: list[object] = ["--calibrate", photos, "--benchmark", photos]
    return ["export", run, "--to", tmp_path / "models", *folders]


def test_a_subnet_of_a_supernet_is_exported_by_its_config(
    tmp_path: Path, run: Path, mfagan: RunCommand
) -> None:
    subnet = ["--set", "channels=4", "--set", "blocks=1", "--set", "inner=[[2,3]]"]

    said = mfagan(*words(tmp_path, run), *subnet, "--id", "small", "--json")

    assert said.code == 0
    assert said.events[0]["id"] == "small"
    assert said.events[0]["architecture"]["config"]["inner"] == [[2, 3]]
    assert (tmp_path / "models" / "small.onnx").exists()


def test_an_unknown_subnet_key_is_misuse(tmp_path: Path, run: Path, mfagan: RunCommand) -> None:
    said = mfagan(*words(tmp_path, run), "--set", "channels=7")

    assert said.code == 2
    assert "not part of" in said.err


def test_without_a_folder_it_is_among_the_users_models(
    tmp_path: Path, run: Path, mfagan: RunCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    command = [word for word in words(tmp_path, run) if word not in ("--to", tmp_path / "models")]

    assert mfagan(*command, "--id", "my-own").code == 0

    assert "my-own" in mfagan("models").out


def test_a_model_for_degraded_photos_is_measured_on_them(
    tmp_path: Path, run: Path, mfagan: RunCommand
) -> None:
    alone = write_photos(tmp_path / "alone", count=1, side_px=64)
    degraded = [
        "--degrade",
        "strong",
        "--keep-lr",
        tmp_path / "lr",
        "--seed",
        "3",
        "--photos",
        alone,
    ]
    subnet = ["--set", "channels=4", "--set", "blocks=1", "--set", "inner=[[2,3]]"]

    said = mfagan(*words(tmp_path, run), *subnet, "--id", "small", *degraded, "--json")

    assert said.code == 0
    assert {figure["protocol"].split(",")[0] for figure in said.events[0]["quality"]} == {
        "bicubic LR",
        "strong LR",
        "enlarged as they are",
    }
    assert len(list((tmp_path / "lr").glob("*-seed3/*.png"))) == 1


def test_a_run_is_found_by_its_name(tmp_path: Path, run: Path, mfagan: RunCommand) -> None:
    command = words(tmp_path, run)
    command[1:2] = ["ru", "--runs", tmp_path]

    assert mfagan(*command, "--id", "named", "--json").events[0]["id"] == "named"
    assert "No run is called" in mfagan("export", "nope", "--runs", tmp_path, "--unmeasured").err


@pytest.mark.parametrize(
    ("left_out", "way_out"), [("--benchmark", "--unmeasured"), ("--calibrate", "--fp32-only")]
)
def test_photos_that_are_not_named_are_asked_for(
    tmp_path: Path, run: Path, mfagan: RunCommand, left_out: str, way_out: str
) -> None:
    command = words(tmp_path, run)
    at = command.index(left_out)
    del command[at : at + 2]

    said = mfagan(*command)

    assert said.code == 2
    assert way_out in said.err


def test_without_calibration_there_is_one_file_that_is_measured(
    tmp_path: Path, run: Path, mfagan: RunCommand
) -> None:
    photos = write_photos(tmp_path / "photos", count=1, side_px=64)
    command = ["export", run, "--to", tmp_path / "models", "--benchmark", photos]

    card = mfagan(*command, "--fp32-only", "--json").events[0]

    assert [variant["precision"] for variant in card["variants"]] == ["fp32"]
    assert {figure["set"] for figure in card["quality"]} == {"photos"}
    assert any("no int8 file" in limit for limit in card["limits"])
    assert not list((tmp_path / "models").glob("*int8*"))


def test_a_model_that_was_not_measured_says_so_and_is_listed(
    tmp_path: Path, run: Path, mfagan: RunCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("MFAGAN_HOME", raising=False)

    card = mfagan("export", run, "--id", "mine", "--unmeasured", "--json").events[0]

    assert card["quality"] == []
    assert any("not measured at export" in limit for limit in card["limits"])
    assert "mine" in mfagan("models").out


def test_a_degradation_that_has_no_name_is_misuse(
    tmp_path: Path, run: Path, mfagan: RunCommand
) -> None:
    said = mfagan(*words(tmp_path, run), "--degrade", "storm")

    assert said.code == 2
    assert "choose clean, light, mild, strong" in said.err
