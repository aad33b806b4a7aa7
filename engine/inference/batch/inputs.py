"""Finds the photos that files, folders and patterns name."""

from __future__ import annotations

import fnmatch
import glob
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from engine.core.errors import ConfigError
from engine.core.file_identity import file_identity, is_folder
from engine.imaging.photo_folders import FolderContent, count_suffixes, list_folder

_ANY_DEPTH = "**"
_NAMED_SUFFIXES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoInput:
    """A photo to work on.

    Attributes:
        path: The file.
        folder: Its folder relative to the folder or pattern that named it;
            results are written into the same folder below the output folder.
    """

    path: Path
    folder: PurePath = field(default_factory=PurePath)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPhotos:
    """The photos that files, folders and patterns name.

    Attributes:
        photos: The photos, each once, in a stable order.
        locked: Folders that cannot be read.
        others: Other files in the folders, by their names no photos.
    """

    photos: tuple[PhotoInput, ...]
    locked: tuple[Path, ...] = ()
    others: tuple[Path, ...] = ()

    def left_out(self) -> str | None:
        """Return a sentence about the files that are left out, None if there are none."""
        if not self.others:
            return None
        counts = list(count_suffixes(self.others).items())
        kinds = [f"{count} {suffix or 'without an ending'}" for suffix, count in counts]
        if len(kinds) > _NAMED_SUFFIXES:
            rest = sum(count for _, count in counts[_NAMED_SUFFIXES - 1 :])
            kinds = [*kinds[: _NAMED_SUFFIXES - 1], f"{rest} others"]
        return (
            f"Left out, as their names are not those of photos that can be read here: "
            f"{', '.join(kinds)}"
        )


def find_photos(
    sources: Sequence[Path], *, is_recursive: bool = False, left_out: Path | None = None
) -> FoundPhotos:
    """Return the photos that ``sources`` name.

    A missing file is returned as well: the batch reports it.

    Args:
        sources: Files, folders, or patterns such as ``scans/**/*.tif``.
        is_recursive: Whether to search subfolders.
        left_out: A folder that is not searched: the one of the results.

    Raises:
        ConfigError: If a folder or pattern names no photo.
    """
    found: dict[object, PhotoInput] = {}
    locked: list[Path] = []
    others: list[Path] = []
    for source in sources:
        photos, content = _expand(source, is_recursive=is_recursive, left_out=left_out)
        if not photos:
            raise ConfigError(_nothing_there(source, content, is_recursive=is_recursive))
        for photo in photos:
            # The first name counts: it decides over the folder of the result.
            found.setdefault(_file_key(photo.path), photo)
        locked += content.locked
        others += content.others
    return FoundPhotos(photos=tuple(found.values()), locked=tuple(locked), others=tuple(others))


def _expand(
    source: Path, *, is_recursive: bool, left_out: Path | None
) -> tuple[list[PhotoInput], FolderContent]:
    """Return the photos that ``source`` names, and what else was met on the way."""
    if is_folder(source):
        content = list_folder(source, is_recursive=is_recursive, left_out=left_out)
        return list(_below(source, content.photos)), content
    # A file that is really called [1].jpg is a file, not a pattern.
    if not os.path.lexists(source) and glob.has_magic(str(source)):
        root, pattern = _split(source)
        content = list_folder(
            root,
            is_recursive=len(pattern) > 1,
            takes_hidden=any(part.startswith(".") for part in pattern),
            # scans/*/a.jpg must not walk through everything below scans.
            wants=lambda folder: _leads_on(folder.relative_to(root).parts, pattern),
        )
        matches = (
            path for path in content.files if _matches(path.relative_to(root).parts, pattern)
        )
        return list(_below(root, matches)), FolderContent(files=(), locked=content.locked)
    return [PhotoInput(path=source)], FolderContent(files=())


def _nothing_there(source: Path, content: FolderContent, *, is_recursive: bool) -> str:
    if content.locked:
        names = ", ".join(str(folder) for folder in content.locked)
        return f"{source}: no photo is there; {names} cannot be read, check your rights to it"
    way_out = "" if is_recursive else "; --recursive looks into the folders in it"
    left_out = FoundPhotos(photos=(), others=content.others).left_out()
    return f"{source}: no photo is there{way_out}{'. ' + left_out if left_out else ''}"


def _below(root: Path, paths: Iterable[Path]) -> Iterator[PhotoInput]:
    for path in paths:
        yield PhotoInput(path=path, folder=path.parent.relative_to(root))


def _file_key(path: Path) -> object:
    """Return what is equal for two names of one file that have the same entry in a folder."""
    try:
        is_single = path.stat().st_nlink == 1
    except (OSError, ValueError):
        is_single = False
    # A hard link is a photo of its own name; a link that leads nowhere is only a name.
    return (is_single and file_identity(path)) or os.path.normcase(os.path.realpath(path))


def _split(pattern: Path) -> tuple[Path, tuple[str, ...]]:
    """Return the existing folder that a pattern begins with, and its parts from there on."""
    root, parts = Path(pattern.anchor), list(pattern.relative_to(pattern.anchor).parts)
    while len(parts) > 1 and (not glob.has_magic(parts[0]) or is_folder(root / parts[0])):
        root /= parts.pop(0)
    return root, tuple(parts)


def _matches(names: Sequence[str], pattern: Sequence[str]) -> bool:
    if not pattern:
        return not names
    first, rest = pattern[0], pattern[1:]
    if first == _ANY_DEPTH:
        return any(_matches(names[skipped:], rest) for skipped in range(len(names) + 1))
    return bool(names) and _fits(names[0], first) and _matches(names[1:], rest)


def _leads_on(names: Sequence[str], pattern: Sequence[str]) -> bool:
    """Return whether something in the folder of ``names`` could match ``pattern``."""
    for name, part in zip(names, pattern, strict=False):
        if part == _ANY_DEPTH:
            return True
        if not _fits(name, part):
            return False
    return len(names) < len(pattern)


def _fits(name: str, part: str) -> bool:
    # A part that is the name itself counts too: [a]dir is a folder's name as well.
    return name == part or fnmatch.fnmatchcase(name, part)
