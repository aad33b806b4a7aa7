"""The formats results are written in, and what each can hold."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

from engine.core.errors import FormatLimitError
from engine.core.messages import say


class OutputFormat(Enum):
    """A format results can be written in."""

    JPEG = "jpeg"
    PNG = "png"
    TIFF = "tiff"
    WEBP = "webp"
    AVIF = "avif"

    @property
    def suffix(self) -> str:
        """The usual file suffix, with its dot."""
        return _TRAITS[self].suffixes[0]

    @property
    def max_side_px(self) -> int:
        """The longest side a picture may have."""
        return _TRAITS[self].max_side_px

    @property
    def max_bit_depth(self) -> int:
        """Bits per pixel value it keeps: 8, 12 or 16."""
        return _TRAITS[self].max_bit_depth

    @property
    def has_alpha(self) -> bool:
        """Whether it can hold an alpha channel."""
        return self is not OutputFormat.JPEG

    @classmethod
    def of_suffix(cls, suffix: str) -> OutputFormat | None:
        """Return the format a suffix such as ``.jpg`` stands for, None if it is no output's."""
        return next((f for f in cls if suffix.lower() in _TRAITS[f].suffixes), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Traits:
    """What a format can do."""

    suffixes: tuple[str, ...]
    max_side_px: int
    max_bit_depth: int


# Sides: JPEG's 65535 less what libjpeg keeps for itself; WebP 14 bits; AVIF what its
# encoder in libvips takes; PNG and TIFF 31 bits, of which libvips takes 10 million.
_TRAITS: Final = {
    OutputFormat.JPEG: _Traits(
        suffixes=(".jpg", ".jpeg", ".jpe", ".jfif"),
        max_side_px=65_500,
        max_bit_depth=8,
    ),
    OutputFormat.PNG: _Traits(suffixes=(".png",), max_side_px=10_000_000, max_bit_depth=16),
    OutputFormat.TIFF: _Traits(
        suffixes=(".tif", ".tiff"), max_side_px=10_000_000, max_bit_depth=16
    ),
    OutputFormat.WEBP: _Traits(suffixes=(".webp",), max_side_px=16_383, max_bit_depth=8),
    OutputFormat.AVIF: _Traits(suffixes=(".avif",), max_side_px=16_384, max_bit_depth=12),
}


def check_format_limits(
    output_format: OutputFormat, *, width_px: int, height_px: int, path: Path
) -> None:
    """Refuse a picture that the format cannot hold; call it before the work begins.

    Raises:
        FormatLimitError: If a side is too long.
    """
    limit = output_format.max_side_px
    if max(width_px, height_px) > limit:
        raise FormatLimitError(
            say(
                "format-limit",
                "{path}: {width}x{height} px do not fit {format}, whose sides end at {limit} px; "
                "choose TIFF or PNG, or a smaller size",
                path=path,
                width=width_px,
                height=height_px,
                format=output_format.name,
                limit=limit,
            )
        )
