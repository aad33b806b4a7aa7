from __future__ import annotations

from typing import Annotated, Literal

import msgspec
import pytest
from msgspec import Meta, Struct

from engine.config.parts import DataRecipe, ScheduleRecipe
from engine.config.recipe_types import FieldKind, attribute_texts, field_type, struct_fields
from engine.config.recipes import GanRecipe


class Inner(Struct):
    """A group."""


@pytest.mark.parametrize(
    ("name", "hint", "kind"),
    [
        ("steps", int, "int"),
        ("rate", Annotated[float, Meta(gt=0)], "float"),
        ("is_on", bool, "bool"),
        ("name", str | None, "text"),
        ("lr_folder", str, "folder"),
        ("onnx", str | None, "file"),
        ("discriminator_weights", str | None, "file"),
        ("device", Literal["cpu", "cuda"], "choice"),
        ("milestones", tuple[float, ...], "list"),
        ("init_weights", str | tuple[str, str] | None, "list"),
        ("constraints", dict[str, float], "list"),
        ("dial", Inner | None, "group"),
    ],
)
def test_each_type_has_its_kind(name: str, hint: object, kind: FieldKind) -> None:
    assert field_type(name, hint).kind == kind


def test_limits_and_choices_are_those_of_the_schema() -> None:
    above = field_type("rate", Annotated[float, Meta(gt=0)])
    between = field_type("count", Annotated[int, Meta(ge=2, le=4)] | None)

    assert (above.minimum, above.maximum, above.excludes_minimum) == (0, None, True)
    assert (between.minimum, between.maximum, between.excludes_minimum) == (2, 4, False)
    assert between.is_optional
    assert not above.is_optional
    assert field_type("device", Literal["cpu", "cuda"]).choices == ("cpu", "cuda")


def test_texts_come_from_the_docstrings_of_a_struct_and_its_bases() -> None:
    texts = attribute_texts(GanRecipe)

    assert texts["seed"] == "Start of all randomness."
    assert texts["weights"] == "Weights of the loss terms."
    assert texts["precision"].startswith("bf16 runs convolutions in bfloat16, fp16 in float16 with")
    assert set(texts) >= set(GanRecipe.__struct_fields__)


def test_fields_say_whether_they_must_be_given() -> None:
    fields = struct_fields(ScheduleRecipe)

    assert fields["steps"][1] is msgspec.NODEFAULT
    assert fields["learning_rate"][1] == 1e-3
    assert next(iter(struct_fields(DataRecipe))) == "folder"
