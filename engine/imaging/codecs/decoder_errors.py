"""Turns what decoders raise into the engine's own errors, which name the file.

Libraries that read hostile or corrupt files raise anything: `struct.error`, `IndexError`,
`SyntaxError`. To the user all of it means one thing, so it is classified here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.core.errors import EngineError, ImageTooLargeError, UnreadableImageError
from engine.core.messages import say
from engine.imaging.codecs.sniff import unreadable
from engine.imaging.vips import VipsError, first_line


class DecoderWarningError(UnreadableImageError):
    """The strict decoder stopped at a warning; a tolerant second attempt can decode the file."""


@contextmanager
def decoder_errors(path: Path) -> Iterator[None]:
    """Raise whatever a decoder of ``path`` raises in the block as an `ImageError`.

    Raises:
        UnreadableImageError: If the file is corrupt, or can no longer be read.
        ImageTooLargeError: If there is not enough memory for it.
    """
    try:
        yield
    except EngineError:
        raise
    except MemoryError as error:
        raise ImageTooLargeError(
            say(
                "decoder-memory",
                "{path}: not enough memory to decode it; close other programs, "
                "or save it as PNG or TIFF, which are read piece by piece",
                path=path,
            )
        ) from error
    except OSError as error:
        # Libraries raise it for corrupt data too; only the system's own has an error number.
        if error.errno is not None and error.strerror:
            raise unreadable(path, error) from error
        raise damaged(path, str(error)) from error
    except VipsError as error:
        raise damaged(path, first_line(error)) from error
    except Exception as error:
        raise damaged(path, str(error) or type(error).__name__) from error
    except BaseException as error:
        # Decoders in Rust raise a `BaseException` on a panic, so that no caller swallows it.
        if type(error).__name__ != "PanicException":
            raise
        raise damaged(path, str(error)) from error


def damaged(path: Path, reason: str) -> UnreadableImageError:
    """Return the error for a file whose content is corrupt or incomplete."""
    return UnreadableImageError(
        say(
            "damaged",
            "{path}: damaged or incomplete ({reason}); download or copy it again",
            path=path,
            reason=reason,
        )
    )
