"""Compares the ONNX files of a model with its card."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from engine.catalog.card import ModelFile
from engine.core.errors import BadCardError
from engine.core.file_hash import hash_file
from engine.core.regular_file import open_regular

_hashed: set[tuple[str, str, int, int, int]] = set()


def check_size(file: ModelFile, folder: Path) -> Path:
    """Return the path of ``file`` in ``folder`` after comparing its size.

    Raises:
        BadCardError: If the file is missing or has another size than the card says.
    """
    # The size is compared on every start, the hash, which takes long, only before the first use.
    path = folder / file.file
    try:
        with open_regular(path) as opened:
            size_bytes = os.fstat(opened.fileno()).st_size
    except (OSError, ValueError) as error:
        raise BadCardError(
            f"{path}: cannot be read ({getattr(error, 'strerror', None) or error})"
        ) from error
    if size_bytes != file.bytes:
        raise BadCardError(
            f"{path}: {size_bytes} bytes, but its card says {file.bytes}; "
            "download or copy the file again"
        )
    return path


def check_hash(file: ModelFile, folder: Path) -> Path:
    """Return the path of ``file`` in ``folder`` after comparing size and hash.

    Raises:
        BadCardError: If the file is missing or is not the one the card describes.
    """
    path = check_size(file, folder)
    if hash_file(path) != file.sha256:
        raise _other_content(path)
    return path


def check_content_once(path: Path, sha256: str) -> None:
    """Compare the hash of a file with ``sha256``; an unchanged file is read only once.

    A file that cannot be read passes: whatever opens it next reports the error.

    Raises:
        BadCardError: If the content is different.
    """
    with suppress(OSError):
        status = path.stat()
        # A changed file has another inode, size or time of change.
        seen = (str(path), sha256, status.st_ino, status.st_size, status.st_mtime_ns)
        if seen not in _hashed and hash_file(path) != sha256:
            raise _other_content(path)
        _hashed.add(seen)


def _other_content(path: Path) -> BadCardError:
    return BadCardError(
        f"{path}: its content is not what its card describes; download or copy the file again"
    )
