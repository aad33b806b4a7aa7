from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from engine.config.parts import TeacherRecipe
from engine.config.recipes import DistillRecipe
from engine.core.errors import ConfigError
from engine.training.checks import check_recipe
from tests.helpers.tiny_methods import dial
from tests.helpers.training import tiny_recipe, write_photos


def test_a_usable_recipe_passes(tmp_path: Path) -> None:
    check_recipe(tiny_recipe(tmp_path))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("folder", r"data\.folder=.*nope: there is no such folder.*--data FOLDER"),
        ("lr_folder", r"data\.lr_folder=.*nope: there is no such folder"),
    ],
)
def test_a_folder_that_is_not_there_is_named(tmp_path: Path, name: str, told: str) -> None:
    recipe = tiny_recipe(tmp_path)
    data = msgspec.structs.replace(recipe.data, **{name: str(tmp_path / "nope")})

    with pytest.raises(ConfigError, match=told):
        check_recipe(msgspec.structs.replace(recipe, data=data))


def test_a_folder_without_photos_or_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    write_photos(tmp_path / "some", count=1)
    for place, told in (("empty", "contains no photos"), ("some/0.png", "is not a folder")):
        recipe = msgspec.structs.replace(
            tiny_recipe(tmp_path), validation_folder=str(tmp_path / place)
        )
        with pytest.raises(ConfigError, match=rf"validation_folder=.*{told}.*leave it out"):
            check_recipe(recipe)


def test_weights_that_are_not_there_are_named(tmp_path: Path) -> None:
    recipe = msgspec.structs.replace(tiny_recipe(tmp_path), init_weights=str(tmp_path / "no.bin"))

    with pytest.raises(ConfigError, match=r"no\.bin"):
        check_recipe(recipe)


@pytest.mark.parametrize("name", ["nope", "gone.safetensors", "gone.npz", "weights.pth"])
def test_teachers_and_other_networks_that_are_not_there_are_named(
    tmp_path: Path, name: str
) -> None:
    plain = tiny_recipe(tmp_path)
    shared = {key: getattr(plain, key) for key in ("name", "data", "schedule", "generator")}
    recipe = DistillRecipe(**shared, teacher=TeacherRecipe(weights=name))

    with pytest.raises(ConfigError, match=rf"teacher\.weights: .*{name}"):
        check_recipe(recipe)


def test_a_run_that_resumes_needs_no_initial_weights(tmp_path: Path) -> None:
    check_recipe(
        msgspec.structs.replace(tiny_recipe(tmp_path), init_weights="gone.safetensors"),
        resumes=True,
    )


def test_either_start_of_a_dial_is_looked_for(tmp_path: Path) -> None:
    (tmp_path / "there.safetensors").touch()
    starts = (str(tmp_path / "there.safetensors"), "gone.safetensors")
    recipe = msgspec.structs.replace(dial(tmp_path), init_weights=starts)

    with pytest.raises(ConfigError, match=r"init_weights\.1: .*gone\.safetensors"):
        check_recipe(recipe)
    check_recipe(recipe, resumes=True)


def test_an_lpips_network_that_is_not_there_is_named(tmp_path: Path) -> None:
    recipe = msgspec.structs.replace(tiny_recipe(tmp_path), lpips_onnx="absent.onnx")

    with pytest.raises(ConfigError, match=r"lpips_onnx=absent\.onnx: no such file"):
        check_recipe(recipe)
