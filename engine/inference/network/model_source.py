"""Where the files of a model are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.catalog.card import ModelCard


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSource:
    """A model card and the folder that holds the files it names."""

    card: ModelCard
    folder: Path
