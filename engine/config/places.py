"""Makes the files and folders that a recipe names independent of where it was said."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec

from engine.config.recipes import TrainRecipe

RecipeT = TypeVar("RecipeT", bound=TrainRecipe)


def with_absolute_places(recipe: RecipeT) -> RecipeT:
    """Return ``recipe`` with absolute paths, as a run keeps it that may be resumed elsewhere.

    Relative ones are of the folder that this process runs in; ``~`` is the user's home.
    A name of weights that is no file stays, because it may be the id of a model.
    """
    tree = msgspec.to_builtins(recipe)
    return msgspec.convert(_absolute(tree), type(recipe), strict=False)


def _absolute(values: dict[str, object]) -> dict[str, object]:
    result: dict[str, object] = {}
    for name, value in values.items():
        if isinstance(value, dict):
            result[name] = _absolute(value)
        elif isinstance(value, str) and name.endswith("folder"):
            result[name] = str(Path(value).expanduser().absolute())
        elif isinstance(value, str) and name.endswith("weights"):
            file = Path(value).expanduser()
            result[name] = str(file.absolute()) if file.is_file() else value
        else:
            result[name] = value
    return result
