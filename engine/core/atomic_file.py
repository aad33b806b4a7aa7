"""Writes files so that a final name never holds half a file.

The content goes to a temporary file in the same folder, is flushed to the
disk and then renamed. A crash leaves at most a file whose name ends in
`LEFTOVER_SUFFIX`; `remove_leftovers` deletes those of dead processes.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from engine.core.errors import DiskFullError, OutputError

LEFTOVER_SUFFIX = ".mfagan-part"
_LEFTOVER_NAME = re.compile(r"^\.(?P<pid>\d+)-[0-9a-f]{8}.*" + re.escape(LEFTOVER_SUFFIX) + "$")


@contextmanager
def atomic_path(final: Path) -> Iterator[Path]:
    """Give a temporary path to write to; it becomes ``final`` if the block succeeds.

    An existing ``final`` is replaced; ask before entering.

    Args:
        final: Where the finished file shall stand. The folder must exist.

    Raises:
        DiskFullError: If the disk fills up while the block writes.
        OutputError: If the folder cannot be written to.
    """
    # The suffix of the final name is kept before ours: encoders choose by it.
    part = final.with_name(f".{os.getpid()}-{secrets.token_hex(4)}{final.suffix}{LEFTOVER_SUFFIX}")
    try:
        yield part
        _flush(part)
        part.replace(final)
        _flush_folder(final.parent)
    except OSError as error:
        raise output_error(error, final) from error
    finally:
        # What stopped the writing can stop this too, and is the error to tell.
        with suppress(OSError):
            part.unlink(missing_ok=True)


def write_bytes_atomic(final: Path, content: bytes) -> None:
    """Write ``content`` to ``final`` in one step, replacing what was there.

    Raises:
        DiskFullError: If the disk is full.
        OutputError: If the folder cannot be written to.
    """
    with atomic_path(final) as part:
        part.write_bytes(content)


def output_error(error: OSError, path: Path) -> OutputError:
    """Return the engine's error for ``error``, met while writing ``path``."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DiskFullError(f"{path}: the disk is full; free some space or choose another folder")
    return OutputError(f"{path}: cannot be written ({error.strerror}); choose another folder")


def remove_leftovers(folder: Path) -> tuple[Path, ...]:
    """Delete the temporary files that processes now dead left in ``folder``.

    Returns:
        What was deleted.
    """
    removed = []
    for path in folder.glob(f".*{LEFTOVER_SUFFIX}"):
        match = _LEFTOVER_NAME.match(path.name)
        if match and not psutil.pid_exists(int(match["pid"])):
            path.unlink(missing_ok=True)
            removed.append(path)
    return tuple(removed)


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    # Windows cannot open a folder; its rename is durable without this.
    if os.name == "nt":  # pragma: no cover
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
