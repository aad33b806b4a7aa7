"""The hash by which model files and photos are recognized."""

from __future__ import annotations

import hashlib
from pathlib import Path

from engine.core.regular_file import open_regular


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file as 64 hexadecimal digits.

    Raises:
        OSError: If it cannot be read or is not a regular file.
    """
    with open_regular(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
