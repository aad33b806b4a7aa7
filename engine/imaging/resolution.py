"""Print resolutions: which ones are plausible, and how EXIF and TIFF write them."""

from __future__ import annotations

from fractions import Fraction

Dpi = tuple[float, float]
"""Pixels per inch, across and down."""

# From a pixel of 2.5 meters to one of 2.5 nanometers: posters and electron microscopes.
_LEAST_DPI, _MOST_DPI = 0.01, 1e7
_MAX_LONG = 2**32 - 1


def is_possible(dpi: Dpi) -> bool:
    """Return whether the resolution is plausible; some files hold 0 or billions."""
    return all(_LEAST_DPI <= value <= _MOST_DPI for value in dpi)


def as_ratio(value: Fraction | float) -> tuple[int, int] | None:
    """Return the fraction of two 32-bit numbers nearest to a value; None if it is out of range."""
    exact = Fraction(value)
    # The larger the value, the smaller the denominator for which the numerator still fits.
    for most in (10_000, 100, 1):
        near = exact.limit_denominator(most)
        if near.numerator <= _MAX_LONG:
            return near.numerator, near.denominator
    return None
