"""Model folders with cards and networks, for tests of the catalog and of what uses it."""

from __future__ import annotations

from pathlib import Path

import msgspec

from engine.catalog.card import Kind, ModelCard, Variant
from engine.catalog.card_file import write_card
from engine.catalog.catalog import Catalog, ModelFolder, Origin
from engine.core.file_hash import hash_file
from tests.helpers.tiny_models import tiny_card
from tests.helpers.tiny_onnx import write_tiny_onnx


def put_model(
    folder: Path,
    model_id: str,
    *,
    scale: int = 2,
    kind: Kind = "faithful",
    twin: str | None = None,
    seed: int = 0,
    **changes: object,
) -> ModelCard:
    """Write a network and its card, with the file's true size and hash, into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    path = write_tiny_onnx(folder / f"{model_id}.onnx", scale=scale, seed=seed)
    variant = Variant(
        precision="fp32", file=path.name, sha256=hash_file(path), bytes=path.stat().st_size
    )
    card = msgspec.structs.replace(
        tiny_card(model_id=model_id, scale=scale, kind=kind),
        twin=twin,
        variants=(variant,),
        **changes,
    )
    write_card(card, folder / f"{model_id}.json")
    return card


def shipped(folder: Path) -> Catalog:
    """Return a catalog of one folder of shipped models."""
    return Catalog([ModelFolder(folder=folder, origin=Origin.SHIPPED)])
