"""A cache of decoded pictures on the disk, so that each photo is decoded once.

    <cache>/<form of decoding>/ab/abcd...ef.npy      HR, named after the photo's SHA-256
                                  abcd...ef-x4.npy   LR of scale 4
                                  abcd...ef-x4-by-0123...89.npy   a teacher's picture of that LR
    each file: NumPy array (can be memory-mapped) + CRC-32 of all bytes before it

A file is named after the content that it was decoded from, so it is never out of date: it is
either right or damaged, and a damaged one is made again. There is no index, so an interrupted
decoding keeps its files, and all scales and runs share them.
"""

from __future__ import annotations

import os
import re
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from engine.core.atomic_file import atomic_path, make_folder
from engine.core.errors import DiskFullError
from engine.core.images import ImageU8
from engine.core.leftovers import LEFTOVER_SUFFIX
from engine.core.places import cache_folder
from engine.core.units import format_bytes
from engine.imaging.codecs.rgb8 import RGB8_FORM

_CHECKSUM_BYTES = 4
_CHUNK_BYTES = 1 << 24
_RESERVE_BYTES = 100_000_000  # for checkpoints, which are written to the same disk
# Also matches the files of earlier versions, so that they are deleted with the others.
_OWN_NAME = re.compile(
    r"[0-9a-f]{64}(-x[0-9]+)?(-by-[0-9a-f]{64})?\.npy|[0-9a-f]{16}-x[0-9]+\.(rgb|json)"
)


class PhotoCache:
    """The pictures in one folder, by key: the hash of a photo, with ``-x4`` for its LR.

    A teacher's picture has ``-by-`` and the teacher's key after that.

    Args:
        folder: Folder of the cache; it may not exist yet.
    """

    def __init__(self, folder: Path) -> None:
        self._root = folder
        self._folder = folder / RGB8_FORM

    def check(self, key: str) -> tuple[int, int] | None:
        """Return height and width of a picture that exists and is undamaged, else None."""
        path = self._path(key)
        try:
            pixels = np.load(path, mmap_mode="r", allow_pickle=False)
            if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3:
                return None
            end = pixels.offset + pixels.nbytes  # the checksum follows the array
            if path.stat().st_size != end + _CHECKSUM_BYTES or not _is_whole(path, end):
                return None
        # np.load raises each of these on damaged headers.
        except (OSError, ValueError, EOFError, AttributeError, SyntaxError):
            return None
        return int(pixels.shape[0]), int(pixels.shape[1])

    def has(self, key: str) -> bool:
        """Return whether a picture exists, damaged or not."""
        return self._path(key).exists()

    def open(self, key: str) -> ImageU8 | None:
        """Memory-map a picture that was checked before, or return None if it was deleted."""
        try:
            pixels: ImageU8 = np.load(self._path(key), mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, EOFError):
            return None
        return pixels

    def keep(self, key: str, pixels: ImageU8) -> None:
        """Write a picture to the cache.

        Raises:
            DiskFullError: If it does not fit on the disk.
            OutputError: If the folder cannot be written to.
        """
        path = self._path(key)
        # A folder that the user named may be shared with others on purpose.
        make_folder(path.parent, is_private=path.is_relative_to(cache_folder()))
        with atomic_path(path) as part:
            with part.open("wb") as file:
                np.save(file, np.ascontiguousarray(pixels), allow_pickle=False)
                end = file.tell()
            checksum = _checksum(part, end)
            with part.open("ab") as file:
                file.write(checksum)

    def check_space(self, needed_bytes: int, *, what: str = "the decoded photos") -> None:
        """Refuse to start work whose pictures do not fit on the disk.

        Args:
            needed_bytes: Size of the pictures that are missing.
            what: What they are, for the message.

        Raises:
            DiskFullError: If ``needed_bytes`` more do not fit on the disk.
        """
        # The cache may not exist yet; the nearest folder above it is on the same disk.
        place = next(path for path in (self._root, *self._root.parents) if path.exists())
        free_bytes = shutil.disk_usage(place).free
        if needed_bytes and needed_bytes + _RESERVE_BYTES > free_bytes:
            raise DiskFullError(
                f"{self._root}: {what} need about {format_bytes(needed_bytes)} and "
                f"{format_bytes(free_bytes)} are free; free some space (mfagan runs clean), "
                "or name another place with --set data.cache_folder=FOLDER"
            )

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.npy"


def find_cached_files(folder: Path) -> Iterator[Path]:
    """Yield the files of photo caches of this and earlier versions, unfinished ones included."""
    for base, _, names in os.walk(folder):
        for name in names:
            if _OWN_NAME.fullmatch(name) or name.endswith(LEFTOVER_SUFFIX):
                yield Path(base, name)


def _is_whole(path: Path, end: int) -> bool:
    with path.open("rb") as file:
        file.seek(end)
        return file.read(_CHECKSUM_BYTES) == _checksum(path, end)


def _checksum(path: Path, end: int) -> bytes:
    value = 0
    with path.open("rb") as file:
        left = end
        while left > 0 and (chunk := file.read(min(left, _CHUNK_BYTES))):
            value = zlib.crc32(chunk, value)
            left -= len(chunk)
    return value.to_bytes(_CHECKSUM_BYTES, "little")
