"""Turns every error of the work on one photo into a failure of that photo."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.core.errors import EngineError, OutOfMemoryError, UnexpectedError

logger = logging.getLogger(__name__)


@contextmanager
def photo_errors(photo: Path) -> Iterator[None]:
    """Raise every error of the block as an `EngineError` that names ``photo``.

    Raises:
        OutOfMemoryError: If memory ran out.
        UnexpectedError: If any other error occurs.
    """
    try:
        yield
    except EngineError:
        raise
    except MemoryError as error:
        raise OutOfMemoryError(f"{photo}: memory ran out; close other programs") from error
    except Exception as error:
        logger.debug("%s failed unexpectedly", photo, exc_info=True)
        # A decoder's bug in one photo of a thousand must not end the other 999.
        reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        raise UnexpectedError(
            f"{photo}: unexpected error ({reason}); "
            "--verbose shows where it happened, and saving the photo as PNG may help"
        ) from error
