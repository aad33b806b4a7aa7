"""Identifies files as the file system does, whatever path leads to them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeAlias

FileIdentity: TypeAlias = tuple[int, int]
"""Device number and inode of a file."""


def file_identity(path: Path, *, follow_links: bool = True) -> FileIdentity | None:
    """Return the identity of the file at ``path``, or None if it cannot be found."""
    try:
        status = path.stat(follow_symlinks=follow_links)
    except (OSError, ValueError):
        return None
    # Some network file systems report an inode of 0 for every file.
    return (status.st_dev, status.st_ino) if status.st_ino else None


def is_folder(path: Path) -> bool:
    """Return whether ``path`` is a folder; False if that cannot be determined."""
    # Path.is_dir raises if a name is too long or a folder may not be searched.
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
