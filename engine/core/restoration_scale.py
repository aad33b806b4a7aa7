"""The restoration value r from 0 to 1: how much noise, blur and JPEG damage a picture has.

::

    D² = noise² + blur² + JPEG²      all in 8-bit levels of luma of the LR picture
    r  = min(1, √D / 4)

The tables are mean errors (RMS of luma) over 30 training photos, middles of 384 px, reduced by
bicubic downsampling: blurred before it, or compressed after it (``docs/decisions/0018``).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Values = NDArray[np.float64]

_JPEG_QUALITY = (30, 40, 50, 60, 70, 75, 80, 85, 90, 92, 95, 97, 100)
_JPEG_ERROR = (8.6, 7.7, 7.05, 6.4, 5.6, 5.15, 4.55, 3.85, 2.95, 2.5, 1.75, 1.1, 0.0)
# Standard deviation of Gaussian blur in HR pixels.
_BLUR_SIGMA = (0, 0.3, 0.5, 0.8, 1, 1.2, 1.5, 2, 2.5, 3, 4, 6)
_BLUR_ERROR = {
    2: (0, 0.05, 1.47, 3.83, 5.25, 6.6, 8.39, 10.78, 12.6, 14.04, 16.15, 18.4),
    4: (0, 0.02, 0.44, 1.26, 1.88, 2.57, 3.67, 5.56, 7.33, 8.89, 11.36, 14.1),
}
_REFERENCE_SCALE = 4


def jpeg_error_levels(quality: ArrayLike) -> Values:
    """Return the error that JPEG of ``quality``, 1 to 100 on libjpeg's scale, leaves."""
    return _interpolated(quality, _JPEG_QUALITY, _JPEG_ERROR)


def jpeg_quality_of(error_levels: ArrayLike) -> Values:
    """Return the JPEG quality, 30 to 100, that leaves an error; inverts `jpeg_error_levels`."""
    return _interpolated(error_levels, _JPEG_ERROR[::-1], _JPEG_QUALITY[::-1])


def blur_error_levels(sigma_px: ArrayLike, *, scale: int) -> Values:
    """Return the error that Gaussian blur leaves in LR.

    Args:
        sigma_px: Standard deviation of the blur in pixels of HR.
        scale: Factor between LR and HR; tables exist for 2 and 4.
    """
    table = _tabulated(scale)
    # In a scale without a table, blur counts as the blur of equal width in LR.
    sigmas = np.asarray(sigma_px, np.float64) * table / scale
    return _interpolated(sigmas, _BLUR_SIGMA, _BLUR_ERROR[table])


def blur_sigma_of(error_levels: ArrayLike, *, scale: int) -> Values:
    """Return the blur in pixels of HR that leaves an error; inverts `blur_error_levels`."""
    table = _tabulated(scale)
    return _interpolated(error_levels, _BLUR_ERROR[table], _BLUR_SIGMA) * scale / table


def restoration_of(
    *, noise_levels: ArrayLike, blur_levels: ArrayLike, jpeg_levels: ArrayLike
) -> Values:
    """Return the restoration value, 0 to 1, of a picture with these errors.

    Args:
        noise_levels: Standard deviation of the noise of luma in LR.
        blur_levels: Error left by blur, from `blur_error_levels`.
        jpeg_levels: Error left by compression, from `jpeg_error_levels`.

    Shape:
        - all of one shape, or single numbers; so is the result.
    """
    noise, blur, jpeg = (
        np.asarray(part, np.float64) for part in (noise_levels, blur_levels, jpeg_levels)
    )
    total = np.sqrt(noise**2 + blur**2 + jpeg**2)
    return np.asarray(np.minimum(1.0, np.sqrt(total) / 4))


def _tabulated(scale: int) -> int:
    return scale if scale in _BLUR_ERROR else _REFERENCE_SCALE


def _interpolated(values: ArrayLike, at: Sequence[float], known: Sequence[float]) -> Values:
    return np.asarray(np.interp(np.asarray(values, np.float64), at, known))
