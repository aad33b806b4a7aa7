"""Finds the photos in dropped files and folders; slow for large folders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.api import ConfigError, find_photos


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchedPhotos:
    """The photos in files and folders, and the paths without photos or that cannot be read."""

    photos: tuple[Path, ...]
    failed: tuple[tuple[Path, Exception], ...]


def search_photos(paths: Sequence[Path]) -> SearchedPhotos:
    """Return the photos in ``paths``, in folders and all their subfolders too."""
    photos: list[Path] = []
    failed: list[tuple[Path, Exception]] = []
    for path in paths:
        # Each path by itself: one that cannot be used must not hide the photos of the others.
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
