"""Tells files apart as the file system does, whatever names lead to them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeAlias

FileIdentity: TypeAlias = tuple[int, int]
"""Device and number of a file on it."""


def file_identity(path: Path, *, follow_links: bool = True) -> FileIdentity | None:
    """Return what the file system knows ``path`` by, None if nothing can be found there."""
    try:
        status = path.stat(follow_symlinks=follow_links)
    except (OSError, ValueError):
        return None
    # Some network file systems number nothing.
    return (status.st_dev, status.st_ino) if status.st_ino else None


def is_folder(path: Path) -> bool:
    """Return whether ``path`` is a folder, False also where that cannot be found out."""
    # Path.is_dir raises where a name is too long or a folder may not be searched.
    return os.path.isdir(path)  # noqa: PTH112


def file_stamp(path: Path) -> str:
    """Return size and time of change of ``path``, empty where it cannot be found.

    Equal stamps mean the same content; batch records hold them, so their form must not change.
    """
    try:
        status = path.stat()
    except (OSError, ValueError):
        return ""
    return f"{status.st_size}-{status.st_mtime_ns}"
