"""Protects the original files of a job from being replaced by its results."""

from __future__ import annotations

import os
import threading
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import TypeAlias

from engine.core.file_identity import FileIdentity, file_identity

_Folder: TypeAlias = FileIdentity | str


class FileGuard:
    """The originals of a job, and the results that it has made from each.

    Files are recognized by the file system's own identity: a path with ``..`` or through a
    link, in another case or Unicode form, is the same file if the disk says so. They are also
    recognized by name, so that an original stays protected while another program rewrites
    it. Thread-safe.
    """

    def __init__(self, originals: Iterable[Path] = ()) -> None:
        self._lock = threading.Lock()
        # The owner is the photo that a result was made from, or None for an original.
        self._by_name: dict[tuple[_Folder, str], Path | None] = {}
        self._by_identity: dict[FileIdentity, list[tuple[Path, Path | None]]] = {}
        self._alike: dict[tuple[_Folder, str], list[Path]] = {}
        for path in originals:
            self.protect(path)

    def protect(self, original: Path) -> None:
        """Never let a result replace ``original``."""
        self._add(original, None)

    def give(self, result: Path, owner: Path) -> None:
        """Reserve ``result`` for the photo ``owner``; results of other photos never replace it."""
        if self.is_free(result, owner):
            self._add(result, _absolute(owner))

    def is_free(self, path: Path, owner: Path) -> bool:
        """Return whether a result of the photo ``owner`` may be written to ``path``.

        Files that belong to nothing in this job are not considered.
        """
        mine, folder = _absolute(owner), _folder(path)
        with self._lock:
            if self._by_name.get((folder, path.name), mine) != mine:
                return False
            identities = _identities(path)
            known = [entry for one in identities for entry in self._by_identity.get(one, ())]
            alike = list(self._alike.get((folder, _fold(path.name)), ()))
        if any(its_owner is None for _, its_owner in known):
            # Even if it has been moved to another name in the meantime.
            return False
        # Compared anew: the inode of a replaced result is soon reused by another file.
        others = [other for other, its_owner in known if its_owner != mine]
        return all(identities.isdisjoint(_identities(other)) for other in others + alike)

    def _add(self, path: Path, owner: Path | None) -> None:
        folder = _folder(path)
        with self._lock:
            self._by_name[folder, path.name] = owner
            for identity in _identities(path):
                self._by_identity.setdefault(identity, []).append((path, owner))
            if owner is None:
                self._alike.setdefault((folder, _fold(path.name)), []).append(path)


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 - links stay


def _identities(path: Path) -> set[FileIdentity]:
    """Return the identity of ``path``, and that of its target if it is a link."""
    found = (file_identity(path), file_identity(path, follow_links=False))
    return {identity for identity in found if identity is not None}


def _folder(path: Path) -> _Folder:
    # The folder may not exist yet, or its file system may have no identities.
    return file_identity(path.parent) or os.path.realpath(path.parent)


def _fold(name: str) -> str:
    """Return a form that is equal for names that some file system treats as equal.

    macOS ignores case and Unicode form, Windows ignores case.
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
