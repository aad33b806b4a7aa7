from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from engine.config.recipe_file import dump_recipe, load_recipe
from engine.core.errors import ConfigError
from engine.training import forecast as module
from engine.training.forecast import forecast
from tests.helpers.tiny_methods import METHODS
from tests.helpers.training import tiny_recipe, write_photos


def test_a_trial_counts_everything_and_leaves_the_photos_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_PHOTOS", 2)
    recipe = tiny_recipe(tmp_path, steps=4000)
    before = {path: path.read_bytes() for path in Path(recipe.data.folder).iterdir()}

    found = forecast(recipe, tmp_path / "scratch", limit_s=0.3)

    assert found["seconds_per_step"] > 0
    assert 3 < found["steps"] <= 200
    assert found["photos"] == 3
    assert found["seconds_per_photo"] > 0
    assert found["peak_memory_bytes"] > 50_000_000
    assert {path: path.read_bytes() for path in before} == before
    assert len(list((tmp_path / "scratch" / "photos").iterdir())) == 2
    assert not (tmp_path / "cache").exists()


def test_a_training_of_fewer_steps_than_a_trial_is_tried_whole(tmp_path: Path) -> None:
    found = forecast(tiny_recipe(tmp_path, steps=2), tmp_path / "scratch", limit_s=60)

    assert found["steps"] == 2
    assert found["seconds_per_step"] > 0


@pytest.mark.parametrize("method", ["gan", "supernet"])
def test_methods_with_more_networks_are_tried_too(method: str, tmp_path: Path) -> None:
    path = tmp_path / "recipe.yaml"
    path.write_text(dump_recipe(METHODS[method](tmp_path)), encoding="utf-8")

    found = forecast(load_recipe(path), tmp_path / "scratch", limit_s=0.2)

    assert found["seconds_per_step"] > 0


def test_a_folder_without_photos_is_named(tmp_path: Path) -> None:
    recipe = tiny_recipe(tmp_path)
    data = msgspec.structs.replace(recipe.data, folder=str(tmp_path / "absent"))

    with pytest.raises(ConfigError, match="absent"):
        forecast(msgspec.structs.replace(recipe, data=data), tmp_path / "scratch", limit_s=1)


@pytest.mark.parametrize("is_there", [True, False])
def test_the_program_answers_in_json(
    is_there: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = tiny_recipe(tmp_path, steps=2)
    if not is_there:
        data = msgspec.structs.replace(recipe.data, folder=str(tmp_path / "absent"))
        recipe = msgspec.structs.replace(recipe, data=data)
    (tmp_path / "recipe.yaml").write_text(dump_recipe(recipe), encoding="utf-8")

    assert module._main([str(tmp_path / "recipe.yaml"), str(tmp_path / "scratch"), "1"]) == 0

    answer = json.loads(capsys.readouterr().out)
    assert answer["steps"] == 2 if is_there else answer["code"] == "config"


def test_photos_are_taken_from_all_parts_of_a_folder(tmp_path: Path) -> None:
    photos = sorted(write_photos(tmp_path / "p", count=9).iterdir())

    assert module._spread(photos, 3) == [photos[0], photos[3], photos[6]]
    assert module._spread(photos, 20) == photos
