"""The picture formats: what their files are named, and what those that are written can hold."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

from engine.core.errors import FormatLimitError
from engine.core.messages import say

FORMAT_SUFFIXES: Final = {
    "jpeg": (".jpg", ".jpeg", ".jpe", ".jfif", ".jif", ".mpo"),
    "png": (".png", ".apng"),
    "tiff": (".tif", ".tiff", ".btf", ".tf8"),
    "webp": (".webp",),
    "avif": (".avif",),
    "gif": (".gif",),
    "bmp": (".bmp", ".dib"),
    "ppm": (".ppm", ".pgm", ".pnm", ".pbm", ".pam"),
    "heic": (".heic", ".heif", ".hif"),
    "jxl": (".jxl",),
    "raw": (
        ".3fr", ".arw", ".cr2", ".cr3", ".dcr", ".dng", ".erf", ".fff", ".iiq", ".kdc", ".mef",
        ".mos", ".nef", ".nrw", ".orf", ".pef", ".raf", ".raw", ".rw2", ".rwl", ".sr2", ".srf",
        ".srw",
    ),
}  # fmt: skip
"""Suffixes of each format that is read, in lower case, the usual one first.

Formats are named as in `PhotoInfo.format`; ``raw`` stands for all camera raw formats.
"""

RAW_SUFFIXES: Final = frozenset(FORMAT_SUFFIXES["raw"])
"""Suffixes of camera raw files."""

PHOTO_SUFFIXES: Final = frozenset().union(*FORMAT_SUFFIXES.values())
"""Suffixes of all formats that are read."""

# They promise several pictures, an animation or a BigTIFF, which a result is not; .jif is obsolete.
_READ_ONLY_SUFFIXES: Final = frozenset({".mpo", ".apng", ".btf", ".tf8", ".jif"})


class OutputFormat(Enum):
    """A format that results can be written in; its value is its name in `PhotoInfo.format`."""

    JPEG = "jpeg"
    PNG = "png"
    TIFF = "tiff"
    WEBP = "webp"
    AVIF = "avif"

    @property
    def suffix(self) -> str:
        """The usual file suffix, with its dot."""
        return FORMAT_SUFFIXES[self.value][0]

    @property
    def max_side_px(self) -> int:
        """The longest side a picture may have."""
        return _TRAITS[self].max_side_px

    @property
    def max_bit_depth(self) -> int:
        """Bits per pixel value that it can hold: 8, 12 or 16."""
        return _TRAITS[self].max_bit_depth

    @property
    def has_alpha(self) -> bool:
        """Whether it can hold an alpha channel."""
        return self is not OutputFormat.JPEG

    @classmethod
    def of_suffix(cls, suffix: str) -> OutputFormat | None:
        """Return the format that a suffix such as ``.jpg`` stands for, None if not of a result."""
        suffix = suffix.lower()
        if suffix in _READ_ONLY_SUFFIXES:
            return None
        return next((f for f in cls if suffix in FORMAT_SUFFIXES[f.value]), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Traits:
    """Limits of a format."""

    max_side_px: int
    max_bit_depth: int


# Sides: of JPEG's 65535, libjpeg accepts 65500; WebP has 14 bits; AVIF is limited by its
# encoder in libvips; PNG and TIFF have 31 bits, of which libvips accepts 10 million.
_TRAITS: Final = {
    OutputFormat.JPEG: _Traits(max_side_px=65_500, max_bit_depth=8),
    OutputFormat.PNG: _Traits(max_side_px=10_000_000, max_bit_depth=16),
    OutputFormat.TIFF: _Traits(max_side_px=10_000_000, max_bit_depth=16),
    OutputFormat.WEBP: _Traits(max_side_px=16_383, max_bit_depth=8),
    OutputFormat.AVIF: _Traits(max_side_px=16_384, max_bit_depth=12),
}


def check_format_limits(
    output_format: OutputFormat, *, width_px: int, height_px: int, path: Path
) -> None:
    """Refuse a size that the format cannot hold; call it before the work begins.

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
