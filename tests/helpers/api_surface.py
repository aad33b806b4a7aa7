"""Writes down the surface of ``engine.api``: ``python -m tests.helpers.api_surface``."""

from __future__ import annotations

import dataclasses
import inspect
import json
from enum import Enum
from pathlib import Path

import engine.api

SURFACE_FILE = Path(__file__).parents[1] / "architecture" / "api_surface.json"


def describe(name: str) -> str:
    """Return the kind of a public name and what a caller must know of it."""
    value = getattr(engine.api, name)
    if inspect.isfunction(value):
        return f"function {inspect.signature(value)}"
    return _describe_class(value) if inspect.isclass(value) else "value"


def surface() -> dict[str, str]:
    """Return the description of every public name."""
    return {name: describe(name) for name in engine.api.__all__}


def _describe_class(value: type) -> str:
    if issubclass(value, Enum):
        return "enum " + ", ".join(member.name for member in value)
    if issubclass(value, Exception):
        return f"error {getattr(value, 'code', '')}"
    if dataclasses.is_dataclass(value):
        return "dataclass " + ", ".join(field.name for field in dataclasses.fields(value))
    fields = getattr(value, "__struct_fields__", None)
    if fields is not None:
        return "struct " + ", ".join(fields)
    return "class " + ", ".join(sorted(m for m in vars(value) if not m.startswith("_")))


if __name__ == "__main__":
    SURFACE_FILE.write_text(json.dumps(surface(), indent=2) + "\n", encoding="utf-8")
