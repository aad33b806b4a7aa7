"""Finds the photos that files, folders and patterns name."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from engine.core.errors import ConfigError

# fmt: off
PHOTO_SUFFIXES = frozenset({
    ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".tif", ".tiff", ".webp", ".avif", ".heic", ".heif",
    ".jxl", ".arw", ".cr2", ".dng", ".nef", ".nrw", ".pef", ".sr2", ".srw",
})
# fmt: on
"""What counts as a photo in a folder; a file that is named is always taken."""


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


def find_photos(
    sources: Sequence[Path], *, is_recursive: bool = False, left_out: Path | None = None
) -> tuple[PhotoInput, ...]:
    """Return the photos that ``sources`` name, each once, in a stable order.

    A missing file is returned as well: it is for the batch to report.

    Args:
        sources: Files, folders, or patterns such as ``scans/**/*.tif``.
        is_recursive: Whether to look into the folders in folders.
        left_out: A folder to stay out of: where the results go.

    Raises:
        ConfigError: If a folder or pattern names no photo.
    """
    found: dict[str, PhotoInput] = {}
    for source in sources:
        photos = list(_expand(source, is_recursive=is_recursive, left_out=left_out))
        if not photos:
            way_out = "" if is_recursive else "; --recursive looks into the folders in it"
            raise ConfigError(f"{source}: no photo is there{way_out}")
        for photo in photos:
            found.setdefault(os.path.normcase(photo.path.resolve()), photo)
    return tuple(found.values())


def _expand(source: Path, *, is_recursive: bool, left_out: Path | None) -> Iterator[PhotoInput]:
    if source.is_dir():
        yield from _below(source, _walk(source, is_recursive=is_recursive, left_out=left_out))
    elif not source.exists() and glob.has_magic(str(source)):
        root = _fixed_part(source)
        matches = sorted(root.glob(str(source.relative_to(root))))
        yield from _below(root, (path for path in matches if path.is_file()))
    else:
        yield PhotoInput(path=source)


def _below(root: Path, paths: Iterable[Path]) -> Iterator[PhotoInput]:
    for path in paths:
        yield PhotoInput(path=path, folder=path.parent.relative_to(root))


def _walk(folder: Path, *, is_recursive: bool, left_out: Path | None) -> Iterator[Path]:
    away = left_out.absolute() if left_out else None
    for base, folders, files in os.walk(folder):
        # Sorted in place: os.walk goes on in this order.
        folders[:] = sorted(
            name
            for name in folders
            if is_recursive and not name.startswith(".") and Path(base, name).absolute() != away
        )
        for name in sorted(files):
            if not name.startswith(".") and Path(name).suffix.lower() in PHOTO_SUFFIXES:
                yield Path(base, name)


def _fixed_part(pattern: Path) -> Path:
    parts = []
    for part in pattern.parts[:-1]:
        if glob.has_magic(part):
            break
        parts.append(part)
    return Path(*parts)
