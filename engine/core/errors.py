"""All errors that the engine raises on purpose.

::

    EngineError
        BadEventError
        ConfigError
            UnknownNameError
        ImageError
            UnreadableImageError
            UnsupportedFormatError
            ImageTooLargeError
            FormatLimitError
        OutputError
            OutputExistsError
            DiskFullError
        ModelError
            BadCardError
            ModelRefusedError
                RangeUnsureError
        InferenceError
            OutOfMemoryError
            BrokenOutputError
        ShapeMismatchError
        TilePlanError
        MissingExtraError
        NonFiniteLossError
        UnexpectedError
        JobCancelled
"""

from __future__ import annotations

from typing import ClassVar


class EngineError(Exception):
    """An error the caller can act on.

    The message names the file and the value, and says what to do about it.

    Attributes:
        code: Stable name of this kind of error; the app translates it.
    """

    code: ClassVar[str] = "engine"


class BadEventError(EngineError):
    """A line that a job wrote is not an event."""

    code: ClassVar[str] = "bad-event"


class ConfigError(EngineError):
    """A recipe or setting cannot be used as written."""

    code: ClassVar[str] = "config"


class UnknownNameError(ConfigError):
    """A name refers to nothing."""

    code: ClassVar[str] = "unknown-name"


class ImageError(EngineError):
    """A picture cannot be used."""

    code: ClassVar[str] = "image"


class UnreadableImageError(ImageError):
    """A file is missing, truncated, broken or not a picture."""

    code: ClassVar[str] = "unreadable-image"


class UnsupportedFormatError(ImageError):
    """The format of a picture is not supported."""

    code: ClassVar[str] = "unsupported-format"


class ImageTooLargeError(ImageError):
    """A picture needs more pixels, memory or disk space than allowed."""

    code: ClassVar[str] = "image-too-large"


class FormatLimitError(ImageError):
    """The result exceeds a limit of the output format."""

    code: ClassVar[str] = "format-limit"


class OutputError(EngineError):
    """A result cannot be written."""

    code: ClassVar[str] = "output"


class OutputExistsError(OutputError):
    """A file of the result's name exists and must not be replaced."""

    code: ClassVar[str] = "output-exists"


class DiskFullError(OutputError):
    """The disk has no space for the result or its scratch file."""

    code: ClassVar[str] = "disk-full"


class ModelError(EngineError):
    """A model cannot be used."""

    code: ClassVar[str] = "model"


class BadCardError(ModelError):
    """A model card is missing, broken or disagrees with its file."""

    code: ClassVar[str] = "bad-card"


class ModelRefusedError(ModelError):
    """A file is not a super-resolution network that can be run."""

    code: ClassVar[str] = "model-refused"


class RangeUnsureError(ModelRefusedError):
    """The values of black and white of a network cannot be determined and must be given.

    Attributes:
        ranges: Possible input ranges, most probable first.
    """

    code: ClassVar[str] = "range-unsure"

    def __init__(self, message: str, *, ranges: tuple[tuple[float, float], ...]) -> None:
        super().__init__(message)
        self.ranges = ranges


class InferenceError(EngineError):
    """A network could not be run."""

    code: ClassVar[str] = "inference"


class OutOfMemoryError(InferenceError):
    """Even the smallest tile needs more memory than is available."""

    code: ClassVar[str] = "out-of-memory"


class BrokenOutputError(InferenceError):
    """A network's output is not a picture of its input, on every provider tried."""

    code: ClassVar[str] = "broken-output"


class ShapeMismatchError(EngineError):
    """Two images that must have the same shape do not."""

    code: ClassVar[str] = "shape-mismatch"


class TilePlanError(EngineError):
    """The sizes of tile and overlap leave no pixels to keep."""

    code: ClassVar[str] = "tile-plan"


class MissingExtraError(EngineError):
    """An optional part of the product is needed and not installed."""

    code: ClassVar[str] = "missing-extra"


class NonFiniteLossError(EngineError):
    """A training loss or gradient became infinite or not a number."""

    code: ClassVar[str] = "non-finite-loss"


class UnexpectedError(EngineError):
    """The work on one photo failed unexpectedly; the other photos are still processed."""

    code: ClassVar[str] = "unexpected"


class JobCancelled(EngineError):  # noqa: N818 - a request, not a fault
    """The user cancelled the work."""

    code: ClassVar[str] = "cancelled"
