"""Which networks there are: shipped with the product, imported, made by runs."""

from __future__ import annotations

import difflib
import logging
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import msgspec

from engine.catalog.card import (
    ModelCard,
    Variant,
    card_files,
    check_hash,
    check_size,
    read_card,
    read_card_bytes,
)
from engine.catalog.shelving import clean_shelf
from engine.core.atomic_file import output_error
from engine.core.errors import BadCardError, ModelError, UnknownNameError
from engine.core.places import data_folder, resources_folder

logger = logging.getLogger(__name__)


class Origin(Enum):
    """Where a network comes from."""

    SHIPPED = "shipped"
    IMPORTED = "imported"
    RUN = "run"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFolder:
    """A folder of cards. A folder that does not exist is an empty shelf."""

    folder: Path
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogEntry:
    """A card and where it was found."""

    card: ModelCard
    folder: Path
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenCard:
    """A card that could not be used, and why."""

    path: Path
    reason: str


def shipped_models_folder() -> Path:
    """Return the folder of the networks that come with the product."""
    return resources_folder() / "models"


def imported_models_folder() -> Path:
    """Return the folder of the user's own networks. It may not exist yet."""
    return data_folder() / "models"


def default_shelves() -> tuple[ModelFolder, ...]:
    """Return the shelves of this installation, shipped networks first."""
    return (
        ModelFolder(folder=shipped_models_folder(), origin=Origin.SHIPPED),
        ModelFolder(folder=imported_models_folder(), origin=Origin.IMPORTED),
    )


class Catalog:
    """The cards of some shelves, read once; `refresh` reads them again.

    A broken card never hides the others: it is listed in `broken`. When two
    cards have one id, the one on the earlier shelf counts.
    """

    def __init__(self, shelves: Sequence[ModelFolder]) -> None:
        self._shelves = tuple(shelves)
        self._entries: dict[str, CatalogEntry] = {}
        self._broken: tuple[BrokenCard, ...] = ()
        self.refresh()

    @classmethod
    def open_default(cls, *more: ModelFolder) -> Catalog:
        """Return the catalog of this installation, with ``more`` shelves behind."""
        return cls((*default_shelves(), *more))

    @property
    def broken(self) -> tuple[BrokenCard, ...]:
        """What could not be read, and why."""
        return self._broken

    def refresh(self) -> None:
        """Read all shelves again."""
        entries: dict[str, CatalogEntry] = {}
        broken: list[BrokenCard] = []
        for shelf in self._shelves:
            clean_shelf(shelf.folder)
            for path in card_files(shelf.folder):
                try:
                    entry = _read_entry(path, shelf, taken=entries)
                except BadCardError as error:
                    logger.info("A model card was left out: %s", error)
                    broken.append(BrokenCard(path=path, reason=str(error)))
                else:
                    entries[entry.card.id] = entry
        shown = sorted(entries.values(), key=_place)
        self._entries, self._broken = {e.card.id: e for e in shown}, tuple(broken)

    def entries(self) -> tuple[CatalogEntry, ...]:
        """Return all usable cards with their places, in the order people read them.

        Shipped before imported, large scales first, models for real photos before
        those for clean ones, costly before cheap, faithful before its vivid twin.
        """
        return tuple(self._entries.values())

    def list(self, *, scale: int | None = None) -> tuple[ModelCard, ...]:
        """Return all usable cards, or those of one ``scale``."""
        cards = (entry.card for entry in self._entries.values())
        return tuple(card for card in cards if scale in (None, card.scale))

    def entry(self, model_id: str) -> CatalogEntry:
        """Return the card called ``model_id`` with its place.

        Raises:
            UnknownNameError: If there is none; the message names the closest.
            BadCardError: If there is one, but it is broken.
        """
        entry = self._entries.get(model_id)
        if entry is not None:
            return entry
        for broken in self._broken:
            if broken.path.stem == model_id:
                raise BadCardError(broken.reason)
        raise UnknownNameError(_unknown_text(model_id, list(self._entries)))

    def get(self, model_id: str) -> ModelCard:
        """Return the card called ``model_id``; raises as `entry` does."""
        return self.entry(model_id).card

    def path(self, card: ModelCard, variant: Variant) -> Path:
        """Return the file of one ``variant`` of ``card``.

        The size of the file is compared to the card's, the hash is not.

        Raises:
            UnknownNameError: If the card is not in this catalog.
            BadCardError: If the file is missing or has another size.
        """
        return check_size(variant, self.entry(card.id).folder)

    def twin(self, card: ModelCard) -> ModelCard | None:
        """Return the network of the other kind that ``card`` can be blended with.

        None when the card names none, or names one that is not here or has
        another scale.
        """
        entry = self._entries.get(card.twin or "")
        if entry is None or entry.card.scale != card.scale or entry.card.kind == card.kind:
            return None
        return entry.card

    def default(self, scale: int) -> ModelCard:
        """Return the network to use when none is named.

        Of the networks of this scale, of the next larger one when there is
        none, else of the largest: shipped before imported, those whose card
        says so before others, faithful before vivid, then the one that costs least.

        Raises:
            ModelError: If the catalog is empty.
        """
        if not self._entries:
            folders = ", ".join(str(shelf.folder) for shelf in self._shelves)
            raise ModelError(f"No model was found in {folders}; import one or install again.")
        scales = {entry.card.scale for entry in self._entries.values()}
        usable = min((s for s in scales if s >= scale), default=max(scales))
        entries = [e for e in self._entries.values() if e.card.scale == usable]
        return min(entries, key=_preference).card

    def verify(self) -> Iterator[tuple[CatalogEntry, str | None]]:
        """Compare every file with its hash.

        Yields:
            Each card with None, or with what is wrong.
        """
        for entry in self._entries.values():
            try:
                for variant in entry.card.variants:
                    check_hash(variant, entry.folder)
            except BadCardError as error:
                yield entry, str(error)
            else:
                yield entry, None

    def remove(self, model_id: str) -> tuple[Path, ...]:
        """Delete an imported network and its card.

        A file that is not named after the network, or that another card names too, is
        not its own and stays. Of a network whose card is broken the card goes alone:
        nothing tells for sure which files are its own.

        Returns:
            The files that were kept although its card names them, or their names do.

        Raises:
            UnknownNameError: If there is no such network.
            ModelError: If it was not imported.
        """
        broken = self._broken_import(model_id)
        if broken is not None:
            _delete(broken)
            self.refresh()
            folder = broken.parent
            return tuple(p for p in sorted(folder.glob("*")) if _is_named_after(p.name, model_id))
        entry = self.entry(model_id)
        if entry.origin is not Origin.IMPORTED:
            raise ModelError(f"{model_id} is a {entry.origin.value} model; only imported ones go.")
        cards = [path for path in card_files(entry.folder) if _is_card_of(path, model_id)]
        files = {variant.file for variant in entry.card.variants}
        kept = {file for file in files if not _is_named_after(file, model_id)}
        kept |= _named_by_others(files, entry.folder, cards)
        for path in (*cards, *(entry.folder / file for file in sorted(files - kept))):
            _delete(path)
        self.refresh()
        return tuple(entry.folder / file for file in sorted(kept))

    def _broken_import(self, model_id: str) -> Path | None:
        if model_id in self._entries:
            return None
        folders = {shelf.folder for shelf in self._shelves if shelf.origin is Origin.IMPORTED}
        broken = (card.path for card in self._broken if card.path.parent in folders)
        return next((path for path in broken if path.stem == model_id), None)


def _delete(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise output_error(error, path) from error


def _is_card_of(path: Path, model_id: str) -> bool:
    try:
        return read_card(path).id == model_id
    except BadCardError:
        return False


def _is_named_after(file: str, model_id: str) -> bool:
    return file == f"{model_id}.onnx" or file.startswith((f"{model_id}-", f"{model_id}."))


def _named_by_others(files: set[str], folder: Path, cards: Sequence[Path]) -> set[str]:
    """Return which of ``files`` stand on another card in ``folder``, be it a broken one."""
    named: set[str] = set()
    for path in card_files(folder):
        if path not in cards:
            with suppress(BadCardError):
                text = read_card_bytes(path)
                named |= {file for file in files if msgspec.json.encode(file) in text}
    return named


def _read_entry(path: Path, shelf: ModelFolder, *, taken: dict[str, CatalogEntry]) -> CatalogEntry:
    card = read_card(path)
    if path.stem not in (card.id, "card"):
        raise BadCardError(f"{path}: is the card of {card.id}; name it {card.id}.json")
    if card.id in taken:
        raise BadCardError(f"{path}: {card.id} is already in {taken[card.id].folder}")
    for variant in card.variants:
        check_size(variant, shelf.folder)
    return CatalogEntry(card=card, folder=shelf.folder, origin=shelf.origin)


def _place(entry: CatalogEntry) -> tuple[bool, int, int, int, str, str]:
    card = entry.card
    photos = ("real", "bicubic", None).index(card.degradation)
    is_own = entry.origin is not Origin.SHIPPED
    return is_own, -card.scale, photos, -card.macs.value, card.kind, card.id


def _preference(entry: CatalogEntry) -> tuple[bool, bool, bool, int]:
    card = entry.card
    is_own = entry.origin is not Origin.SHIPPED
    return is_own, not card.is_default, card.kind != "faithful", card.macs.value


def _unknown_text(model_id: str, known: Sequence[str]) -> str:
    if not known:
        return f"No model is called {model_id!r}: there are no models."
    close = difflib.get_close_matches(model_id, known, n=1)
    hint = f"Did you mean {close[0]!r}?" if close else f"There are {', '.join(known)}."
    return f"No model is called {model_id!r}. {hint}"
