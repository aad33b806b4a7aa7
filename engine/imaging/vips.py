"""The only import of libvips: its set-up, and streams between it and Python files.

Pixels go through Python's own file objects, not through file names given to libvips: every path
that Python can open works, on every system, and an error keeps its number, so that a full disk
is recognized.
"""

from __future__ import annotations

import logging
from typing import BinaryIO

import pyvips
from typing_extensions import Buffer

__all__ = [
    "FileSource",
    "FileTarget",
    "VipsError",
    "blob",
    "first_line",
    "forget_errors",
    "number",
    "pyvips",
    "set_blob",
]

# The operation cache would keep pictures, and open files, that are no longer needed.
pyvips.cache_set_max(0)
# Blocks the loaders that libvips marks as unsafe for untrusted files.
pyvips.block_untrusted_set(True)  # noqa: FBT003 - it takes no name
# Its warnings are either raised here as errors, or nothing that a user can act on.
logging.getLogger("pyvips").setLevel(logging.CRITICAL)

VipsError = pyvips.Error
"""What libvips raises."""


class FileSource:
    """Lets libvips read an open file.

    Attributes:
        source: What libvips loads from.
        error: The error of reading the file, if any; exceptions cannot pass through libvips.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.error: Exception | None = None
        self.source = pyvips.SourceCustom()
        self.source.on_read(self.read)
        self.source.on_seek(self.seek)

    def read(self, size: int) -> bytes | None:
        """Return up to ``size`` bytes; None if the file cannot be read."""
        try:
            return self._file.read(size)
        except Exception as error:  # noqa: BLE001 - raised again by the owner of this source
            self.error = error
            return None

    def seek(self, offset: int, whence: int) -> int:
        """Move to a position and return it; -1 if that fails."""
        # libvips probes with seeks that leave the file; -1 is its word for "no".
        try:
            return self._file.seek(offset, whence)
        except (OSError, ValueError):
            return -1


class FileTarget:
    """Lets libvips write to an open file.

    Attributes:
        target: What libvips saves to.
        error: The error of the file system, if any.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.error: OSError | None = None
        self.target = pyvips.TargetCustom()
        self.target.on_write(self.write)
        self.target.on_read(self.read)
        self.target.on_seek(self.seek)

    def write(self, chunk: Buffer) -> int:
        """Write ``chunk`` and return the bytes taken; -1 if that fails."""
        try:
            return self._file.write(chunk)
        except OSError as error:
            self.error = error
            return -1

    # Reading and seeking flush the buffer first, and can fail like writing.
    def read(self, size: int) -> bytes | None:
        """Return up to ``size`` bytes; None if the file cannot be read."""
        try:
            return self._file.read(size)
        except OSError as error:
            self.error = error
            return None

    def seek(self, offset: int, whence: int) -> int:
        """Move to a position and return it; -1 if that fails."""
        try:
            return self._file.seek(offset, whence)
        except OSError as error:
            self.error = error
            return -1


def number(image: pyvips.Image, name: str) -> int | None:
    """Return a whole-number field of ``image``, None if it has none of that name."""
    return int(image.get(name)) if image.get_typeof(name) else None


def blob(image: pyvips.Image, name: str) -> bytes | None:
    """Return a binary field of ``image``, None if it has none of that name."""
    return bytes(image.get(name)) if image.get_typeof(name) else None


def set_blob(image: pyvips.Image, name: str, content: bytes) -> None:
    """Attach ``content`` to ``image`` under the field ``name``."""
    image.set_type(pyvips.GValue.blob_type, name, content)


def first_line(error: pyvips.Error) -> str:
    """Return the most informative line of a libvips error."""
    lines = [line.strip() for line in str(error.detail).splitlines() if line.strip()]
    # Loaders try seeks that may fail, and continue: those lines are not the cause.
    telling = [line for line in lines if not line.startswith("source_custom: bad seek")]
    return (telling or lines or [str(error.message)])[0]


def forget_errors() -> None:
    """Empty libvips' list of errors, which also collects those after which it continued."""
    pyvips.vips_lib.vips_error_clear()
