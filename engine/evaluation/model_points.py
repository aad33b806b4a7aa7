"""Names of models with a point of their dial: ``mfa-s-x4@r=auto,f=0.15``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.core.errors import ConfigError

_NUMBER = re.compile(r"0?\.\d+|[01]|1\.0+")
_AUTO = "auto"
_MARK = "@"
_FORM = "write MODEL@r=auto,f=0.15, with values from 0 to 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPoint:
    """Where a model is used on its dial.

    Attributes:
        restoration: Restoration, 0 to 1; None estimates it from each picture.
        fidelity: Fidelity, 0 to 1; None is the default of the model.
    """

    restoration: float | None = None
    fidelity: float | None = None


def parse_model_point(name: str) -> tuple[str, ModelPoint]:
    """Split a name into the model and its point.

    Args:
        name: Id or file, alone or followed by ``@`` and ``r=VALUE``, ``f=VALUE`` or both,
            separated by a comma; ``r=auto`` estimates restoration from each picture.

    Raises:
        ConfigError: If the point is written otherwise.
    """
    model, mark, text = name.rpartition(_MARK)
    # A folder may have the mark in its name.
    if not mark or "/" in text or "\\" in text:
        return name, ModelPoint()
    values: dict[str, float | None] = {}
    for part in text.split(","):
        key, _, value = part.partition("=")
        is_auto = key == "r" and value == _AUTO
        if key not in {"r", "f"} or key in values or not (is_auto or _NUMBER.fullmatch(value)):
            raise ConfigError(f"{name}: {part!r} is no value of a dial; {_FORM}")
        values[key] = None if is_auto else float(value)
    return model, ModelPoint(restoration=values.get("r"), fidelity=values.get("f"))


def with_point(model: str, point: ModelPoint) -> str:
    """Return the name of ``model`` at ``point``, which `parse_model_point` splits again."""
    parts = []
    if point.restoration is not None:
        parts.append(f"r={point.restoration:g}")
    if point.fidelity is not None:
        parts.append(f"f={point.fidelity:g}")
    return _MARK.join([model, *([",".join(parts)] if parts else [])])
