"""The folder that results are written to."""

from __future__ import annotations

from pathlib import Path

import platformdirs

from app.state.places import pasted_folder
from app.state.resources import resource_path

OUTPUT_FOLDER_NAME = "upscaled"


def result_folder(photo: Path, chosen: str) -> Path:
    """Return the folder for the result of ``photo``.

    Args:
        photo: Absolute path of the photo.
        chosen: The folder the user chose; empty means a folder beside the photo, or in the
            user's pictures folder for a photo in a place the user does not know: a sample
            of the installation, or one that was pasted and has no file of its own.
    """
    if chosen:
        return Path(chosen)
    if is_ours(photo):
        return Path(platformdirs.user_pictures_dir()) / OUTPUT_FOLDER_NAME
    return photo.parent / OUTPUT_FOLDER_NAME


def is_ours(photo: Path) -> bool:
    """Return whether ``photo`` is in a folder of the app, however its path is spelled."""
    try:
        real = photo.resolve()
        return any(
            real.is_relative_to(folder.resolve()) for folder in (resource_path(), pasted_folder())
        )
    except (OSError, RuntimeError):
        return False
