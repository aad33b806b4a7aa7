"""Files of trainings that can be deleted at any time: decoded photos and unfinished files."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from engine.core.errors import EngineError
from engine.core.leftovers import LEFTOVER_SUFFIX, remove_leftovers
from engine.data.photo_cache import find_cached_files
from engine.runs.run_folder import RunFolder
from engine.runs.summary import find_runs


@dataclass(frozen=True, slots=True, kw_only=True)
class DisposableFiles:
    """The files that were found.

    Attributes:
        cached: Files of decoded photos, and of teachers' pictures of them.
        parts: Checkpoints and files that a process which is gone did not finish.
        bytes: Size of all of them.
    """

    cached: tuple[Path, ...]
    parts: tuple[Path, ...]
    bytes: int

    def delete(self) -> None:
        """Delete them; a file that a running process writes stays."""
        for path in self.cached:
            path.unlink(missing_ok=True)
        for path in self.parts:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                remove_leftovers(path.parent)
        # Only folders of the cache that are empty now; rmdir refuses others.
        for folder in sorted({path.parent for path in self.cached}):
            _remove_empty(folder)


def find_disposable_files(runs: Path, cache: Path) -> DisposableFiles:
    """Find the files that can be deleted.

    Args:
        runs: Folder of the runs; those of runs that are running are skipped.
        cache: Folder of decoded photos.
    """
    cached = [path for path in find_cached_files(cache) if path.suffix != LEFTOVER_SUFFIX]
    parts = [path for path in find_cached_files(cache) if path.suffix == LEFTOVER_SUFFIX]
    for run in find_runs(runs):
        if not _is_in_use(run):
            parts += [path for path in run.checkpoints.glob("step-*.part") if path.is_dir()]
            parts += run.path.glob(f".*{LEFTOVER_SUFFIX}")
            parts += run.checkpoints.glob(f".*{LEFTOVER_SUFFIX}")
    size = sum(_size(path) for path in (*cached, *parts))
    return DisposableFiles(cached=tuple(sorted(cached)), parts=tuple(sorted(parts)), bytes=size)


def cached_bytes(cache: Path) -> int:
    """Return the size of the decoded photos in ``cache``."""
    return sum(_size(path) for path in find_cached_files(cache))


def _is_in_use(run: RunFolder) -> bool:
    try:
        return run.is_running()
    except EngineError:
        return True  # unknown, so nothing is deleted


def _size(path: Path) -> int:
    try:
        if path.is_dir():
            return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
        return path.stat().st_size
    except OSError:
        return 0  # deleted in the meantime


def _remove_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()
