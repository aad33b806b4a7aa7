"""Translates errors of libraries and the system into ours, which name a way out."""

from __future__ import annotations

import errno
from pathlib import Path

import torch

from engine.core.atomic_file import output_error
from engine.core.errors import EngineError, OutOfMemoryError

# torch's CPU allocator raises a plain RuntimeError; only its text tells what happened.
_NO_MEMORY = ("can't allocate memory", "not enough memory", "out of memory")
_WRITING = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM}


def as_engine_error(error: Exception, run: Path) -> EngineError | None:
    """Return the engine's error for what a library or the system raised in ``run``.

    None is returned for errors that we know no way out of.
    """
    if isinstance(error, EngineError):
        return error
    is_full = isinstance(error, (MemoryError, torch.OutOfMemoryError))
    if is_full or any(words in str(error).lower() for words in _NO_MEMORY):
        return OutOfMemoryError(
            f"{run}: there is not enough memory for a step; resume with a smaller batch in its "
            "recipe.yaml (data.batch_size, data.patch_px), or process it in parts (accumulate)"
        )
    if isinstance(error, OSError) and error.errno in _WRITING:
        return output_error(error, Path(str(error.filename or run)))
    return None
