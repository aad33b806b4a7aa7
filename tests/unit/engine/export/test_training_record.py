"""The card of a student says what it learned from, and whether it invents detail."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from engine.catalog.card_file import read_card
from engine.config.parts import DistillWeights, TeacherRecipe
from engine.config.recipes import DistillRecipe, SlimRecipe, SupernetRecipe
from engine.export.network_sources import RunSource
from engine.export.publish import PublishRequest, publish_model
from engine.export.training_record import trained_kind
from tests.helpers.finished_runs import CHOICES, SHARED, finished_run


@pytest.mark.parametrize(
    ("weights", "kind", "expected"),
    [
        (DistillWeights(), "vivid", "vivid"),
        (DistillWeights(), None, "vivid"),
        (DistillWeights(), "faithful", "faithful"),
        (DistillWeights(output=0, pixel=1), "vivid", "faithful"),
    ],
)
def test_a_student_of_an_onnx_network_is_as_vivid_as_the_recipe_calls_that(
    weights: DistillWeights, kind: Literal["faithful", "vivid"] | None, expected: str
) -> None:
    teacher = TeacherRecipe(onnx="big.onnx", license="MIT", kind=kind)

    recipe = DistillRecipe(**SHARED, teacher=teacher, weights=weights)  # type: ignore[arg-type]

    assert trained_kind(recipe) == expected


@pytest.mark.parametrize(
    ("teacher", "weights", "kind"),
    [
        ("mfa-s-x4-r0f1", DistillWeights(), "faithful"),
        ("mfa-s-x4-r1f0", DistillWeights(), "vivid"),
        ("mfa-s-x4-r1f0", DistillWeights(output=0, pixel=1), "faithful"),
        ("mfa-s-x4-r0f1", DistillWeights(perceptual=1), "vivid"),
        ("mfa-s-x4-r0f1", DistillWeights(style=1), "vivid"),
        ("mfa-s-x4-classic", DistillWeights(), "faithful"),
        ("mfa-s-x4-photo-vivid", DistillWeights(), "vivid"),
        ("/somewhere/averaged.safetensors", DistillWeights(), "faithful"),
    ],
)
@pytest.mark.parametrize("recipe_type", [DistillRecipe, SlimRecipe, SupernetRecipe])
def test_a_student_that_imitates_painted_detail_is_vivid(
    recipe_type: type[DistillRecipe | SlimRecipe | SupernetRecipe],
    teacher: str,
    weights: DistillWeights,
    kind: str,
) -> None:
    shared = {**SHARED, "teacher": TeacherRecipe(weights=teacher), "weights": weights}
    without: dict[str, object] = {} if recipe_type is DistillRecipe else {"adversarial_weight": 0.0}
    # Only a supernet has a space of networks.
    without |= CHOICES if recipe_type is SupernetRecipe else {}

    assert trained_kind(recipe_type(**shared, **without)) == kind  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("author", "told"),
    [
        ("A. Author", "its teacher was big.onnx by A. Author, license BSD-3-Clause"),
        (None, "its teacher was big.onnx, license BSD-3-Clause"),
    ],
)
def test_the_card_names_an_onnx_teacher_and_its_license(
    tmp_path: Path, author: str | None, told: str
) -> None:
    teacher = TeacherRecipe(onnx="/home/anna/big.onnx", license="BSD-3-Clause", credit=author)
    run = tmp_path / "run"
    finished_run(run, DistillRecipe(**SHARED, teacher=teacher))  # type: ignore[arg-type]
    (run / "weights.json").write_text('{"teacher.onnx": "ab12"}', encoding="utf-8")

    publish_model(
        PublishRequest(source=RunSource(run=run), folder=tmp_path, name="Tiny", version="1")
    )

    card = read_card(tmp_path / "tiny.json")
    assert card.credit.endswith(told)
    trained = card.training["recipe"]
    assert isinstance(trained, dict)
    assert trained["teacher"]["license"] == "BSD-3-Clause"
    assert trained["teacher"]["onnx"] == "big.onnx"
    assert card.training["teacher_sha256"] == "ab12"
    assert "anna" not in (tmp_path / "tiny.json").read_text(encoding="utf-8")
