"""Writes files so that a final name never refers to half a file.

write  .<writer>.png.mfagan-part     in the same folder, readable by its owner only
fsync  the content is on the disk    a crash up to here leaves only this temporary file,
rename to result.png                 which `remove_leftovers` deletes later
"""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeAlias

from engine.core.errors import DiskFullError, OutputError
from engine.core.file_identity import file_identity
from engine.core.leftovers import part_path, tracked_part
from engine.core.messages import say
from engine.core.private_files import create_private_file, make_private_folder, shared_mode

Publish: TypeAlias = Callable[[Path], Path]
"""Gives a finished temporary file its final name and returns that name."""

_FULL = {errno.ENOSPC, errno.EDQUOT}
_NO_REPLACE = 1  # RENAME_NOREPLACE of renameat2(2)
_AT_WORKING_FOLDER = -100  # AT_FDCWD


@contextmanager
def atomic_path(final: Path, *, is_private: bool = False) -> Iterator[Path]:
    """Yield a temporary path to write to; it becomes ``final`` if the block succeeds.

    An existing ``final`` is replaced; to avoid that use `temporary_part` and `publish_new`.

    Args:
        final: Path of the finished file. Its folder must exist.
        is_private: Whether only its owner may read it.

    Raises:
        DiskFullError: If the disk fills up while the block writes.
        OutputError: If the folder cannot be written to.
    """
    with temporary_part(final) as part:
        yield part
        publish_over(part, final, mode=0o600 if is_private else shared_mode())


def write_bytes_atomic(final: Path, content: bytes, *, is_private: bool = False) -> None:
    """Write ``content`` to ``final`` in one step, replacing what was there.

    Raises:
        DiskFullError: If the disk is full.
        OutputError: If the folder cannot be written to.
    """
    with atomic_path(final, is_private=is_private) as part:
        part.write_bytes(content)


@contextmanager
def temporary_part(final: Path) -> Iterator[Path]:
    """Yield an empty temporary file in the folder of ``final``, readable by its owner only.

    It is deleted after the block unless it was published.

    Raises:
        DiskFullError: If the disk fills up while the block writes.
        OutputError: If the folder cannot be written to.
    """
    part = part_path(final.parent, final.suffix)
    with tracked_part(part):
        try:
            os.close(create_private_file(part))
            yield part
        except OSError as error:
            raise output_error(error, final) from error


def publish_over(part: Path, final: Path, *, mode: int) -> None:
    """Rename a finished temporary file to ``final``, replacing a file that exists.

    Raises:
        OSError: If it cannot be flushed or renamed.
    """
    _flush(part, mode)
    part.replace(final)
    _flush_folder(final.parent)


def publish_new(part: Path, final: Path, *, mode: int) -> None:
    """Rename a finished temporary file to ``final``, unless that exists, even as a broken link.

    Raises:
        FileExistsError: If it exists; ``part`` is unchanged.
        OSError: If it cannot be flushed or renamed.
    """
    _flush(part, mode)
    try:
        # A hard link fails where the name exists, unlike a rename, which replaces.
        os.link(part, final)
    except FileExistsError:
        # A network file system may have made the link and lost the reply.
        if file_identity(part) != file_identity(final, follow_links=False):
            raise
    except OSError as error:
        if error.errno in _FULL:
            raise
        _rename_new(part, final)
    with suppress(OSError):
        part.unlink(missing_ok=True)
    _flush_folder(final.parent)


def make_folder(folder: Path, *, is_private: bool = False) -> None:
    """Make ``folder`` and what is missing above it; one that exists keeps its content.

    Args:
        folder: Where files are to be written.
        is_private: Whether only its owner may open it, also if it exists already.

    Raises:
        DiskFullError: If the disk is full.
        OutputError: If it cannot be made.
    """
    try:
        if is_private:
            make_private_folder(folder)
        else:
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise output_error(error, folder) from error


def output_error(error: OSError, path: Path) -> OutputError:
    """Return the engine's error for ``error``, which was raised while ``path`` was written."""
    if error.errno in _FULL:
        return DiskFullError(
            say(
                "disk-full",
                "{path}: the disk is full; free some space or choose another folder",
                path=path,
            )
        )
    return OutputError(
        say(
            "unwritable",
            "{path}: cannot be written ({reason}); choose another folder",
            path=path,
            reason=error.strerror,
        )
    )


def _rename_new(part: Path, final: Path) -> None:
    """Rename without replacing, where the file system has no hard links (FAT, some NAS)."""
    # Python has no function for a rename that never replaces; Linux has.
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is not None:
        old, new = os.fsencode(part), os.fsencode(final)
        if rename(_AT_WORKING_FOLDER, old, _AT_WORKING_FOLDER, new, _NO_REPLACE) == 0:
            return
        number = ctypes.get_errno()
        if number == errno.EEXIST:
            raise FileExistsError(number, os.strerror(number), str(final))
    # An empty file reserves the name first; only a kill at this moment would leave it behind.
    os.close(create_private_file(final))
    try:
        part.replace(final)
    except OSError:
        with suppress(OSError):
            final.unlink()
        raise


def _flush(path: Path, mode: int) -> None:
    # Before the rename: some file systems commit the name before the content.
    with path.open("rb+") as file:
        os.fsync(file.fileno())
    # Some file systems have no permissions.
    with suppress(OSError):
        path.chmod(mode)


def _flush_folder(folder: Path) -> None:
    # Makes the rename survive a power cut. Not every system can; the file is whole without it.
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
