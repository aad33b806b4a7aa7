"""Formats sizes and durations for users."""

from __future__ import annotations

import math


def format_bytes(count: float) -> str:
    """Return a size with a decimal unit: ``1.4 GB``.

    Example:
        >>> format_bytes(1_400_000_000)
        '1.4 GB'
    """
    for unit in ("B", "kB", "MB", "GB"):
        if abs(count) < 1000:
            return f"{count:.0f} B" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def format_megapixels(pixels: float) -> str:
    """Return a number of pixels in megapixels; small pictures keep two significant digits.

    Example:
        >>> format_megapixels(256 * 169)
        '0.043 MP'
    """
    megapixels = pixels / 1e6
    digits = 1 if megapixels >= 1 else 1 - math.floor(math.log10(max(megapixels, 1e-6)))
    return f"{megapixels:.{digits}f} MP"


def format_duration(seconds: float) -> str:
    """Return a duration in its two largest units: ``2 min 5 s``.

    Example:
        >>> format_duration(125)
        '2 min 5 s'
    """
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {left} s" if minutes else f"{left} s"
