from __future__ import annotations

from pathlib import Path

import pytest

from engine.config.field_names import nearest_name, value_names
from engine.config.recipe_file import load_recipe
from engine.config.recipes import DistillRecipe, PsnrRecipe
from engine.core.errors import ConfigError


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text("name: a\ndata: {folder: b}\nschedule: {steps: 3}\n", encoding="utf-8")
    return path


def test_names_reach_into_groups_and_differ_between_kinds() -> None:
    names = value_names(PsnrRecipe)

    assert {"seed", "data", "data.folder", "schedule.milestones", "generator.inner"} <= set(names)
    assert "teacher.weights" not in names
    assert "teacher.weights" in value_names(DistillRecipe)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("schedul.steps", "schedule.steps"),
        ("steps", "schedule.steps"),
        ("batchsize", "data.batch_size"),
        ("data.path_px", "data.patch_px"),
        ("sed", "seed"),
        ("zzz", None),
    ],
)
def test_the_nearest_name_is_proposed(written: str, meant: str | None) -> None:
    assert nearest_name(written, value_names(PsnrRecipe)) == meant


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("schedul.steps", "10", r"^--set schedul\.steps=10: .* did you mean 'schedule\.steps'\?"),
        ("schedule.steps", "ten", r"^--set schedule\.steps=ten: Expected `int`"),
        ("schedule.milestones", "[0.5, 7]", r"^--set schedule\.milestones=\[0\.5, 7\]: "),
        ("type", "psrn", r"^--set type=psrn: "),
    ],
)
def test_the_command_line_is_blamed_for_what_it_said(
    recipe: Path, name: str, value: str, told: str
) -> None:
    with pytest.raises(ConfigError, match=told):
        load_recipe(recipe, {name: value})


def test_the_file_is_blamed_for_what_it_says(recipe: Path) -> None:
    recipe.write_text("name: a\ndata: {folder: b}\nschedule: {step: 3}\n", encoding="utf-8")

    with pytest.raises(ConfigError, match=r"mine\.yaml: .*'schedule\.step'; did you mean"):
        load_recipe(recipe, {"seed": "4"})


def test_photos_that_nobody_named_are_asked_for(recipe: Path) -> None:
    recipe.write_text("name: a\nschedule: {steps: 3}\n", encoding="utf-8")

    with pytest.raises(ConfigError, match=r"data is missing; name your photos with --data"):
        load_recipe(recipe)
