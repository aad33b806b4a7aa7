"""Looks for the photos in what people dropped; takes long in large folders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.api import ConfigError, find_photos


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchedPhotos:
    """The photos in files and folders, and what holds none or cannot be read."""

    photos: tuple[Path, ...]
    failed: tuple[tuple[Path, Exception], ...]


def search_photos(paths: Sequence[Path]) -> SearchedPhotos:
    """Return the photos that ``paths`` name, folders and the folders in them included."""
    photos: list[Path] = []
    failed: list[tuple[Path, Exception]] = []
    for path in paths:
        try:
            found = find_photos([path], is_recursive=True)
        except (ConfigError, OSError) as error:
            failed.append((path, error))
            continue
        photos += [photo.path for photo in found.photos]
        failed += [
            (folder, ConfigError(f"{folder}: cannot be read; its photos are left out"))
            for folder in found.locked
        ]
    return SearchedPhotos(photos=tuple(photos), failed=tuple(failed))
