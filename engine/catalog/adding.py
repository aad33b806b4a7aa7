"""Adds a model that lies elsewhere, with its card, to the user's models."""

from __future__ import annotations

from pathlib import Path

from engine.catalog.card import ModelCard
from engine.catalog.card_file import read_card
from engine.catalog.catalog import Catalog, imported_models_folder
from engine.catalog.installing import install_model
from engine.core.atomic_file import make_folder
from engine.core.errors import ModelError


def add_model(card_path: Path, catalog: Catalog) -> ModelCard:
    """Copy a model into the user's folder of models, in place of one of the same id.

    Args:
        card_path: Its card, beside the files that it names.
        catalog: The models that are there; read again afterwards.

    Raises:
        BadCardError: If the card cannot be read.
        ModelError: If a shipped model has its id, or its files are not what the card describes.
        OutputError: If the folder cannot be written to.
    """
    card = read_card(card_path)
    folder = imported_models_folder()
    taken = {entry.card.id: entry for entry in catalog.entries()}.get(card.id)
    if taken is not None and taken.folder != folder:
        raise ModelError(f"{card_path}: a model of the app is called {card.id}; rename this one")
    make_folder(folder)
    sources = {file.file: card_path.parent / file.file for file in card.files}
    installed = install_model(card, sources, folder)
    catalog.refresh()
    return installed
