from __future__ import annotations

import pytest

from engine.cli.input_size import parse_input_size
from engine.core.errors import ConfigError


def test_height_comes_first() -> None:
    assert parse_input_size("180x320") == (180, 320)


@pytest.mark.parametrize("text", ["", "180", "180x", "x320", "0x320", "180X320", "-1x5", "1x2x3"])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="write HEIGHTxWIDTH"):
        parse_input_size(text)
