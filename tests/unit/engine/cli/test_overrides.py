from __future__ import annotations

import pytest

from engine.cli.overrides import parse_overrides
from engine.core.errors import ConfigError


def test_the_first_equals_sign_divides_key_and_value() -> None:
    found = parse_overrides(["schedule.steps=100", "data.folder=a=b", "name="])

    assert found == {"schedule.steps": "100", "data.folder": "a=b", "name": ""}


def test_a_later_value_of_a_key_wins() -> None:
    assert parse_overrides(["seed=1", "seed=2"]) == {"seed": "2"}


def test_a_text_without_equals_sign_is_refused_with_an_example() -> None:
    with pytest.raises(ConfigError, match=r"--set steps: write KEY=VALUE, as in"):
        parse_overrides(["steps"])
