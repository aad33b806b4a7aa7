"""Pictures that were pasted without a file: each gets a file in the cache while it is in use."""

from __future__ import annotations

import itertools
import logging
import os
import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from app.state.places import pasted_folder
from engine.api import LEFTOVER_SUFFIX, make_private_folder, part_path, remove_leftovers

logger = logging.getLogger(__name__)

_PREFIX, _SUFFIX = "pasted-", ".png"
_LEAST_AGE_S = 24 * 3600.0
_MOST_AT_ONCE = 1000


def new_pasted_path() -> Path:
    """Return the path for the next pasted picture."""
    stamp = datetime.now(tz=UTC).strftime("%Y%m%d-%H%M%S-%f")
    return pasted_folder() / f"{_PREFIX}{stamp}{_SUFFIX}"


class PastedPictures:
    """The folder of pasted pictures, as one window uses it.

    Every window keeps a marker file in it: another window may show a picture that is
    mentioned in no file.
    """

    def __init__(self) -> None:
        self._folder = pasted_folder()
        self._mark = part_path(self._folder, "")
        # Where no marker can be written, no picture can be pasted either.
        with suppress(OSError):
            make_private_folder(self._folder)
            self._mark.touch(mode=0o600)

    def close(self) -> None:
        """Remove the marker: this window uses none of the pictures any more."""
        with suppress(OSError):
            self._mark.unlink(missing_ok=True)

    def remove_unused(self, used: Collection[Path]) -> tuple[Path, ...]:
        """Delete pictures that are older than a day and not ``used``; waits for the disk.

        Nothing is deleted while another window is open, and only files named as pasted pictures.

        Returns:
            The deleted pictures, at most 1000.
        """
        remove_leftovers(self._folder)
        # By their real paths: a session may name a picture through a link.
        kept = {_real(path) for path in used}
        removed = []
        try:
            if self._has_others():
                return ()
            for path in itertools.islice(self._old_pictures(), _MOST_AT_ONCE):
                if _real(path) not in kept:
                    path.unlink()
                    removed.append(path)
        except OSError as error:
            logger.info("%s: cannot be cleared (%s)", self._folder, error)
        return tuple(removed)

    def _has_others(self) -> bool:
        names = os.listdir(self._folder)  # noqa: PTH208 - names only
        marks = {name for name in names if name.endswith(LEFTOVER_SUFFIX)}
        return bool(marks - {self._mark.name})

    def _old_pictures(self) -> Iterator[Path]:
        for path in sorted(self._folder.glob(f"{_PREFIX}*{_SUFFIX}")):
            is_file = path.is_file() and not path.is_symlink()
            if is_file and time.time() - path.stat().st_mtime > _LEAST_AGE_S:
                yield path


def _real(path: Path) -> str:
    return os.path.realpath(path)
