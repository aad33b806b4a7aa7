"""Reads the size of the result from the options of a command."""

from __future__ import annotations

import re

from engine.core.errors import ConfigError
from engine.inference.job.target import OutputTarget

DEFAULT_FACTOR = 4.0
_PRINT = re.compile(
    r"(?P<length>[0-9]+(?:\.[0-9]+)?)\s*(?P<unit>cm|mm|inch|in)\s*@\s*"
    r"(?P<dpi>[0-9]+(?:\.[0-9]+)?)\s*(?:dpi)?",
    re.IGNORECASE,
)


def read_target(
    *,
    scale: float | None,
    long_edge: int | None,
    megapixels: float | None,
    print_size: str | None,
    default_factor: float = DEFAULT_FACTOR,
) -> OutputTarget:
    """Return the target of the one option that was given; ``default_factor`` if none was.

    Raises:
        ConfigError: If two were given, or one is not valid.
    """
    given = [value for value in (scale, long_edge, megapixels, print_size) if value is not None]
    if len(given) > 1:
        raise ConfigError("Give only one of --scale, --long-edge, --megapixels and --print")
    if long_edge is not None:
        return OutputTarget.long_edge(long_edge)
    if megapixels is not None:
        return OutputTarget.megapixels(megapixels)
    if print_size is not None:
        return _read_print(print_size)
    return OutputTarget.factor(default_factor if scale is None else scale)


def _read_print(text: str) -> OutputTarget:
    match = _PRINT.fullmatch(text.strip())
    if match is None:
        raise ConfigError(f"--print {text!r}: write the longer side and the dpi, such as 30cm@300")
    length, unit = float(match["length"]), match["unit"].lower()
    if unit == "mm":
        length, unit = length / 10, "cm"
    unit = "inch" if unit == "in" else unit
    return OutputTarget.print_size(length, unit=unit, dpi=float(match["dpi"]))
