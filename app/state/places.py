"""The folders of the app's own files, and paths as it stores them."""

from __future__ import annotations

import os
from pathlib import Path

from engine.api import cache_folder, settings_folder


def config_folder() -> Path:
    """Return the folder of settings, session and queue."""
    # Made complete: the current folder may change while the app runs.
    return complete_path(settings_folder())


def pasted_folder() -> Path:
    """Return the folder of photos that were pasted without a file, a part of the cache."""
    return complete_path(cache_folder()) / "pasted"


def is_folder(path: Path) -> bool:
    """Return whether ``path`` is a folder; False for names that no file system accepts."""
    return os.path.isdir(path)  # noqa: PTH112  # pathlib raises for some names


def complete_path(path: Path) -> Path:
    """Return ``path`` as an absolute path: what is stored is used from other folders."""
    try:
        return path.absolute()
    except OSError:
        # The current folder was deleted.
        return path
