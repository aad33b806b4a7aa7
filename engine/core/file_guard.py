"""Knows the files of a job that its results must never replace."""

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
    """The originals of a job, and the results that it has made of each.

    Files are known as the file system knows them: a name with ``..`` or through a link, in
    another case or another Unicode form is the same file where the disk says so. They are
    known by their names as well, so that an original stays protected while another program
    writes it anew. Any thread may use it.
    """

    def __init__(self, originals: Iterable[Path] = ()) -> None:
        self._lock = threading.Lock()
        # An owner of None stands for an original, which belongs to no photo.
        self._by_name: dict[tuple[_Folder, str], Path | None] = {}
        self._by_identity: dict[FileIdentity, list[tuple[Path, Path | None]]] = {}
        self._alike: dict[tuple[_Folder, str], list[Path]] = {}
        for path in originals:
            self.protect(path)

    def protect(self, original: Path) -> None:
        """Never let a result stand at ``original``."""
        self._add(original, None)

    def give(self, result: Path, owner: Path) -> None:
        """Keep ``result`` for the photo ``owner``: no other photo may replace it."""
        if self.is_free(result, owner):
            self._add(result, _absolute(owner))

    def is_free(self, path: Path, owner: Path) -> bool:
        """Return whether a result of the photo ``owner`` may stand at ``path``.

        Whether something else stands there is not asked.
        """
        mine, folder = _absolute(owner), _folder(path)
        with self._lock:
            if self._by_name.get((folder, path.name), mine) != mine:
                return False
            identities = _identities(path)
            known = [entry for one in identities for entry in self._by_identity.get(one, ())]
            alike = list(self._alike.get((folder, _fold(path.name)), ()))
        if any(its_owner is None for _, its_owner in known):
            # Also one that was moved to another name meanwhile.
            return False
        # Asked again: the number of a result that was replaced is soon another file's.
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
    """Return what ``path`` is known by, and what it leads to if it is a link."""
    found = (file_identity(path), file_identity(path, follow_links=False))
    return {identity for identity in found if identity is not None}


def _folder(path: Path) -> _Folder:
    # It may not be there yet, or its disk may number nothing.
    return file_identity(path.parent) or os.path.realpath(path.parent)


def _fold(name: str) -> str:
    """Return what is equal for names that some file system takes for one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
