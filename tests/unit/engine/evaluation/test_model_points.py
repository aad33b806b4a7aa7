from __future__ import annotations

import pytest

from engine.core.errors import ConfigError
from engine.evaluation.model_points import ModelPoint, parse_model_point, with_point


@pytest.mark.parametrize(
    ("name", "model", "restoration", "fidelity"),
    [
        ("mfa-s-x4", "mfa-s-x4", None, None),
        ("mfa-s-x4@r=auto,f=0.15", "mfa-s-x4", None, 0.15),
        ("mfa-s-x4@f=1", "mfa-s-x4", None, 1.0),
        ("mfa-s-x4@r=.4", "mfa-s-x4", 0.4, None),
        ("cards/a.json@f=0,r=1", "cards/a.json", 1.0, 0.0),
        ("me@home/a.json", "me@home/a.json", None, None),
        ("me@home/a.json@f=1", "me@home/a.json", None, 1.0),
    ],
)
def test_a_name_holds_a_model_and_a_point(
    name: str, model: str, restoration: float | None, fidelity: float | None
) -> None:
    assert parse_model_point(name) == (
        model,
        ModelPoint(restoration=restoration, fidelity=fidelity),
    )


@pytest.mark.parametrize("text", ["", "r", "r=2", "f=auto", "f=-0.1", "r=0,r=1", "x=1", "f=nan"])
def test_other_points_are_refused_with_the_right_form(text: str) -> None:
    with pytest.raises(ConfigError, match="write MODEL@r=auto,f="):
        parse_model_point(f"mfa-s-x4@{text}")


@pytest.mark.parametrize("name", ["m", "m@r=0", "m@f=0.15", "m@r=0.25,f=1"])
def test_a_name_is_written_as_it_was_read(name: str) -> None:
    assert with_point(*parse_model_point(name)) == name
