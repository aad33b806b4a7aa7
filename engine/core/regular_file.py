"""Opens files that strangers may have put in the place of a file.

Opening a named pipe waits for its other end, for ever; a device may never end. Whatever a
user names or a folder holds is therefore opened here.
"""

from __future__ import annotations

import errno
import os
import stat
from io import BufferedReader
from pathlib import Path

# Opening a pipe returns at once with it; for regular files it means nothing.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_KINDS = {
    stat.S_IFDIR: (errno.EISDIR, "a folder"),
    stat.S_IFIFO: (errno.EINVAL, "a named pipe"),
    stat.S_IFSOCK: (errno.EINVAL, "a socket"),
    stat.S_IFCHR: (errno.EINVAL, "a device"),
    stat.S_IFBLK: (errno.EINVAL, "a device"),
}


def open_regular(path: Path) -> BufferedReader:
    """Open a regular file for reading, or a link to one; never waits.

    Raises:
        OSError: If there is no such file, it cannot be opened, or it is something else,
            which the error's ``strerror`` names.
    """
    _check_kind(path, path.stat().st_mode)
    file = os.fdopen(os.open(path, _FLAGS), "rb")
    try:
        # What stands there may have changed since the first look.
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
        # No more than that, should it grow meanwhile.
        return file.read(size_bytes)


def _check_kind(path: Path, mode: int) -> None:
    if stat.S_ISREG(mode):
        return
    number, kind = _KINDS.get(stat.S_IFMT(mode), (errno.EINVAL, "something else"))
    raise OSError(number, f"it is {kind}, not a file", str(path))
