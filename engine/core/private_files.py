"""Keeps what passes through our hands from the other users of a computer."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

_PRIVATE_FOLDER = 0o700
_PRIVATE_FILE = 0o600
_STATUS = Path("/proc/self/status")


def make_private_folder(folder: Path) -> None:
    """Make ``folder`` and what is missing above it, for its owner alone.

    A folder that is there is closed to others if it is ours to close.

    Raises:
        OSError: If it cannot be made.
    """
    missing = []
    place = folder
    while not place.is_dir() and place != place.parent:
        missing.append(place)
        place = place.parent
    for path in reversed(missing):
        # Another process may be making the same folder.
        path.mkdir(mode=_PRIVATE_FOLDER, exist_ok=True)
    if not missing and folder.stat().st_mode & 0o077:
        # Foreign owners and file systems without modes do not let us.
        with suppress(OSError):
            folder.chmod(_PRIVATE_FOLDER)


def create_private_file(path: Path) -> int:
    """Create ``path``, which must not exist, for its owner alone.

    Returns:
        The open descriptor, for reading and writing.

    Raises:
        OSError: If something stands there, also a broken link, or it cannot be made.
    """
    flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_BINARY", 0)
    return os.open(path, flags, _PRIVATE_FILE)


def shared_mode(like: Path | None = None) -> int:
    """Return the mode that a new file of the user gets: what the umask leaves.

    Args:
        like: A file that the new one is made of: who may not read it may not read the
            new one either.
    """
    mode = 0o666 & ~_umask()
    if like is not None:
        with suppress(OSError, ValueError):
            mode &= like.stat().st_mode
    return mode | _PRIVATE_FILE


def _umask() -> int:
    # Setting the mask is the only other way to read it, and would change it for all threads.
    with suppress(OSError, ValueError):
        for line in _STATUS.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("Umask:"):
                return int(line.split()[1], 8)
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
