from __future__ import annotations

from pathlib import Path

import pytest

from engine.config.recipe_file import dump_recipe, load_recipe
from engine.config.recipes import GanRecipe, PsnrRecipe
from engine.core.errors import ConfigError

MINIMAL = "name: a\ndata: {folder: photos}\nschedule: {steps: 10}\n"


def write(tmp_path: Path, text: str = MINIMAL) -> Path:
    path = tmp_path / "recipe.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_recipe_without_a_type_is_the_plain_kind(tmp_path: Path) -> None:
    recipe = load_recipe(write(tmp_path))

    assert isinstance(recipe, PsnrRecipe)
    assert recipe.schedule.steps == 10


def test_the_type_chooses_the_kind(tmp_path: Path) -> None:
    assert isinstance(load_recipe(write(tmp_path, MINIMAL + "type: gan\n")), GanRecipe)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (MINIMAL + "sede: 3\n", "sede"),
        (MINIMAL + "seed: many\n", "seed"),
        (MINIMAL + "type: magic\n", "magic"),
        (MINIMAL + "ema_decay: 2.0\n", "ema_decay"),
        ("name: a\ndata: {folder: p}\n", "schedule"),
    ],
)
def test_a_wrong_field_is_named(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        load_recipe(write(tmp_path, text))


@pytest.mark.parametrize("text", ["- a\n- b\n", "name: [", "\x00"])
def test_a_file_that_is_no_recipe_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match=r"recipe\.yaml"):
        load_recipe(write(tmp_path, text))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_recipe(tmp_path / "absent.yaml")


def test_overrides_reach_nested_values_and_missing_groups(tmp_path: Path) -> None:
    overrides = {"schedule.learning_rate": "1e-4", "generator.channels": "16", "name": "b"}

    recipe = load_recipe(write(tmp_path), overrides)

    assert recipe.schedule.learning_rate == pytest.approx(1e-4)
    assert recipe.generator.channels == 16
    assert recipe.name == "b"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("name.first", "x", "there is no value"),
        ("name", "[", "not YAML"),
        ("schedule.stops", "1", "stops"),
    ],
)
def test_a_wrong_override_is_named(tmp_path: Path, name: str, text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load_recipe(write(tmp_path), {name: text})


def test_a_dumped_recipe_reads_back_equal(tmp_path: Path) -> None:
    recipe = load_recipe(write(tmp_path, MINIMAL + "type: gan\nweights: {style: 3.5}\n"))

    assert load_recipe(write(tmp_path, dump_recipe(recipe))) == recipe


@pytest.mark.parametrize("name", ["1e3", "null", "a: b", "[x", "*a", "f\udce4", "~"])
def test_texts_are_taken_as_they_are(tmp_path: Path, name: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("name: a\ndata: {folder: b}\nschedule: {steps: 3}\n", encoding="utf-8")

    made = load_recipe(path, texts={"data.folder": name})
    path.write_bytes(dump_recipe(made).encode())

    assert made.data.folder == name
    assert load_recipe(path) == made
