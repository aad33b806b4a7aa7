"""Makes paths in recipes absolute, so that they are valid in any working folder."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from engine.core.typed_data import prepared

RecipeT = TypeVar("RecipeT", bound=Struct)


def with_absolute_places(recipe: RecipeT) -> RecipeT:
    """Return ``recipe`` with absolute paths, so that its run can be resumed from elsewhere.

    Relative paths are relative to the working folder; ``~`` is the user's home. Weights that
    are not a file are kept as they are, because they may be the id of a model.
    """
    # By the ends of the names: recipes of all kinds, without a list of their fields.
    tree = msgspec.to_builtins(recipe)
    return msgspec.convert(_absolute(tree), prepared(type(recipe)), strict=False)


def _absolute(values: dict[str, object]) -> dict[str, object]:
    result: dict[str, object] = {}
    for name, value in values.items():
        if isinstance(value, dict):
            result[name] = _absolute(value)
        elif isinstance(value, str) and name.endswith(("folder", "onnx")):
            result[name] = str(Path(value).expanduser().absolute())
        elif isinstance(value, str) and name.endswith("weights"):
            result[name] = _absolute_file(value)
        elif isinstance(value, list | tuple) and name.endswith("weights"):
            result[name] = [_absolute_file(str(one)) for one in value]
        else:
            result[name] = value
    return result


def _absolute_file(value: str) -> str:
    file = Path(value).expanduser()
    return str(file.absolute()) if file.is_file() else value
