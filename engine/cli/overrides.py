"""Reads ``--set KEY=VALUE``."""

from __future__ import annotations

from engine.core.errors import ConfigError


def parse_overrides(values: list[str]) -> dict[str, str]:
    """Return ``KEY=VALUE`` texts as a mapping.

    Raises:
        ConfigError: If a text has no equals sign.
    """
    for value in values:
        if "=" not in value:
            raise ConfigError(f"--set {value}: write KEY=VALUE, as in --set schedule.steps=100")
    return {value.split("=", 1)[0]: value.split("=", 1)[1] for value in values}
