from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from engine.config.degradation import DegradationRecipe
from engine.config.parts import DataRecipe, DialRecipe, ScheduleRecipe, TeacherRecipe
from engine.config.places import with_absolute_places
from engine.config.recipes import DistillRecipe


def recipe(**values: object) -> DistillRecipe:
    given = {
        "name": "a",
        "data": DataRecipe(folder="photos", lr_folder="../lr", cache_folder=None),
        "schedule": ScheduleRecipe(steps=1),
        "teacher": TeacherRecipe(weights="big.safetensors"),
    }
    return DistillRecipe(**{**given, **values})  # type: ignore[arg-type]


def test_relative_places_are_of_the_folder_they_were_said_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "big.safetensors").touch()

    made = with_absolute_places(recipe(validation_folder="/data/set5"))

    assert made.data.folder == str(tmp_path / "photos")
    assert Path(str(made.data.lr_folder)).resolve() == tmp_path.parent / "lr"
    assert made.data.cache_folder is None
    assert made.validation_folder == "/data/set5"
    assert made.teacher.weights == str(tmp_path / "big.safetensors")


def test_an_onnx_teacher_is_always_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    teacher = TeacherRecipe(onnx="big.onnx", license="MIT")

    made = with_absolute_places(msgspec.structs.replace(recipe(), teacher=teacher))

    assert made.teacher.onnx == str(tmp_path / "big.onnx")
    assert made.teacher.license == "MIT"


def test_weights_that_are_no_file_may_be_a_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    made = with_absolute_places(recipe(init_weights="mfa-s-x4-r0f1"))

    assert made.init_weights == "mfa-s-x4-r0f1"
    assert made.teacher.weights == "big.safetensors"


def test_each_of_two_starts_is_made_absolute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "noisy.safetensors").touch()
    data = DataRecipe(folder="photos", degradation=DegradationRecipe(kind="mild"))

    made = with_absolute_places(
        recipe(data=data, dial=DialRecipe(), init_weights=("some-model", "noisy.safetensors"))
    )

    assert made.starts == ("some-model", str(tmp_path / "noisy.safetensors"))


def test_a_home_is_written_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/someone")

    made = with_absolute_places(recipe(validation_folder="~/set5"))

    assert made.validation_folder == "/home/someone/set5"
    assert with_absolute_places(made) == made
