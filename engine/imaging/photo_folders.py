"""Lists the photos in a folder, and what else is in it.

The batch, the window and training all use it, so that they agree on what counts as a photo,
which folders are left out, and how links are followed.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from engine.core.file_identity import FileIdentity, file_identity, is_folder
from engine.imaging.formats import PHOTO_SUFFIXES, RAW_SUFFIXES

# Synology, QNAP, NetApp, macOS, Windows and ext4 keep thumbnails, deleted files and
# snapshots in these, and the photos in them are copies.
_SYSTEM_FOLDERS: Final = {
    "@eadir", "@tmp", "#recycle", "#snapshot", "@recycle", "@recently-snapshot", "@__thumb",
    "~snapshot", "__macosx", "$recycle.bin", "system volume information", "lost+found",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderContent:
    """What a folder holds.

    Attributes:
        files: Everything that is not a folder, hidden files left out, in a stable order:
            the files of a folder by name, then its folders by name. Pipes, broken links and
            files that cannot be read are included: reading them reports the reason.
        locked: Folders that could not be read.
    """

    files: tuple[Path, ...]
    locked: tuple[Path, ...] = ()

    @property
    def photos(self) -> tuple[Path, ...]:
        """The files with a suffix of a photo that can be read on this machine."""
        suffixes = readable_suffixes()
        return tuple(path for path in self.files if path.suffix.lower() in suffixes)

    @property
    def others(self) -> tuple[Path, ...]:
        """The files that are not among `photos`."""
        suffixes = readable_suffixes()
        return tuple(path for path in self.files if path.suffix.lower() not in suffixes)


def readable_suffixes() -> frozenset[str]:
    """Return `PHOTO_SUFFIXES`, without camera raw where its decoder is not installed.

    Most raw files are next to JPEGs of the same photos. Other formats whose decoder is missing
    are kept, so that each such file fails with an error that says what to install.
    """
    if importlib.util.find_spec("rawpy") is not None:
        return PHOTO_SUFFIXES
    return PHOTO_SUFFIXES - RAW_SUFFIXES


def list_folder(
    folder: Path,
    *,
    is_recursive: bool,
    left_out: Path | None = None,
    takes_hidden: bool = False,
    wants: Callable[[Path], bool] = lambda _folder: True,
) -> FolderContent:
    """Return what ``folder`` holds.

    Below it, hidden folders are left out, and folders in which a NAS or a system keeps
    thumbnails and deleted files. Links to folders are followed, each folder once and never
    upwards.

    Args:
        folder: An existing folder, whatever its own name.
        is_recursive: Whether to look into the folders in folders.
        left_out: A folder to leave out under any of its names: where results go.
        takes_hidden: Whether to include names that begin with a dot.
        wants: Returns for each folder below whether to look into it.
    """
    seen = {file_identity(folder)}
    if left_out is not None:
        seen.add(file_identity(left_out))
    files: list[Path] = []
    locked: list[Path] = []
    pending, linked = [folder], list[Path]()
    while pending or linked:
        # Links come last, so that a photo is found under its own folder's name.
        base = pending.pop() if pending else linked.pop(0)
        if base.is_symlink() and base != folder and not _is_new(base, seen):
            continue
        try:
            folders, found = _children(base, takes_hidden=takes_hidden)
        except OSError:
            locked.append(base)
            continue
        files += found
        below = [path for path in folders if is_recursive and wants(path)]
        linked += [path for path in below if path.is_symlink()]
        pending += reversed([p for p in below if not p.is_symlink() and _is_new(p, seen)])
    return FolderContent(files=tuple(files), locked=tuple(locked))


def _children(folder: Path, *, takes_hidden: bool) -> tuple[list[Path], list[Path]]:
    """Return the folders that may hold photos, and everything that is not a folder."""
    folders: list[Path] = []
    files: list[Path] = []
    for name in sorted(os.listdir(folder)):  # noqa: PTH208 - names, of folders of any size
        if takes_hidden or not name.startswith("."):
            path = folder / name
            (folders if is_folder(path) else files).append(path)
    return [path for path in folders if _may_hold_photos(path)], files


def count_suffixes(paths: Iterable[Path]) -> dict[str, int]:
    """Return the number of ``paths`` per suffix in lower case, the most frequent first."""
    counts: dict[str, int] = {}
    for path in paths:
        suffix = path.suffix.lower()
        counts[suffix] = counts.get(suffix, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _may_hold_photos(folder: Path) -> bool:
    if folder.name.lower() in _SYSTEM_FOLDERS:
        return False
    if not folder.is_symlink():
        return True
    # A link to a folder above itself, such as the root of a disk, would list everything twice.
    above = Path(os.path.realpath(folder.parent))
    return not above.is_relative_to(os.path.realpath(folder))


def _is_new(folder: Path, seen: set[FileIdentity | None]) -> bool:
    identity = file_identity(folder)
    if identity is not None and identity in seen:
        return False
    seen.add(identity)
    return True
