"""Finds and loads the photos of a folder, for training and for benchmarks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from engine.core.errors import ConfigError, ImageError, MissingExtraError, UnreadableImageError
from engine.core.file_hash import hash_file
from engine.core.file_identity import is_folder
from engine.core.images import ImageU8
from engine.core.path_texts import printable
from engine.imaging.codecs.rgb8 import load_rgb8
from engine.imaging.photo_folders import list_folder, readable_suffixes


class LeftOut(Struct, frozen=True, kw_only=True):
    """A photo that is not used.

    Attributes:
        name: Its path relative to the searched folder, with ``/``.
        reason: Why it is not used, in a sentence that names the file.
    """

    name: str
    reason: str


def find_photos(folder: Path, unusable: list[LeftOut] | None = None) -> list[Path]:
    """Return the photos in ``folder`` and its subfolders, sorted by path.

    Args:
        folder: The folder to search.
        unusable: Receives the subfolders that cannot be read.

    Raises:
        ConfigError: If there is no such folder, or it contains no photos.
    """
    if not is_folder(folder):
        what = "is not a folder" if folder.exists() else "there is no such folder"
        raise ConfigError(f"{folder}: {what}; name the folder of your photos ({folder.absolute()})")
    content = list_folder(folder, is_recursive=True)
    locked = [
        left_out(folder, path, f"{path}: cannot be read; check your rights")
        for path in content.locked
    ]
    # A folder without photos is a mistake, so it says what was looked for and what was locked.
    if not content.photos:
        why = "; ".join(photo.reason for photo in locked)
        kinds = " ".join(sorted(readable_suffixes()))
        raise ConfigError(f"{folder}: contains no photos; {why or f'looked for {kinds}'}")
    if unusable is not None:
        unusable += locked
    return sorted(content.photos)


def name_in(folder: Path, path: Path) -> str:
    """Return the path of a photo relative to ``folder``, as printable text."""
    return printable(path.relative_to(folder).as_posix())


def left_out(folder: Path, path: Path, reason: object) -> LeftOut:
    """Return the record of a photo in ``folder`` that is not used."""
    return LeftOut(name=name_in(folder, path), reason=printable(str(reason)))


def hash_photo(path: Path) -> str:
    """Return the SHA-256 of a file's content, by which a photo is recognized.

    Name, size and time can stay the same when a photo is edited or replaced; the content
    cannot.

    Raises:
        UnreadableImageError: If it cannot be read or is not a regular file.
    """
    try:
        return hash_file(path)
    except OSError as error:
        raise UnreadableImageError(f"{path}: cannot be read ({error.strerror})") from error


def load_photos(
    paths: Sequence[Path], folder: Path, unusable: list[LeftOut]
) -> Iterator[tuple[Path, ImageU8]]:
    """Yield each photo that can be decoded, with its pixels, ``(H, W, 3)`` uint8.

    Args:
        paths: Photos in ``folder``.
        folder: Folder that their names are relative to.
        unusable: Receives the photos that cannot be decoded.

    Raises:
        ConfigError: If no photo can be decoded.
    """
    count = 0
    for path in paths:
        try:
            pixels = load_rgb8(path)
        except (ImageError, MissingExtraError) as error:
            unusable.append(left_out(folder, path, error))
        else:
            count += 1
            yield path, pixels
    if not count:
        raise ConfigError(none_left(folder, unusable, of=len(paths)))


def none_left(folder: Path, unusable: Sequence[LeftOut], *, of: int) -> str:
    """Return the message about a folder without any usable photo."""
    return f"{folder}: {tell_left_out(unusable, of=of)}; none is left to use"


def tell_left_out(unusable: Sequence[LeftOut], *, of: int, shown: int = 3) -> str:
    """Return the message that counts and names the photos that are not used."""
    reasons = "; ".join(photo.reason for photo in unusable[:shown])
    more = f"; and {len(unusable) - shown} more" if len(unusable) > shown else ""
    verb = "is" if len(unusable) == 1 else "are"
    return f"{len(unusable)} of {of} photos {verb} left out: {reasons}{more}"
