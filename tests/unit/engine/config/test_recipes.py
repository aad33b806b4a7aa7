"""What recipes refuse before anything is read or trained."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.config.recipe_file import dump_recipe, load_recipe
from engine.config.recipes import PsnrRecipe, SlimRecipe, dial_of
from engine.core.errors import ConfigError

DIAL = """
name: a
data: {folder: photos, batch_size: 8, degradation: {kind: mild}}
schedule: {steps: 10}
dial: {group: 2}
"""


def write(tmp_path: Path, text: str = DIAL) -> Path:
    path = tmp_path / "recipe.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_dial_and_two_starts_survive_being_written_and_read(tmp_path: Path) -> None:
    recipe = load_recipe(write(tmp_path), {"init_weights": "[one, other]"})
    again = load_recipe(write(tmp_path, dump_recipe(recipe)))

    assert isinstance(recipe, PsnrRecipe)
    assert recipe.dial is not None
    assert recipe.dial.group == 2
    assert recipe.starts == ("one", "other")
    assert again == recipe


def test_one_start_or_none_needs_no_dial(tmp_path: Path) -> None:
    plain = DIAL.replace("dial: {group: 2}", "")

    assert load_recipe(write(tmp_path, plain)).starts == ()
    assert load_recipe(write(tmp_path, plain + "init_weights: one\n")).starts == ("one",)
    assert dial_of(load_recipe(write(tmp_path, plain))) is None


@pytest.mark.parametrize("kind", ["psnr", "gan", "distill"])
def test_these_kinds_may_have_a_dial(tmp_path: Path, kind: str) -> None:
    teacher = {"teacher": "{random: true}"} if kind == "distill" else {}

    recipe = load_recipe(write(tmp_path), {"type": kind, **teacher})

    assert dial_of(recipe) is not None


def test_other_kinds_have_none(tmp_path: Path) -> None:
    recipe = load_recipe(
        write(tmp_path, DIAL.replace("dial: {group: 2}", "")),
        {"type": "slim", "teacher": "{random: true}"},
    )

    assert isinstance(recipe, SlimRecipe)
    assert dial_of(recipe) is None
    with pytest.raises(ConfigError, match="there is no value 'dial'"):
        load_recipe(write(tmp_path), {"type": "slim", "teacher": "{random: true}"})


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"data.degradation.kind": "bicubic"}, "pictures of degradation.kind=bicubic all have"),
        ({"dial.group": "3"}, "dial.group=3: a batch of 8 has no whole number"),
        ({"dial.group": "0"}, "dial.group"),
        ({"dial": "null", "init_weights": "[one, other]"}, "only a network with a dial starts"),
        ({"init_weights": "[one]"}, "init_weights"),
        ({"init_weights": "[one, two, three]"}, "init_weights"),
        ({"data.lr_folder": "lr"}, "lr_folder gives the LR photos"),
    ],
)
def test_a_dial_that_cannot_be_trained_is_refused(
    tmp_path: Path, overrides: dict[str, str], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        load_recipe(write(tmp_path), overrides)


@pytest.mark.parametrize("wish", ["weights.feature=1", "weights.affinity=1", "inherit=true"])
def test_a_student_with_a_dial_learns_from_pictures_only(tmp_path: Path, wish: str) -> None:
    name, _, value = wish.partition("=")
    overrides = {"type": "distill", "teacher": "{random: true}", name: value}

    with pytest.raises(ConfigError, match="learns from the teacher's pictures only"):
        load_recipe(write(tmp_path), overrides)
