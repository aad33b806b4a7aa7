"""Names the corners of a dial, so that a recipe can start from one or learn from one."""

from __future__ import annotations

from pathlib import Path

from engine.catalog.card import ModelFile
from engine.catalog.catalog import Catalog, CatalogEntry


def find_corner(catalog: Catalog, name: str) -> tuple[CatalogEntry, ModelFile] | None:
    """Return the model and its float32 file that is called ``name`` without the suffix, or None.

    ``mfa-s-x4-r0f1`` is the corner of ``mfa-s-x4`` at restoration 0 and fidelity 1: a network
    of its own, with the weights that the dial mixes for all other points.
    """
    for entry in catalog.entries():
        variant = entry.card.variant("fp32")
        for file in variant.files if variant and entry.card.dial else ():
            if Path(file.file).stem == name:
                return entry, file
    return None
