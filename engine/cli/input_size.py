"""Reads the option ``--input`` of commands that measure networks."""

from __future__ import annotations

from engine.core.errors import ConfigError


def parse_input_size(text: str) -> tuple[int, int]:
    """Return height and width of an LR input written as ``HEIGHTxWIDTH``.

    Raises:
        ConfigError: If it is written otherwise.
    """
    height, _, width = text.partition("x")
    if not (height.isdigit() and width.isdigit() and int(height) and int(width)):
        raise ConfigError(f"--input {text}: write HEIGHTxWIDTH, as in 256x256")
    return int(height), int(width)
