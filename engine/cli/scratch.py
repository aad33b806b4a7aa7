"""The folder for pixels that do not fit into memory."""

from __future__ import annotations

from pathlib import Path

from engine.core.atomic_file import output_error
from engine.core.leftovers import remove_leftovers
from engine.core.places import cache_folder
from engine.core.private_files import make_private_folder


def scratch_folder() -> Path:
    """Return the folder, readable by its owner only and without leftovers of dead processes.

    Raises:
        OutputError: If it cannot be created.
    """
    folder = cache_folder() / "scratch"
    try:
        make_private_folder(folder)
    except OSError as error:
        raise output_error(error, folder) from error
    remove_leftovers(folder)
    return folder
