"""Opens regular files only, whatever a path turns out to be.

Opening a named pipe may wait forever for its other end, and a device may never end. Files that
a user names or that are found in a folder are therefore opened here.
"""

from __future__ import annotations

import errno
import os
import stat
from io import BufferedReader
from pathlib import Path

# O_NONBLOCK: opening a pipe returns at once; it has no effect on regular files.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_KINDS = {
    stat.S_IFDIR: (errno.EISDIR, "a folder"),
    stat.S_IFIFO: (errno.EINVAL, "a named pipe"),
    stat.S_IFSOCK: (errno.EINVAL, "a socket"),
    stat.S_IFCHR: (errno.EINVAL, "a device"),
    stat.S_IFBLK: (errno.EINVAL, "a device"),
}


def open_regular(path: Path) -> BufferedReader:
    """Open a regular file, or a link to one, for reading; never waits.

    Raises:
        OSError: If it does not exist, cannot be opened, or is not a regular file; ``strerror``
            then says what it is.
    """
    _check_kind(path, path.stat().st_mode)
    file = os.fdopen(os.open(path, _FLAGS), "rb")
    try:
        # The path may have been replaced since the first check.
        _check_kind(path, os.fstat(file.fileno()).st_mode)
    except OSError:
        file.close()
        raise
    return file


def read_regular(path: Path, *, max_bytes: int) -> bytes:
    """Return the content of a regular file of at most ``max_bytes``.

    Raises:
        OSError: As `open_regular`, or if the file is larger.
    """
    with open_regular(path) as file:
        size_bytes = os.fstat(file.fileno()).st_size
        if size_bytes > max_bytes:
            raise OSError(errno.EFBIG, f"it is larger than {max_bytes} bytes", str(path))
        # Bounded, in case the file grows in the meantime.
        return file.read(size_bytes)


def _check_kind(path: Path, mode: int) -> None:
    if stat.S_ISREG(mode):
        return
    number, kind = _KINDS.get(stat.S_IFMT(mode), (errno.EINVAL, "something else"))
    raise OSError(number, f"it is {kind}, not a file", str(path))
