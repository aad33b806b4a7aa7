"""Finds recipes by the names people know them by."""

from __future__ import annotations

import difflib
from pathlib import Path

from engine.core.errors import UnknownNameError
from engine.core.places import resources_folder


def find_recipe(name: str) -> Path:
    """Return the recipe file ``name``, or the shipped recipe of that name.

    Raises:
        UnknownNameError: If there is neither.
    """
    path = Path(name)
    if path.is_file():
        return path
    shipped = {file.stem: file for file in sorted((resources_folder() / "recipes").glob("*.yaml"))}
    if name not in shipped:
        close = difflib.get_close_matches(name, shipped, n=1)
        hint = f"Did you mean {close[0]!r}?" if close else f"Shipped are: {', '.join(shipped)}."
        raise UnknownNameError(f"{name!r} is neither a file nor a shipped recipe. {hint}")
    return shipped[name]
