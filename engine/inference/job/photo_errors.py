"""The border around the work on one photo: whatever goes wrong is that photo's failure."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.core.errors import EngineError, OutOfMemoryError, UnexpectedError

logger = logging.getLogger(__name__)


@contextmanager
def photo_errors(photo: Path) -> Iterator[None]:
    """Raise whatever the block raises as an error of ours that names ``photo``.

    Raises:
        OutOfMemoryError: If memory ran out.
        UnexpectedError: If it was nothing that we foresaw.
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
            f"{photo}: something went wrong that should not ({reason}); "
            "--verbose tells where, and saving the photo as PNG may help"
        ) from error
