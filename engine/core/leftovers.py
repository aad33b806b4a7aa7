"""Names temporary files, and deletes those of processes that no longer run.

    .4711-0a1b2c3d-9f8e7d6c.png.mfagan-part
     |    |        '- random
     |    '- computer, boot and container
     '- process id

The name says which process writes the file, and where. A process id means nothing on another
computer or in another container that shares the folder, so files from there are deleted only
after nothing has changed them for a day.
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
    """Return a new temporary path in ``folder``.

    Args:
        folder: Folder of the file.
        suffix: Suffix before `LEFTOVER_SUFFIX`; encoders choose the format by it.
    """
    return folder / f".{writer_name()}{suffix}{LEFTOVER_SUFFIX}"


def writer_name() -> str:
    """Return a new name for a temporary file or folder, which says which process makes it."""
    return f"{os.getpid()}-{_place()}-{secrets.token_hex(4)}"


@contextmanager
def tracked_part(path: Path) -> Iterator[None]:
    """Register ``path`` for `remove_own_parts` during the block, and delete it afterwards."""
    track_part(path)
    try:
        yield
    finally:
        # Whatever stopped the writing may stop this too; only the first error matters.
        with suppress(OSError):
            path.unlink(missing_ok=True)
        forget_part(path)


def track_part(path: Path) -> None:
    """Register ``path`` for `remove_own_parts`."""
    with _own_lock:
        _own.add(path)


def forget_part(path: Path) -> None:
    """Unregister ``path``, which was deleted or renamed."""
    with _own_lock:
        _own.discard(path)


def remove_own_parts() -> None:
    """Delete the temporary files of this process, before it exits without unwinding."""
    with _own_lock:
        paths = tuple(_own)
    mine = f".{os.getpid()}-"
    # A forked process has its parent's files registered too.
    for path in (path for path in paths if path.name.startswith(mine)):
        with suppress(OSError):
            path.unlink(missing_ok=True)


def remove_leftovers(folder: Path) -> tuple[Path, ...]:
    """Delete the temporary files in ``folder`` whose processes no longer run.

    Everything else is kept, and so are files that cannot be deleted.

    Returns:
        The deleted files.
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
    """Return whether the process that a temporary name mentions no longer runs.

    Args:
        match: Match of `WRITER_PATTERN`.
        changed_s: When the file was last changed, in seconds since 1970.
    """
    if match["place"] != _place():
        return time.time() - changed_s > _FOREIGN_AGE_S
    try:
        return not psutil.pid_exists(int(match["pid"]))
    except (OverflowError, ValueError, psutil.Error):
        return False


@functools.cache
def _place() -> str:
    """Return eight digits that differ between computers, boots and containers."""
    facts = [platform.node()]
    # Process ids start anew at each boot.
    with suppress(OSError):
        facts.append(_BOOT_ID.read_text(encoding="ascii").strip())
    # Each container counts its own process ids.
    with suppress(OSError):
        facts.append(os.readlink(_PROCESS_NAMESPACE))  # noqa: PTH115 - no path, a name
    if len(facts) == 1:
        facts.append(f"{psutil.boot_time():.0f}")
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:8]
