"""Model folders with cards and networks, for tests of the catalog and of what uses it."""

from __future__ import annotations

from pathlib import Path

import msgspec

from engine.catalog.card import Kind, ModelCard, Variant
from engine.catalog.card_file import write_card
from engine.catalog.catalog import Catalog, ModelFolder, Origin
from tests.helpers.tiny_models import model_file, tiny_card, tiny_dial
from tests.helpers.tiny_onnx import write_tiny_onnx


def put_model(
    folder: Path,
    model_id: str,
    *,
    scale: int = 2,
    kind: Kind = "faithful",
    seed: int = 0,
    **changes: object,
) -> ModelCard:
    """Write a network and its card, with the file's true size and hash, into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    path = write_tiny_onnx(folder / f"{model_id}.onnx", scale=scale, seed=seed)
    variant = Variant(precision="fp32", files=(model_file(path),))
    card = msgspec.structs.replace(
        tiny_card(model_id=model_id, scale=scale, kind=kind),
        variants=(variant,),
        **changes,
    )
    write_card(card, folder / f"{model_id}.json")
    return card


def put_dial(folder: Path, model_id: str, *, scale: int = 2) -> ModelCard:
    """Write a dial of two values, with its card, into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    card = tiny_dial(folder, model_id=model_id, scale=scale).card
    write_card(card, folder / f"{model_id}.json")
    return card


def shipped(folder: Path) -> Catalog:
    """Return a catalog of one folder of shipped models."""
    return Catalog([ModelFolder(folder=folder, origin=Origin.SHIPPED)])
