"""Names temporary files, and deletes those that dead processes left behind.

Their name says who writes them: a process, and where it runs. A process number means
nothing on another computer or in another container that shares the folder, so what was
begun there is deleted only when nobody has touched it for a day.
"""

from __future__ import annotations

import functools
import hashlib
import os
import platform
import re
import secrets
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

LEFTOVER_SUFFIX = ".mfagan-part"
WRITER_PATTERN = r"(?P<pid>\d{1,10})-(?P<place>[0-9a-f]{8})-[0-9a-f]{8}"
"""Matches what `writer_name` returns; `is_writer_gone` takes such a match."""

_NAME = re.compile(r"^\." + WRITER_PATTERN + ".*" + re.escape(LEFTOVER_SUFFIX) + "$")
_FOREIGN_AGE_S = 24 * 3600.0
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_PROCESS_NAMESPACE = Path("/proc/self/ns/pid")

_own: set[Path] = set()
_own_lock = threading.Lock()


def part_path(folder: Path, suffix: str) -> Path:
    """Return a new temporary name in ``folder``.

    Args:
        folder: Where it shall stand.
        suffix: What stands before our own suffix; encoders choose by it.
    """
    return folder / f".{writer_name()}{suffix}{LEFTOVER_SUFFIX}"


def writer_name() -> str:
    """Return a new name for something temporary that says who makes it."""
    return f"{os.getpid()}-{_place()}-{secrets.token_hex(4)}"


@contextmanager
def tracked_part(path: Path) -> Iterator[None]:
    """Count ``path`` among the files that `remove_own_parts` deletes, and delete it afterwards."""
    track_part(path)
    try:
        yield
    finally:
        # What stopped the writing can stop this too, and is the error to tell.
        with suppress(OSError):
            path.unlink(missing_ok=True)
        forget_part(path)


def track_part(path: Path) -> None:
    """Count ``path`` among the files that `remove_own_parts` deletes."""
    with _own_lock:
        _own.add(path)


def forget_part(path: Path) -> None:
    """Stop counting ``path``: it is gone."""
    with _own_lock:
        _own.discard(path)


def remove_own_parts() -> None:
    """Delete the temporary files of this process, before it ends without unwinding."""
    with _own_lock:
        paths = tuple(_own)
    mine = f".{os.getpid()}-"
    # A forked process knows its parent's files too.
    for path in (path for path in paths if path.name.startswith(mine)):
        with suppress(OSError):
            path.unlink(missing_ok=True)


def remove_leftovers(folder: Path) -> tuple[Path, ...]:
    """Delete the temporary files in ``folder`` whose writers are gone.

    Anything else is left alone, whatever it is called, and so is what cannot be deleted.

    Returns:
        What was deleted.
    """
    removed = []
    try:
        names = os.listdir(folder)  # noqa: PTH208 - names, of folders of any size
    except OSError:
        return ()
    for name in names:
        match = _NAME.match(name)
        if match is None:
            continue
        path = folder / name
        with suppress(OSError):
            status = path.lstat()
            if stat.S_ISREG(status.st_mode) and is_writer_gone(match, status.st_mtime):
                path.unlink()
                removed.append(path)
    return tuple(removed)


def is_writer_gone(match: re.Match[str], changed_s: float) -> bool:
    """Return whether nobody works any more on what a name of `WRITER_PATTERN` belongs to.

    Args:
        match: Of `WRITER_PATTERN`.
        changed_s: When it was changed last, in seconds since 1970.
    """
    if match["place"] != _place():
        return time.time() - changed_s > _FOREIGN_AGE_S
    try:
        return not psutil.pid_exists(int(match["pid"]))
    except (OverflowError, ValueError, psutil.Error):
        return False


@functools.cache
def _place() -> str:
    """Return eight digits that differ between computers, their starts, and containers."""
    facts = [platform.node()]
    with suppress(OSError):
        facts.append(_BOOT_ID.read_text(encoding="ascii").strip())
    with suppress(OSError):
        facts.append(os.readlink(_PROCESS_NAMESPACE))  # noqa: PTH115 - no path, a name
    if len(facts) == 1:
        facts.append(f"{psutil.boot_time():.0f}")
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:8]
