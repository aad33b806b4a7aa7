"""Reads the app's own JSON files in whatever state they are, and keeps what cannot be used.

Users copy and edit them and share them between versions: nothing in them may keep the window
from starting, and nothing in them is thrown away.
"""

from __future__ import annotations

import filecmp
import json
import math
import os
import shutil
import stat
from pathlib import Path

LIMIT_BYTES = 64 * 2**20
"""More than 20,000 photos with errors and their details; reading it takes about a second."""
_MOST_COPIES = 100
_MOST_DIGITS = 400


class UnusableFileError(Exception):
    """A file of the app cannot be used; the message says why."""


def read_json(path: Path) -> object | None:
    """Return the content of ``path``, None if there is no such file.

    Raises:
        UnusableFileError: If it is not an ordinary file, too large, or not JSON.
    """
    try:
        # Opening a pipe would wait for a writer, perhaps forever.
        if not stat.S_ISREG(path.stat().st_mode):
            raise UnusableFileError("not an ordinary file")
        with path.open("rb") as file:
            # One byte more than allowed tells that it is too large, without reading the rest.
            content = file.read(LIMIT_BYTES + 1)
    except FileNotFoundError:
        if path.is_symlink():
            raise UnusableFileError("leads nowhere") from None
        return None
    except NotADirectoryError:
        return None
    except (OSError, ValueError) as error:
        raise UnusableFileError(str(error)) from error
    if len(content) > LIMIT_BYTES:
        raise UnusableFileError("too large")
    try:
        value: object = json.loads(content, parse_int=_to_int)
    except (ValueError, RecursionError) as error:
        raise UnusableFileError(str(error)) from error
    if value is None:
        raise UnusableFileError("nothing in it")
    return value


def _to_int(digits: str) -> int | float:
    # Python refuses longer ones, and with them the whole file; no setting is infinite.
    return int(digits) if len(digits) <= _MOST_DIGITS else math.inf


def keep_copy(path: Path, *, is_moved: bool = False) -> Path | None:
    """Keep the content of ``path`` beside it as ``NAME.broken-1``, or with the next free number.

    Args:
        path: A file that is about to be rewritten.
        is_moved: Whether nothing in it can be used, so that it is renamed instead of copied.

    Returns:
        The path of the copy, None if it could not be made.
    """
    for number in range(1, _MOST_COPIES + 1):
        copy = path.with_name(f"{path.name}.broken-{number}")
        try:
            if not os.path.lexists(copy):
                _keep(path, copy, is_moved=is_moved)
                return copy
            # The same file is found unusable at each start: one copy is enough.
            if path.is_file() and copy.is_file() and filecmp.cmp(path, copy, shallow=False):
                return copy
        except OSError:
            return None
    return None


def _keep(path: Path, copy: Path, *, is_moved: bool) -> None:
    if is_moved:
        path.rename(copy)
        return
    try:
        with path.open("rb") as source, copy.open("xb") as target:
            shutil.copyfileobj(source, target)
    except OSError:
        copy.unlink(missing_ok=True)
        # A full disk still has room for a second name of the same file. The next write replaces
        # the first name by a new file, and the old content stays under the second.
        os.link(path, copy)
