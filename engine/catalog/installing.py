"""Installs a model in a folder: all of its files and its card, or nothing.

    1. journal   .<writer>.installing  lists the files that are about to be written
    2. weights   net.onnx, net-int8.onnx, under names that no card uses yet
    3. card      net.json is renamed into place: from this moment the new model is there
    4. clean up  files that no card names any more, then the journal

The rename of the card is the only moment at which a new model replaces an old one, because
new weights never get the name of files that a card describes. If the process is killed, the
journal tells `clean_model_folder` which files to delete.
"""

from __future__ import annotations

import itertools
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from engine.catalog.card import FileName, ModelCard, ModelFile
from engine.catalog.card_file import card_files, read_card, read_card_bytes, write_card
from engine.core.atomic_file import (
    output_error,
    publish_new,
    temporary_part,
    write_bytes_atomic,
)
from engine.core.errors import BadCardError, ModelError, OutputExistsError
from engine.core.file_guard import FileGuard
from engine.core.file_hash import hash_file
from engine.core.leftovers import (
    WRITER_PATTERN,
    is_writer_gone,
    remove_leftovers,
    writer_name,
)
from engine.core.private_files import shared_mode
from engine.core.typed_data import prepared

_JOURNAL_SUFFIX = ".installing"
# Earlier versions called their journals `.shelving`.
_JOURNAL_NAME = re.compile(r"^\." + WRITER_PATTERN + r"\.(installing|shelving)$")
_STAGING_NAME = re.compile(r"^\.export-" + WRITER_PATTERN)


def staging_prefix() -> str:
    """Return the prefix for the name of a folder in which this process prepares a model."""
    return f".export-{writer_name()}-"


def install_model(
    card: ModelCard,
    sources: Mapping[str, Path],
    folder: Path,
    *,
    inputs: Iterable[Path] = (),
) -> ModelCard:
    """Install a model in ``folder``, replacing a model of the same id.

    No other file is replaced. Of the replaced model, only files are deleted whose content is
    what its card describes and that are not among the inputs.

    Args:
        card: Card of the model; a file is renamed where its name is taken.
        sources: Where each file of the card is now, by its name on the card.
        folder: An existing folder.
        inputs: Further files that the model was made from; the sources always count.

    Returns:
        The card as it was written.

    Raises:
        ModelError: If the content of a source is not what the card describes.
        OutputExistsError: If another process takes a name at the same moment.
        OutputError: If the folder cannot be written to.
    """
    card_path = folder / f"{card.id}.json"
    guard = FileGuard([*sources.values(), *inputs])
    old = [name for name in _files_of(card_path) if guard.is_free(folder / name, card_path)]
    wanted, card = card, _with_free_names(card, folder)
    journal = folder / f".{writer_name()}{_JOURNAL_SUFFIX}"
    names = [*(f.file for f in card.files if not os.path.lexists(folder / f.file)), *old]
    try:
        # From here on, a kill leaves a journal that lists every file to check.
        write_bytes_atomic(journal, msgspec.json.encode(names))
        for asked, file in zip(wanted.files, card.files, strict=True):
            _copy(sources[asked.file], folder, file)
        write_card(card, card_path)
    finally:
        # After success these are files of the old model, after an error those of the new one.
        _discard(folder, names)
        with suppress(OSError):
            journal.unlink(missing_ok=True)
    return card


def clean_model_folder(folder: Path) -> None:
    """Delete what killed processes left in ``folder`` while they installed a model.

    Files that a card names are never deleted; files that cannot be deleted stay.
    """
    remove_leftovers(folder)
    with suppress(OSError):
        for path in [*folder.glob(".*")]:
            staging, journal = _STAGING_NAME.match(path.name), _JOURNAL_NAME.match(path.name)
            found = staging or journal
            if found is None or not is_writer_gone(found, path.lstat().st_mtime):
                continue
            # A staging folder belongs to its process alone; a journal may list files in use.
            if journal is None:
                shutil.rmtree(path, ignore_errors=True)
            else:
                _discard(folder, _journalled(path))
                path.unlink(missing_ok=True)


def _with_free_names(card: ModelCard, folder: Path) -> ModelCard:
    """Return ``card`` with file names that are free, or whose files have their content."""
    variants = tuple(
        msgspec.structs.replace(
            variant, files=tuple(_with_free_name(file, folder) for file in variant.files)
        )
        for variant in card.variants
    )
    return msgspec.structs.replace(card, variants=variants)


def _with_free_name(file: ModelFile, folder: Path) -> ModelFile:
    wanted = Path(file.file)
    hashed = f"{wanted.stem}-{file.sha256[:8]}"
    others = (f"{hashed}-{number}{wanted.suffix}" for number in itertools.count(2))
    # Same content may share a file; else the hash makes the name unique, then a number.
    for name in itertools.chain((file.file, f"{hashed}{wanted.suffix}"), others):
        path = folder / name
        if not os.path.lexists(path) or _is_content(path, file):
            break
    return msgspec.structs.replace(file, file=name)


def _copy(source: Path, folder: Path, file: ModelFile) -> None:
    target = folder / file.file
    if _is_content(target, file):
        return
    with temporary_part(target) as part:
        shutil.copyfile(source, part)
        # The copy is compared, because the source may change while it is read.
        if hash_file(part) != file.sha256:
            raise ModelError(f"{source}: was changed in the meantime; try again")
        try:
            publish_new(part, target, mode=shared_mode())
        except FileExistsError as error:
            raise OutputExistsError(f"{target}: appeared meanwhile; try again") from error


def _is_content(path: Path, file: ModelFile) -> bool:
    try:
        if not path.is_file() or path.stat().st_size != file.bytes:
            return False
        return hash_file(path) == file.sha256
    except OSError as error:
        raise output_error(error, path) from error


def _files_of(card_path: Path) -> tuple[str, ...]:
    """Return the files of a model whose content is what its card describes."""
    try:
        card = read_card(card_path)
    except BadCardError:
        return ()
    folder = card_path.parent
    return tuple(file.file for file in card.files if _is_content(folder / file.file, file))


def _journalled(path: Path) -> list[str]:
    try:
        return msgspec.json.decode(read_card_bytes(path), type=prepared(list[FileName]))
    except (BadCardError, msgspec.DecodeError):
        return []


def _discard(folder: Path, names: Iterable[str]) -> None:
    """Delete those of the files ``names`` that no card in ``folder`` mentions."""
    with suppress(OSError, BadCardError):
        # Compared as text: a card that cannot be decoded may be repaired later.
        cards = [read_card_bytes(path) for path in card_files(folder)]
        for name in set(names):
            quoted = msgspec.json.encode(name)
            if not any(quoted in card for card in cards):
                (folder / name).unlink(missing_ok=True)
