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
    # A file wins over a shipped recipe of the same name.
    path = Path(name)
    if path.is_file():
        return path
    shipped = {file.stem: file for file in sorted((resources_folder() / "recipes").glob("*.yaml"))}
    if name not in shipped:
        if _OF_ONE_DEGRADATION.fullmatch(name):
            raise UnknownNameError(
                f"{name!r}: the recipes dial and dial-vivid replaced those of networks for one "
                "degradation; psnr-x4 trains a network for clean photos from random weights."
            )
        hint = did_you_mean(name, shipped, otherwise=f"Shipped are: {', '.join(shipped)}.")
        raise UnknownNameError(f"{name!r} is neither a file nor a shipped recipe. {hint}")
    return shipped[name]
