"""Finds the recipes that come with the product by their names."""

from __future__ import annotations

import re
from pathlib import Path

from engine.core.errors import UnknownNameError
from engine.core.places import resources_folder
from engine.core.suggestions import did_you_mean

# Recipes of earlier versions, such as mfa-s-x4-photo-vivid-more.
_OF_ONE_DEGRADATION = re.compile(r"mfa-(xs|s|m)-x[24]-(classic|photo)(-vivid)?(-more|-tone)?")


def find_recipe(name: str) -> Path:
    """Return the recipe file ``name``, or the shipped recipe of that name.

    Raises:
        UnknownNameError: If there is neither.
    """
    if _OF_ONE_DEGRADATION.fullmatch(name) and not Path(name).is_file():
        raise UnknownNameError(
            f"{name!r}: the recipes dial and dial-vivid replaced those of networks for one "
            "degradation; psnr-x4 trains a network for clean photos from random weights."
        )
    return _find(name, "recipes", "recipe")


def find_search(name: str) -> Path:
    """Return the file ``name``, or the shipped recipe of a search of that name.

    Raises:
        UnknownNameError: If there is neither.
    """
    return _find(name, "searches", "search")


def find_tuning_space(name: str) -> Path:
    """Return the file ``name``, or the shipped space of values to tune of that name.

    Raises:
        UnknownNameError: If there is neither.
    """
    return _find(name, "tuning", "space")


def shipped_names(folder: str) -> tuple[str, ...]:
    """Return the names of what is shipped in ``folder`` of the resources, sorted."""
    return tuple(_shipped(folder))


def _shipped(folder: str) -> dict[str, Path]:
    return {file.stem: file for file in sorted((resources_folder() / folder).glob("*.yaml"))}


def _find(name: str, folder: str, kind: str) -> Path:
    # A file wins over a shipped one of the same name.
    path = Path(name)
    if path.is_file():
        return path
    shipped = _shipped(folder)
    if name not in shipped:
        hint = did_you_mean(name, shipped, otherwise=f"Shipped are: {', '.join(shipped)}.")
        raise UnknownNameError(f"{name!r} is neither a file nor a shipped {kind}. {hint}")
    return shipped[name]
