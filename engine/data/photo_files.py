"""Which files of a folder are photos to train on or to measure with, and what they hold."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from engine.core.errors import ConfigError, ImageError, MissingExtraError, UnreadableImageError
from engine.imaging.rgb8 import load_rgb8

PHOTO_SUFFIXES = frozenset({
    ".avif", ".bmp", ".heic", ".heif", ".jfif", ".jpe", ".jpeg", ".jpg", ".jxl", ".png", ".tif",
    ".tiff", ".webp",
})  # fmt: skip


class LeftOut(Struct, frozen=True, kw_only=True):
    """A photo that is not used.

    Attributes:
        name: Its path inside the folder that was searched, with ``/``.
        reason: Why, in a sentence that names the file.
    """

    name: str
    reason: str


def find_photos(folder: Path) -> list[Path]:
    """Return the photos in ``folder`` and below it, sorted.

    Folders that links lead to are searched once; what starts with a dot is passed over,
    as are the companions that other systems leave (``._1.jpg``).

    Raises:
        ConfigError: If there is no such folder, or it holds none.
    """
    if not folder.is_dir():
        what = "is no folder" if folder.exists() else "there is no such folder"
        raise ConfigError(f"{folder}: {what}; name the folder of your photos ({folder.absolute()})")
    paths: list[Path] = []
    _search(folder, set(), paths)
    if not paths:
        kinds = " ".join(sorted(PHOTO_SUFFIXES))
        raise ConfigError(f"{folder}: holds no photos; looked for {kinds}")
    return sorted(paths)


def name_in(folder: Path, path: Path) -> str:
    """Return the path of a photo inside ``folder`` as text that any file can hold."""
    # A name that is no UTF-8 must not stop a run whose record is.
    return os.fsencode(path.relative_to(folder).as_posix()).decode("utf-8", "backslashreplace")


def hash_photo(path: Path) -> str:
    """Return the SHA-256 of a file's content: what a photo is known by.

    Names, sizes and times stay the same when a photo is edited in place or another takes
    its place; the content does not.

    Raises:
        UnreadableImageError: If it cannot be read or is no regular file.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise UnreadableImageError(f"{path}: is no regular file")
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UnreadableImageError(f"{path}: cannot be read ({error.strerror})") from error


def load_photos(
    paths: Sequence[Path], folder: Path, left_out: list[LeftOut]
) -> Iterator[tuple[Path, NDArray[np.uint8]]]:
    """Yield each photo that can be decoded with its pixels, ``(H, W, 3)`` uint8.

    Args:
        paths: Photos in ``folder``.
        folder: What they are named after.
        left_out: Takes those that cannot.

    Raises:
        ConfigError: If none can.
    """
    count = 0
    for path in paths:
        try:
            codes = load_rgb8(path)
        except (ImageError, MissingExtraError) as error:
            left_out.append(LeftOut(name=name_in(folder, path), reason=str(error)))
        else:
            count += 1
            yield path, codes
    if not count:
        raise ConfigError(none_left(folder, left_out, of=len(paths)))


def none_left(folder: Path, left_out: Sequence[LeftOut], *, of: int) -> str:
    """Return the sentence for a folder of which no photo can be used."""
    return f"{folder}: {tell_left_out(left_out, of=of)}; none is left to use"


def tell_left_out(left_out: Sequence[LeftOut], *, of: int, shown: int = 3) -> str:
    """Return the sentence that counts and names the photos that are not used."""
    reasons = "; ".join(photo.reason for photo in left_out[:shown])
    more = f"; and {len(left_out) - shown} more" if len(left_out) > shown else ""
    return f"{len(left_out)} of {of} photos are left out: {reasons}{more}"


def _search(folder: Path, seen: set[tuple[int, int]], paths: list[Path]) -> None:
    place = folder.stat()
    if (place.st_dev, place.st_ino) in seen:
        return
    seen.add((place.st_dev, place.st_ino))
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        path = folder / entry.name
        if entry.name.startswith((".", "@eaDir")):
            continue
        if _is_folder(entry):
            _search(path, seen, paths)
        # A link that leads nowhere is a photo that is missing, and is told as one.
        elif path.suffix.lower() in PHOTO_SUFFIXES and (entry.is_file() or entry.is_symlink()):
            paths.append(path)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False  # a link that leads round in circles
