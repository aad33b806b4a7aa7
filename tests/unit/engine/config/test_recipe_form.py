from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from engine.config.recipe_fields import recipe_fields, recipe_kinds, recipe_presets
from engine.config.recipe_file import differing_fields, dump_recipe, load_recipe
from engine.config.recipe_form import (
    clone_recipe,
    complete_recipe,
    parse_recipe,
    preset_text,
    recipe_differences,
    recipe_faults,
    recipe_text,
)
from engine.config.shipped_recipes import find_recipe
from engine.core.errors import ConfigError

WHOLE = "name: a\ndata: {folder: photos}\nschedule: {steps: 9}\n"


def form(kind_or_preset: str, /, **changes: object) -> dict[str, object]:
    values = {field.path: field.default for field in recipe_fields(kind_or_preset)}
    return {**values, "data.folder": "photos", **changes}


def write(folder: Path, text: str) -> Path:
    path = folder / "recipe.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", recipe_presets())
def test_a_form_filled_from_a_preset_is_that_preset(name: str, tmp_path: Path) -> None:
    path = write(tmp_path, recipe_text(form(name)))

    assert differing_fields(load_recipe(path), load_recipe(find_recipe(name))) == {}


@pytest.mark.parametrize("name", recipe_presets())
def test_text_to_form_and_back_is_the_same_text(name: str) -> None:
    text = recipe_text(form(name))

    reading = parse_recipe(text)

    assert reading.faults == ()
    assert reading.values is not None
    assert recipe_text(reading.values) == text


@pytest.mark.parametrize("name", recipe_presets())
def test_a_complete_recipe_is_shortened_to_what_it_says(name: str, tmp_path: Path) -> None:
    text = recipe_text(form(name))
    whole = dump_recipe(load_recipe(write(tmp_path, text)))

    short = recipe_text(parse_recipe(whole).values or {})
    assert len(short) < len(whole) / 2
    assert recipe_differences(text, whole) == ()
    assert recipe_differences(text, short) == ()


def test_only_what_differs_from_the_defaults_is_written() -> None:
    text = recipe_text({**form("psnr"), "name": "a", "schedule.steps": 9})

    assert text == "type: psnr\nname: a\ndata:\n  folder: photos\nschedule:\n  steps: 9\n"


def test_what_was_typed_is_read_as_its_field_takes_it() -> None:
    typed = {
        "name": "1e3", "data.folder": "7", "schedule.steps": "12", "schedule.learning_rate": "1e-4",
        "schedule.milestones": "[0.5]", "tensorboard": "true", "validation_folder": "",
        "init_weights": "mfa-s",
    }  # fmt: skip

    tree = yaml.safe_load(recipe_text(form("psnr", **typed)))

    assert tree == {
        "type": "psnr", "name": "1e3", "data": {"folder": "7"}, "tensorboard": True,
        "schedule": {"steps": 12, "learning_rate": 1e-4, "milestones": [0.5]},
        "init_weights": "mfa-s",
    }  # fmt: skip


def test_what_cannot_be_read_stays_and_is_refused_by_name() -> None:
    values = form("psnr", name="a", **{"schedule.steps": "12x", "seed": "[1"})

    assert "12x" in recipe_text(values)
    assert {fault.path for fault in recipe_faults(values)} == {"schedule.steps", "seed"}


def test_a_group_is_switched_on_and_off() -> None:
    mild = {"name": "a", "schedule.steps": 9, "data.degradation.kind": "mild"}

    on = yaml.safe_load(recipe_text(form("psnr", **mild, dial=True)))
    off = yaml.safe_load(recipe_text(form("dial", **mild, dial=False)))

    assert on["dial"] == {}
    assert "dial" not in off
    assert recipe_faults(form("psnr", **mild, dial=True)) == ()


def test_a_group_that_comes_with_other_values_is_written_where_it_differs() -> None:
    # A supernet's weights are feature 0.01 and pixel 1; written out, the others would be 0.
    plain = yaml.safe_load(recipe_text(form("supernet")))
    changed = yaml.safe_load(recipe_text(form("supernet", **{"weights.pixel": 0.5})))

    assert "weights" not in plain
    assert changed["weights"] == {"output": 0.0, "feature": 0.01, "pixel": 0.5}


def test_values_of_a_kind_without_a_name_in_the_text_are_there_too() -> None:
    reading = parse_recipe(WHOLE)

    assert reading.kind == "psnr"
    assert reading.values is not None
    assert reading.values["schedule.learning_rate"] == 1e-3
    assert reading.values["dial"] is False
    assert set(reading.values) == {field.path for field in recipe_fields("psnr")}


def test_each_fault_has_its_line() -> None:
    text = "name: a\ndata:\n  folder: x\n  patch_px: 0\nschedule:\n  shape: round\nseed: -1\n"

    faults = {fault.path: fault.line for fault in parse_recipe(text).faults}

    # A missing field is shown where its group begins.
    assert faults == {
        "data.patch_px": 4, "schedule.steps": 5, "schedule.shape": 6, "seed": 7,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: [1", 2, "is not YAML: expected"),
        ("- 1\n", None, "a mapping of names to values"),
        ("", None, "a mapping of names to values"),
        ("a: &x 1\nb: *x\n", 2, "aliases"),
        ("a: 1\na: 2\n", 2, "given twice"),
    ],
)
def test_text_that_cannot_be_read_at_all_says_where(
    text: str, line: int | None, words: str
) -> None:
    reading = parse_recipe(text)

    assert reading.values is None
    assert [fault.line for fault in reading.faults] == [line]
    assert words in reading.faults[0].text


def test_an_unknown_type_is_named() -> None:
    [fault] = parse_recipe("name: a\ntype: magic\n").faults

    assert (fault.path, fault.line) == ("type", 2)
    assert "psnr" in fault.text


def test_names_of_earlier_versions_are_understood() -> None:
    reading = parse_recipe("type: gan\njitter_px: 7\n" + WHOLE)

    assert reading.faults == ()
    assert reading.values is not None
    assert reading.values["random_shift_px"] == 7


def test_a_preset_is_shown_without_its_comments() -> None:
    assert yaml.safe_load(preset_text("tiny"))["generator"]["channels"] == 16


def test_two_recipes_differ_in_what_differs(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    write(tmp_path / "run", WHOLE + "seed: 4\nfoo: 1\n")

    rows = recipe_differences(WHOLE + "schedule.steps: 3\nseed: 0\n", tmp_path / "run")
    assert rows == (("seed", "0", "4"),)
    assert recipe_differences("type: gan\n" + WHOLE, WHOLE)[0] == ("type", "gan", "psnr")
    assert ("error", None, "l1") in recipe_differences("type: gan\n" + WHOLE, WHOLE)


def test_a_recipe_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, "a: [1")

    with pytest.raises(ConfigError, match=r"recipe\.yaml"):
        recipe_differences(WHOLE, tmp_path)
    with pytest.raises(ConfigError, match="cannot be read"):
        clone_recipe(path.with_name("absent.yaml"))


def test_a_clone_says_what_the_run_says(tmp_path: Path) -> None:
    write(tmp_path, dump_recipe(load_recipe(write(tmp_path, WHOLE + "seed: 4\n"))))

    assert yaml.safe_load(clone_recipe(tmp_path)) == {
        "type": "psnr", "name": "a", "data": {"folder": "photos"}, "schedule": {"steps": 9},
        "seed": 4,
    }  # fmt: skip


def test_a_complete_recipe_is_independent_of_folder_and_defaults() -> None:
    complete = complete_recipe(WHOLE)

    tree = yaml.safe_load(complete.text)
    assert (complete.name, complete.kind) == ("a", "psnr")
    assert tree["data"]["folder"] == str(Path("photos").absolute())
    assert tree["schedule"]["learning_rate"] == 1e-3


def test_all_that_is_wrong_is_in_one_message() -> None:
    with pytest.raises(ConfigError, match=r"seed: .*data\.folder: is missing|folder.*seed"):
        complete_recipe("name: a\nschedule: {steps: 3}\nseed: x\n")


_plain = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(-2, 2) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
_paths = [field.path for kind in recipe_kinds() for field in recipe_fields(kind)]


@given(st.dictionaries(st.sampled_from(_paths), _plain, max_size=6))
def test_whatever_is_entered_is_text_that_is_read_again(values: dict[str, object]) -> None:
    reading = parse_recipe(recipe_text(values))

    assert reading.faults != ()
    assert recipe_faults(values) == reading.faults


@given(st.text(max_size=60))
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert parse_recipe(text).faults != ()
