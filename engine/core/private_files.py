"""Keeps other users of the computer from reading the user's photos and records."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

_PRIVATE_FOLDER = 0o700
_PRIVATE_FILE = 0o600
_STATUS = Path("/proc/self/status")


def make_private_folder(folder: Path) -> None:
    """Make ``folder`` and missing folders above it, accessible to the owner only.

    An existing folder is closed to others if the process may change its permissions.

    Raises:
        OSError: If it cannot be made.
    """
    missing = []
    place = folder
    # mkdir(parents=True) would give the folders above it the permissions of the umask.
    while not place.is_dir() and place != place.parent:
        missing.append(place)
        place = place.parent
    for path in reversed(missing):
        # Another process may be making the same folder.
        path.mkdir(mode=_PRIVATE_FOLDER, exist_ok=True)
    if not missing and folder.stat().st_mode & 0o077:
        # Not possible on file systems without permissions, or for another owner's folder.
        with suppress(OSError):
            folder.chmod(_PRIVATE_FOLDER)


def create_private_file(path: Path) -> int:
    """Create ``path``, which must not exist, accessible to the owner only.

    Returns:
        The open descriptor, for reading and writing.

    Raises:
        OSError: If it exists, even as a broken link, or cannot be created.
    """
    flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_BINARY", 0)
    return os.open(path, flags, _PRIVATE_FILE)


def shared_mode(like: Path | None = None) -> int:
    """Return the permissions of a new file of the user: those that the umask leaves.

    Args:
        like: A file that the new one is made from: users who may not read it may not read
            the new one either.
    """
    mode = 0o666 & ~_umask()
    if like is not None:
        with suppress(OSError, ValueError):
            mode &= like.stat().st_mode
    return mode | _PRIVATE_FILE


def _umask() -> int:
    # os.umask can only read the mask by setting it, which would affect all threads.
    with suppress(OSError, ValueError):
        for line in _STATUS.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("Umask:"):
                return int(line.split()[1], 8)
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
