"""The formats results are written in, and what each can hold."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

from engine.core.errors import FormatLimitError


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
        """Bits per code value it keeps: 8, 12 or 16."""
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
    """What a format can do; ``bits_per_sample`` is what a photo usually takes in it."""

    suffixes: tuple[str, ...]
    max_side_px: int
    max_bit_depth: int
    bits_per_sample: float


# Sides: JPEG's 65535 less what libjpeg keeps for itself; WebP 14 bits; AVIF what its
# encoder in libvips takes; PNG and TIFF 31 bits, of which libvips takes 10 million.
# Bits: a cautious estimate for noisy photos at the default settings, not a measurement.
_TRAITS: Final = {
    OutputFormat.JPEG: _Traits(
        suffixes=(".jpg", ".jpeg", ".jpe", ".jfif"),
        max_side_px=65_500,
        max_bit_depth=8,
        bits_per_sample=1.5,
    ),
    OutputFormat.PNG: _Traits(
        suffixes=(".png",), max_side_px=10_000_000, max_bit_depth=16, bits_per_sample=6.0
    ),
    OutputFormat.TIFF: _Traits(
        suffixes=(".tif", ".tiff"), max_side_px=10_000_000, max_bit_depth=16, bits_per_sample=6.5
    ),
    OutputFormat.WEBP: _Traits(
        suffixes=(".webp",), max_side_px=16_383, max_bit_depth=8, bits_per_sample=1.0
    ),
    OutputFormat.AVIF: _Traits(
        suffixes=(".avif",), max_side_px=16_384, max_bit_depth=12, bits_per_sample=1.0
    ),
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
            f"{path}: {width_px}x{height_px} px do not fit {output_format.name}, whose sides end "
            f"at {limit} px; choose TIFF or PNG, or a smaller size"
        )


def estimate_encoded_bytes(
    output_format: OutputFormat,
    *,
    width_px: int,
    height_px: int,
    channels: int,
    bit_depth: int,
    has_alpha: bool = False,
    lossless: bool = False,
) -> int:
    """Return about how large the file will be, rather too much than too little.

    Args:
        output_format: The format.
        width_px: Columns.
        height_px: Rows.
        channels: 1 or 3, alpha not counted.
        bit_depth: 8 or 16 bits per code value of the source.
        has_alpha: Whether an alpha channel comes with it.
        lossless: Whether WebP or AVIF is written without loss.
    """
    samples = width_px * height_px * (channels + (has_alpha and output_format.has_alpha))
    bits = _TRAITS[output_format].bits_per_sample
    if output_format.max_bit_depth == 16 and bit_depth == 16:
        # The lower eight bits of a photo are noise and do not compress.
        bits += 8
    elif lossless and output_format in {OutputFormat.WEBP, OutputFormat.AVIF}:
        bits = _TRAITS[OutputFormat.PNG].bits_per_sample
    return 4096 + int(samples * bits / 8)
