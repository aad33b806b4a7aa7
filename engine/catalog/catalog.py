"""The catalog: the models that are installed, whether shipped, imported or made by runs."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import msgspec

from engine.catalog.aliases import ModelAlias, find_alias
from engine.catalog.card import ModelCard, ModelFile
from engine.catalog.card_file import card_files, read_card, read_card_bytes
from engine.catalog.installing import clean_model_folder
from engine.catalog.model_file import check_hash, check_size
from engine.core.atomic_file import output_error
from engine.core.errors import BadCardError, ModelError, UnknownNameError
from engine.core.places import data_folder, resources_folder
from engine.core.suggestions import did_you_mean

logger = logging.getLogger(__name__)


class Origin(Enum):
    """Where a model comes from."""

    SHIPPED = "shipped"
    IMPORTED = "imported"
    RUN = "run"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFolder:
    """A folder of model cards and their files; one that does not exist counts as empty."""

    folder: Path
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogEntry:
    """A card and the folder it was found in."""

    card: ModelCard
    folder: Path
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenCard:
    """A card that could not be used, and why."""

    path: Path
    reason: str


def shipped_models_folder() -> Path:
    """Return the folder of the models that come with the product."""
    return resources_folder() / "models"


def imported_models_folder() -> Path:
    """Return the folder of the models that the user imported. It may not exist yet."""
    return data_folder() / "models"


def default_model_folders() -> tuple[ModelFolder, ...]:
    """Return the model folders of this installation, the shipped one first."""
    return (
        ModelFolder(folder=shipped_models_folder(), origin=Origin.SHIPPED),
        ModelFolder(folder=imported_models_folder(), origin=Origin.IMPORTED),
    )


class Catalog:
    """The model cards of several folders, read once; `refresh` reads them again.

    A broken card never hides the others: it is listed in `broken`. If two cards have the
    same id, the one in the earlier folder is used.
    """

    def __init__(self, folders: Sequence[ModelFolder]) -> None:
        self._folders = tuple(folders)
        self._entries: dict[str, CatalogEntry] = {}
        self._broken: tuple[BrokenCard, ...] = ()
        self.refresh()

    @classmethod
    def open_default(cls, *more: ModelFolder) -> Catalog:
        """Return the catalog of this installation, followed by ``more`` folders."""
        return cls((*default_model_folders(), *more))

    @property
    def broken(self) -> tuple[BrokenCard, ...]:
        """The cards that could not be read, and why."""
        return self._broken

    def refresh(self) -> None:
        """Read all folders again."""
        entries: dict[str, CatalogEntry] = {}
        broken: list[BrokenCard] = []
        for source in self._folders:
            # First, so that half a model of a killed process is never listed.
            clean_model_folder(source.folder)
            for path in card_files(source.folder):
                try:
                    entry = _read_entry(path, source, taken=entries)
                except BadCardError as error:
                    logger.info("A model card was left out: %s", error)
                    broken.append(BrokenCard(path=path, reason=str(error)))
                else:
                    entries[entry.card.id] = entry
        shown = sorted(entries.values(), key=_list_order)
        self._entries, self._broken = {e.card.id: e for e in shown}, tuple(broken)

    def entries(self) -> tuple[CatalogEntry, ...]:
        """Return all usable cards with their folders, in the order in which lists show them.

        Shipped before imported, large scales first, dials before plain models, models for real
        photos before models for clean photos, costly before cheap, faithful before vivid.
        """
        return tuple(self._entries.values())

    def list(self, *, scale: int | None = None) -> tuple[ModelCard, ...]:
        """Return all usable cards, or those of one ``scale``."""
        cards = (entry.card for entry in self._entries.values())
        return tuple(card for card in cards if scale in (None, card.scale))

    def entry(self, model_id: str) -> CatalogEntry:
        """Return the card of ``model_id`` with its folder.

        Raises:
            UnknownNameError: If there is none; the message names the most similar id.
            BadCardError: If its card is broken.
        """
        entry = self._entries.get(model_id)
        if entry is not None:
            return entry
        for broken in self._broken:
            if broken.path.stem == model_id:
                raise BadCardError(broken.reason)
        alias = find_alias(model_id, self._entries)
        if alias is not None:
            raise UnknownNameError(alias.note)
        raise UnknownNameError(_unknown_text(model_id, list(self._entries)))

    def get(self, model_id: str) -> ModelCard:
        """Return the card of ``model_id``; raises as `entry` does."""
        return self.entry(model_id).card

    def path(self, card: ModelCard, file: ModelFile) -> Path:
        """Return the path of a ``file`` of ``card``.

        The size of the file is compared to the card's, the hash is not.

        Raises:
            UnknownNameError: If the card is not in this catalog.
            BadCardError: If the file is missing or has another size.
        """
        return check_size(file, self.entry(card.id).folder)

    def alias(self, model_id: str) -> ModelAlias | None:
        """Return what replaced the model of an earlier version called ``model_id``.

        None if a model of that id is installed, or its replacement is not.
        """
        return None if model_id in self._entries else find_alias(model_id, self._entries)

    def default(self, scale: int) -> ModelCard:
        """Return the model to use for ``scale`` when none is named.

        It is chosen among the models of this scale, or of the next larger scale if there are
        none, or else of the largest scale: shipped before imported, default before others,
        faithful before vivid, then the cheapest.

        Raises:
            ModelError: If the catalog is empty.
        """
        if not self._entries:
            folders = ", ".join(str(source.folder) for source in self._folders)
            raise ModelError(f"No model was found in {folders}; import one or install again.")
        scales = {entry.card.scale for entry in self._entries.values()}
        usable = min((s for s in scales if s >= scale), default=max(scales))
        entries = [e for e in self._entries.values() if e.card.scale == usable]
        return min(entries, key=_default_order).card

    def verify(self) -> Iterator[tuple[CatalogEntry, str | None]]:
        """Compare the hash of every file with its card.

        Yields:
            Each card, with None if all its files match, else with the error.
        """
        for entry in self._entries.values():
            try:
                for file in entry.card.files:
                    check_hash(file, entry.folder)
            except BadCardError as error:
                yield entry, str(error)
            else:
                yield entry, None

    def remove(self, model_id: str) -> tuple[Path, ...]:
        """Delete an imported model: its card and its files.

        A file that is not named after the model, or that another card names too, is kept.
        If the card is broken, only the card is deleted, because it cannot say which files
        belong to the model.

        Returns:
            The files that were kept although they may belong to the model.

        Raises:
            UnknownNameError: If there is no such model.
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
            raise ModelError(
                f"{model_id} is a {entry.origin.value} model; only imported models can be removed"
            )
        cards = [path for path in card_files(entry.folder) if _is_card_of(path, model_id)]
        files = {file.file for file in entry.card.files}
        # An imported card may name any file in the folder.
        kept = {file for file in files if not _is_named_after(file, model_id)}
        kept |= _named_by_others(files, entry.folder, cards)
        for path in (*cards, *(entry.folder / file for file in sorted(files - kept))):
            _delete(path)
        self.refresh()
        return tuple(entry.folder / file for file in sorted(kept))

    def _broken_import(self, model_id: str) -> Path | None:
        if model_id in self._entries:
            return None
        folders = {source.folder for source in self._folders if source.origin is Origin.IMPORTED}
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
    """Return which of ``files`` another card in ``folder`` names, even a broken card."""
    named: set[str] = set()
    for path in card_files(folder):
        if path not in cards:
            with suppress(BadCardError):
                text = read_card_bytes(path)
                named |= {file for file in files if msgspec.json.encode(file) in text}
    return named


def _read_entry(path: Path, source: ModelFolder, *, taken: dict[str, CatalogEntry]) -> CatalogEntry:
    card = read_card(path)
    # A broken card is found by its file name alone, so that must be its id. card.json is accepted
    # too, for a folder of one model.
    if path.stem not in (card.id, "card"):
        raise BadCardError(f"{path}: is the card of {card.id}; name it {card.id}.json")
    if card.id in taken:
        raise BadCardError(f"{path}: {card.id} is already in {taken[card.id].folder}")
    for file in card.files:
        check_size(file, source.folder)
    return CatalogEntry(card=card, folder=source.folder, origin=source.origin)


def _list_order(entry: CatalogEntry) -> tuple[bool, int, bool, int, int, str, str]:
    card = entry.card
    # Most users enlarge real photos.
    photos = ("real", "bicubic", None).index(card.degradation)
    is_own = entry.origin is not Origin.SHIPPED
    # Dials before the plain models, which each serve one kind of photo only.
    is_plain = card.dial is None
    return is_own, -card.scale, is_plain, photos, -card.macs.value, card.kind or "", card.id


def _default_order(entry: CatalogEntry) -> tuple[bool, bool, bool, int]:
    card = entry.card
    is_own = entry.origin is not Origin.SHIPPED
    return is_own, not card.is_default, card.kind == "vivid", card.macs.value


def _unknown_text(model_id: str, known: Sequence[str]) -> str:
    if not known:
        return f"No model is called {model_id!r}: there are no models."
    hint = did_you_mean(model_id, known, otherwise=f"There are {', '.join(known)}.")
    return f"No model is called {model_id!r}. {hint}"
