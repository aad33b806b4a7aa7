"""What decoders raise, turned into the engine's own errors that name the file.

Libraries that read hostile or damaged files raise anything: `struct.error`, `IndexError`,
`SyntaxError`. All of it means one thing to the user, so it is told apart here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.core.errors import EngineError, ImageTooLargeError, UnreadableImageError
from engine.core.messages import say
from engine.imaging.codecs.sniff import unreadable
from engine.imaging.vips import VipsError, first_line


class OddImageError(UnreadableImageError):
    """A decoder stopped at something that need not be damage; a milder one can go on."""


@contextmanager
def decoder_errors(path: Path) -> Iterator[None]:
    """Raise whatever a decoder of ``path`` raises in the block as an error of ours.

    Raises:
        UnreadableImageError: If the file is damaged, or cannot be read any more.
        ImageTooLargeError: If memory does not suffice for it.
    """
    try:
        yield
    except EngineError:
        raise
    except MemoryError as error:
        raise ImageTooLargeError(
            say(
                "decoder-memory",
                "{path}: memory does not suffice to decode it; close other programs, "
                "or save it as PNG or TIFF, which are read piece by piece",
                path=path,
            )
        ) from error
    except OSError as error:
        # Libraries raise it for damage too; only the system's own has a number.
        if error.errno is not None and error.strerror:
            raise unreadable(path, error) from error
        raise damaged(path, str(error)) from error
    except VipsError as error:
        raise damaged(path, first_line(error)) from error
    except Exception as error:
        raise damaged(path, str(error) or type(error).__name__) from error
    except BaseException as error:
        # What decoders in Rust raise is no `Exception`, so that nobody passes over it.
        if type(error).__name__ != "PanicException":
            raise
        raise damaged(path, str(error)) from error


def damaged(path: Path, reason: str) -> UnreadableImageError:
    """Return the error for a file whose content is not whole."""
    return UnreadableImageError(
        say(
            "damaged",
            "{path}: damaged or incomplete ({reason}); fetch it again from its source",
            path=path,
            reason=reason,
        )
    )
