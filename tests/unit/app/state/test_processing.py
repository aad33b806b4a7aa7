from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest

from app.state.processing import TARGET_LIMITS, ProcessingChoice, TargetChoice

_CHOICE = ProcessingChoice(
    model_id="tiny",
    target=TargetChoice(kind="print", value=30, dpi=240),
    restoration=0.25,
    fidelity=0.5,
    back_projection=True,
    format="png",
    quality=80,
    folder="/results",
    name_template="{name}",
    collision="skip",
    keep_metadata=False,
)


@pytest.mark.parametrize("choice", [_CHOICE, ProcessingChoice()])
def test_a_choice_comes_back_from_json(choice: ProcessingChoice) -> None:
    content = json.loads(json.dumps(choice.to_json()))

    assert ProcessingChoice.from_json(content) == choice


def test_fields_that_an_older_version_did_not_have_take_their_defaults() -> None:
    content: dict[str, object] = {"model_id": "tiny", "target": {"kind": "factor", "value": 2}}

    choice = ProcessingChoice.from_json(content)

    assert choice == ProcessingChoice(model_id="tiny", target=TargetChoice(value=2))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sharpness", 1),
        ("quality", 101),
        ("quality", "92"),
        ("quality", True),
        ("fidelity", 1.5),
        # What settings store for "automatic" is no value of a choice.
        ("fidelity", -1.0),
        ("restoration", -1.0),
        ("restoration", "auto"),
        ("restoration", True),
        ("format", "gif"),
        ("folder", "results"),
        ("back_projection", 1),
        ("target", None),
        ("target", {"kind": "factor", "value": 2, "unit": "cm"}),
        ("target", {"kind": "area", "value": 2}),
        ("target", {"kind": "factor", "value": 0.5}),
        ("target", {"kind": "factor", "value": math.nan}),
        ("target", {"kind": "factor", "value": True}),
        ("target", {"kind": "print", "value": 30, "dpi": "300"}),
    ],
)
def test_what_cannot_be_chosen_is_refused(field: str, value: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        ProcessingChoice.from_json(_CHOICE.to_json() | {field: value})


@pytest.mark.parametrize("kind", list(TARGET_LIMITS))
def test_the_limits_of_every_size_belong_to_it(kind: str) -> None:
    for limit in TARGET_LIMITS[kind]:
        content: dict[str, object] = {"kind": kind, "value": limit}
        assert TargetChoice.from_json(content).value == limit


def test_only_what_changes_pixels_counts_for_pixels() -> None:
    same = replace(_CHOICE, format="jpeg", quality=1, folder="", name_template="x{name}")
    others = (
        replace(_CHOICE, model_id="other"),
        replace(_CHOICE, target=TargetChoice()),
        replace(_CHOICE, fidelity=0.4),
        replace(_CHOICE, restoration=None),
        replace(_CHOICE, back_projection=False),
        replace(_CHOICE, device="cpu"),
    )

    assert same.for_pixels() == _CHOICE.for_pixels()
    assert all(other.for_pixels() != _CHOICE.for_pixels() for other in others)
