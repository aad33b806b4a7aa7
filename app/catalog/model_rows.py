"""What the list of models shows of each of them, searches in, and sorts by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from app.services.model_names import is_imported, model_name
from app.state.number_texts import local_numbers
from app.state.resources import resource_path
from app.state.shown_names import shown
from engine.api import BrokenCard, CatalogEntry, ModelCard, Origin, format_bytes


class ModelSort(Enum):
    """What the list is sorted by."""

    NAME = "name"
    QUALITY = "quality"
    SIZE = "size"
    COST = "cost"


class ModelFilter(Enum):
    """Which models the list shows."""

    ALL = "all"
    SHIPPED = "shipped"
    OWN = "own"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRow:
    """A model, or a card that cannot be used.

    Attributes:
        key: Id of the model, or the path of the broken card.
        name: Name that users read.
        card: The card, None if it is broken.
        folder: Where card and files are.
        is_own: Whether the user imported it.
        is_default: Whether photos are upscaled with it unless another one is chosen.
        size_bytes: Size of all its files.
        psnr_db: First PSNR-Y on its card, None if it was not measured.
        reason: Why the card cannot be used.
    """

    key: str
    name: str
    folder: Path
    card: ModelCard | None = None
    is_own: bool = False
    is_default: bool = False
    size_bytes: int = 0
    psnr_db: float | None = None
    reason: str = ""

    @property
    def facts(self) -> str:
        """The most important facts in one line."""
        card = self.card
        if card is None:
            # The path comes first in the message, and fills the line of a list.
            return shown(self.reason.removeprefix(f"{self.key}: "))
        size = local_numbers(format_bytes(self.size_bytes))
        return " \u00b7 ".join([size, quality_text(card), shown(card.license)])

    @property
    def spoken(self) -> str:
        """What a screen reader says of the model."""
        translate = QCoreApplication.translate
        parts = [self.name]
        if self.card is None:
            parts.append(translate("ModelRows", "cannot be used"))
        if self.is_default:
            parts.append(translate("ModelRows", "default"))
        if self.is_own:
            parts.append(translate("ModelRows", "imported"))
        return ", ".join([*parts, self.facts])


def quality_text(card: ModelCard) -> str:
    """Return the first PSNR-Y of a card with its picture set, or that there is none."""
    figure = next((q for q in card.quality if q.metric == "psnr_y_db"), None)
    if figure is None:
        return QCoreApplication.translate("ModelRows", "not measured")
    return f"{local_numbers(f'{figure.value:.2f}')} dB PSNR-Y {shown(figure.set)}"


def build_rows(
    entries: Iterable[CatalogEntry], broken: Iterable[BrokenCard], *, default_id: str
) -> tuple[ModelRow, ...]:
    """Return the rows of a catalog, those that cannot be used last."""
    rows = [_row(entry, default_id) for entry in entries]
    rows += [
        ModelRow(
            key=str(card.path),
            name=shown(card.path.stem),
            folder=card.path.parent,
            # The folder of the app is the only one that users do not import into.
            is_own=card.path.parent != resource_path("models"),
            reason=card.reason,
        )
        for card in broken
    ]
    return tuple(rows)


def _row(entry: CatalogEntry, default_id: str) -> ModelRow:
    card = entry.card
    return ModelRow(
        key=card.id,
        name=model_name(card),
        card=card,
        folder=entry.folder,
        is_own=entry.origin is not Origin.SHIPPED,
        is_default=card.id == default_id,
        size_bytes=sum(file.bytes for file in card.files),
        psnr_db=next((q.value for q in card.quality if q.metric == "psnr_y_db"), None),
    )


def selected_rows(
    rows: Sequence[ModelRow], *, text: str, which: ModelFilter, sort: ModelSort
) -> tuple[ModelRow, ...]:
    """Return the rows that match a search and a filter, sorted.

    Args:
        rows: All rows, in the order of the app's lists.
        text: Words that must all occur in name, id, license, origin or training of a model.
        which: Which of them.
        sort: By name (the sizes of the app first), best quality, smallest files or least cost.
    """
    words = text.casefold().split()
    kept = [row for row in rows if _is_meant(row, which) and _has_words(row, words)]
    return tuple(sorted(kept, key=_SORT_KEYS[sort]))


def _is_meant(row: ModelRow, which: ModelFilter) -> bool:
    return which is ModelFilter.ALL or row.is_own == (which is ModelFilter.OWN)


def _has_words(row: ModelRow, words: Sequence[str]) -> bool:
    card = row.card
    parts: list[object] = [row.name, row.key, row.reason]
    if card is not None:
        parts += [card.name, card.license, card.credit, card.architecture.family, card.training]
    searched = " ".join(map(str, parts)).casefold()
    return all(word in searched for word in words)


def _by_name(row: ModelRow) -> tuple[object, ...]:
    # The sizes of the app keep their own order, from fast to best, which is no alphabet's.
    is_size = row.card is not None and not is_imported(row.card)
    return (row.card is None, not is_size, "" if is_size else row.name.casefold())


def _by_quality(row: ModelRow) -> tuple[object, ...]:
    # Figures of different scales say nothing about each other: large scales come first.
    scale = 0 if row.card is None else row.card.scale
    return (row.card is None, row.psnr_db is None, -scale, -(row.psnr_db or 0.0))


def _by_size(row: ModelRow) -> tuple[object, ...]:
    return (row.card is None, row.size_bytes)


def _by_cost(row: ModelRow) -> tuple[object, ...]:
    return (row.card is None, 0 if row.card is None else _macs_of_photo_pixel(row.card))


def _macs_of_photo_pixel(card: ModelCard) -> float:
    # Cards may state their cost for different inputs.
    height, width = (int(side) for side in card.macs.input.split("x"))
    return card.macs.value / (height * width)


_SORT_KEYS: dict[ModelSort, Callable[[ModelRow], tuple[object, ...]]] = {
    ModelSort.NAME: _by_name,
    ModelSort.QUALITY: _by_quality,
    ModelSort.SIZE: _by_size,
    ModelSort.COST: _by_cost,
}
