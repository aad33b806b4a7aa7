from __future__ import annotations

from pathlib import Path

import pytest

from engine.config.method_comparison import load_comparison, merged
from engine.core.errors import ConfigError
from engine.core.places import resources_folder


def test_groups_of_values_are_merged() -> None:
    base = {"data": {"folder": "photos", "patch_px": 32}, "seed": 0}

    result = merged(base, {"data": {"patch_px": 16}, "threads": 1})

    assert result == {"data": {"folder": "photos", "patch_px": 16}, "seed": 0, "threads": 1}
    assert base["data"] == {"folder": "photos", "patch_px": 32}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("recipe: {}\narms: {b: {start: a}, a: {}}", "needs 'a'; put it before b"),
        ("recipe: {}\narms: {b: {against: c}}", "there is no arm 'c'"),
        ("recipe: {}\narms: {b: {color: red}}", "color"),
        ("recipe: {}\narms: {a: {parts: [b]}}", r"arms\.a\.parts: there is no part 'b'"),
        ("- recipe\n- arms", "a plan is a mapping of names to values"),
        ("recipe: {}\narms: {}\nseeds: []", "length >= 1"),
        ("recipe: [", "is not YAML"),
    ],
)
def test_a_plan_that_cannot_be_used_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(text)

    with pytest.raises(ConfigError, match=message):
        load_comparison(path)


def test_a_missing_plan_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"gone\.yaml: cannot be read"):
        load_comparison(tmp_path / "gone.yaml")


def test_the_shipped_plan_is_in_order() -> None:
    plan = load_comparison(resources_folder() / "comparisons" / "methods-x4.yaml")

    assert len(plan.seeds) >= 3
    assert all(arm.against is None or arm.against in plan.arms for arm in plan.arms.values())
