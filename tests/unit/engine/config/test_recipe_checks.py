from __future__ import annotations

from collections.abc import Mapping

import pytest

from engine.config.field_names import value_names
from engine.config.recipe_checks import RecipeChecker, value_text
from engine.config.recipe_fields import struct_of

WHOLE = {"name": "a", "data": {"folder": "photos"}, "schedule": {"steps": 9}}


def check(tree: Mapping[str, object]) -> dict[str, str]:
    struct = struct_of(tree)
    return dict(RecipeChecker(value_names(struct)).check(struct, tree, ""))


def test_a_whole_recipe_has_no_faults() -> None:
    assert check(WHOLE) == {}


@pytest.mark.parametrize(
    ("change", "path", "text"),
    [
        ({"seed": -1}, "seed", "-1: expected a whole number of at least 0"),
        ({"seed": "many"}, "seed", "many: expected a whole number of at least 0"),
        ({"clip_norm": 0}, "clip_norm", "0: expected a number above 0"),
        ({"ema_decay": 2}, "ema_decay", "2: expected a number from 0 to 1"),
        ({"tensorboard": 3}, "tensorboard", "3: expected true or false"),
        ({"device": "tpu"}, "device", "tpu: expected one of auto, cpu, cuda"),
        ({"data": 3}, "data", "3: expected values of its own below it"),
        ({"generator": {"channels": 0}}, "generator.channels", "0: expected a whole number of at"),
        ({"stepz": 3}, "stepz", "there is no value 'stepz'"),
        ({"schedule": {"steps": 9, "shap": 1}}, "schedule.shap", "did you mean 'schedule.shape'"),
        ({"schedule": {}}, "schedule.steps", "is missing"),
        ({"init_weights": 3}, "init_weights", "3: "),
        ({"init_weights": ["a", "b"]}, "init_weights", "only a network with a dial"),
        ({"dial": {}}, "dial", "all have restoration 0"),
    ],
)
def test_each_fault_names_its_field(change: dict[str, object], path: str, text: str) -> None:
    faults = check({**WHOLE, **change})

    assert list(faults) == [path]
    assert text in faults[path]


def test_all_faults_are_found_at_once() -> None:
    faults = check({"name": 3, "seed": "x", "schedule": {"steps": 0, "shape": "round"}, "a": 1})

    assert set(faults) == {"a", "name", "seed", "schedule.steps", "schedule.shape", "data.folder"}


def test_values_that_do_not_fit_together_are_blamed_on_one_of_them() -> None:
    data = {"folder": "a", "lr_folder": "b", "degradation": {"kind": "mild"}}
    assert list(check({**WHOLE, "data": data})) == ["data.lr_folder"]

    teacher = {"onnx": "big.onnx"}
    assert list(check({**WHOLE, "type": "distill", "teacher": teacher})) == ["teacher.onnx"]

    search = {"type": "search", "name": "a", "proxy": {"folder": "p"}, "supernet": {}}
    # "name either the run_folder ..." is not about the field `name`.
    assert list(check(search)) == ["supernet"]


def test_a_group_without_fields_of_its_own_that_must_be_given_is_missing_itself() -> None:
    assert check({**WHOLE, "type": "distill"}) == {"teacher": "is missing"}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        ("a b", "a b"),
        ([0.5, None], "[0.5, null]"),
        (1e-5, "1.0e-05"),
    ],
)
def test_values_are_written_as_in_a_recipe(value: object, text: str) -> None:
    assert value_text(value) == text
