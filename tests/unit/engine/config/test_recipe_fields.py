from __future__ import annotations

import pytest

from engine.config.recipe_fields import (
    RecipeField,
    recipe_fields,
    recipe_kinds,
    recipe_presets,
    title_of,
)
from engine.core.errors import UnknownNameError


def by_path(name: str) -> dict[str, RecipeField]:
    return {field.path: field for field in recipe_fields(name)}


EVERYTHING = (*recipe_kinds(), *recipe_presets(), "search", "search-x4")


@pytest.mark.parametrize("name", EVERYTHING)
def test_every_field_of_every_recipe_says_what_it_is_for(name: str) -> None:
    fields = recipe_fields(name)

    assert [field.path for field in fields if not field.help] == []
    assert len({field.path for field in fields}) == len(fields)


@pytest.mark.parametrize("name", EVERYTHING)
def test_every_field_belongs_to_a_group_before_it(name: str) -> None:
    seen = {""}
    for field in recipe_fields(name):
        assert field.group in seen
        if field.kind == "group":
            seen.add(field.path)


def test_a_kind_has_the_defaults_and_limits_of_its_schema() -> None:
    fields = by_path("psnr")

    assert fields["type"].default == "psnr"
    assert "gan" in fields["type"].choices
    assert fields["schedule.steps"].is_required
    assert fields["schedule.learning_rate"].default == 1e-3
    assert fields["schedule.learning_rate"].excludes_minimum
    assert (fields["sample_photos"].minimum, fields["sample_photos"].maximum) == (0, 16)
    assert fields["schedule.milestones"].default == [0.125, 0.25, 0.5, 0.75]
    assert fields["device"].choices == ("auto", "cpu", "cuda")
    assert fields["data.folder"].kind == "folder"


def test_a_preset_brings_its_values_and_shows_them_first() -> None:
    fields = by_path("tiny")

    assert fields["generator.channels"].default == 16
    assert fields["generator.channels"].is_common
    assert not fields["generator.cells"].is_common
    assert fields["name"].default == "tiny"


def test_the_photos_are_left_to_the_user() -> None:
    assert by_path("tiny")["data.folder"].default is None
    assert by_path("search-x4")["proxy.folder"].default is None


def test_a_group_that_may_be_left_out_is_off_until_a_recipe_has_it() -> None:
    off, on = by_path("psnr")["dial"], by_path("dial")["dial"]

    assert (off.kind, off.default, off.is_optional) == ("group", False, True)
    assert on.default is True
    assert by_path("psnr")["data"].default is True


def test_a_group_of_a_preset_has_the_defaults_of_its_own_schema_beside_the_presets() -> None:
    # The schema of a supernet sets weights.feature; a file that names weights does without.
    assert by_path("supernet")["weights.feature"].default == 0.01
    assert by_path("supernet-x4")["weights.feature"].default == 0.0
    assert by_path("supernet-x4")["weights.pixel"].default == 0.5


def test_a_wrong_name_is_an_error_with_a_suggestion() -> None:
    with pytest.raises(UnknownNameError, match="tiny"):
        recipe_fields("tinny")


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("schedule.learning_rate", "Learning rate"),
        ("data.lr_folder", "LR folder"),
        ("data.patch_px", "Patch (px)"),
        ("ema_decay", "EMA decay"),
    ],
)
def test_titles_are_spelled_as_a_person_would(path: str, title: str) -> None:
    assert title_of(path) == title
