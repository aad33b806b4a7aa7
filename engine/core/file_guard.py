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
        # None stands for an original, which belongs to no photo.
        self._owners: dict[object, Path | None] = {}
        self._alike: dict[tuple[_Folder, str], list[Path]] = {}
        for path in originals:
            self.protect(path)

    def protect(self, original: Path) -> None:
        """Never let a result stand at ``original``."""
        self._add(original, None)

    def give(self, result: Path, owner: Path) -> None:
        """Keep ``result`` for the photo ``owner``: no other photo may replace it."""
        if self.is_free(result, owner):
            self._add(result, Path(os.path.abspath(owner)))  # noqa: PTH100 - links stay

    def is_free(self, path: Path, owner: Path) -> bool:
        """Return whether a result of the photo ``owner`` may stand at ``path``.

        Whether something else stands there is not asked.
        """
        mine = Path(os.path.abspath(owner))  # noqa: PTH100 - links stay
        with self._lock:
            keys = _keys(path)
            if any(key in self._owners and self._owners[key] != mine for key in keys):
                return False
            identity = file_identity(path)
            alike = self._alike.get((_folder(path), _fold(path.name)), ())
        return identity is None or all(file_identity(other) != identity for other in alike)

    def _add(self, path: Path, owner: Path | None) -> None:
        with self._lock:
            for key in _keys(path):
                self._owners[key] = owner
            if owner is None:
                place = (_folder(path), _fold(path.name))
                self._alike.setdefault(place, []).append(path)


def _keys(path: Path) -> list[object]:
    found = {file_identity(path), file_identity(path, follow_links=False)} - {None}
    return [(_folder(path), path.name), *found]


def _folder(path: Path) -> _Folder:
    # It may not be there yet, or its disk may number nothing.
    return file_identity(path.parent) or os.path.realpath(path.parent)


def _fold(name: str) -> str:
    """Return what is equal for names that some file system takes for one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
