"""Restoration: how much a network should undo in a photo, from 0 (nothing) to 1.

Noise, blur and JPEG are each told as an error of the luma of LR in 8-bit levels, and add up as
variances. This is version 1 of the formula, which a model card names as its restoration map:

    D² = noise² + blur² + JPEG²      r = min(1, √D / 4)

Clean photos have 0, light degradation has about 0.5, mild about 0.67, strong mostly 0.8 to 1.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

_JPEG_QUALITY = (30, 40, 50, 60, 70, 75, 80, 85, 90, 92, 95, 97, 100)
_JPEG_ERROR = (8.6, 7.7, 7.05, 6.4, 5.6, 5.15, 4.55, 3.85, 2.95, 2.5, 1.75, 1.1, 0.0)
_BLUR_SIGMA_PX = (0.0, 0.3, 0.5, 0.8, 1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 6.0)
_BLUR_ERROR = {
    2: (0.0, 0.05, 1.47, 3.83, 5.25, 6.6, 8.39, 10.78, 12.6, 14.04, 16.15, 18.4),
    4: (0.0, 0.02, 0.44, 1.26, 1.88, 2.57, 3.67, 5.56, 7.33, 8.89, 11.36, 14.1),
}
_LEVELS_AT_FULL_RESTORATION = 16.0  # √16 / 4 = 1


def jpeg_error_levels(quality: ArrayLike) -> NDArray[np.float64]:
    """Return the error of luma that JPEG of this quality leaves, in 8-bit levels.

    The root mean square over a picture, averaged over the middles of 30 training photos at LR
    size; between the qualities that were measured it is interpolated.

    Args:
        quality: libjpeg's quality, 1 to 100; 100 counts as no error.
    """
    return _interpolated(quality, _JPEG_QUALITY, _JPEG_ERROR)


def jpeg_quality_of(error_levels: ArrayLike) -> NDArray[np.float64]:
    """Return the quality whose `jpeg_error_levels` is this; 30 and below cannot be told apart."""
    # np.interp needs rising values, and the error falls with the quality.
    return _interpolated(error_levels, _JPEG_ERROR[::-1], _JPEG_QUALITY[::-1])


def blur_error_levels(sigma_px: ArrayLike, *, scale: int) -> NDArray[np.float64]:
    """Return the error of the luma of LR that Gaussian blur of HR leaves, in 8-bit levels.

    Measured as `jpeg_error_levels` was, at scales 2 and 4; scale 3 gets their mean.

    Args:
        sigma_px: Standard deviation of the blur, in HR pixels.
        scale: Factor between LR and HR, 2 to 4: the larger, the less of the blur is left in LR.
    """
    share = (min(max(scale, 2), 4) - 2) / 2
    errors = (1 - share) * np.asarray(_BLUR_ERROR[2]) + share * np.asarray(_BLUR_ERROR[4])
    return _interpolated(sigma_px, _BLUR_SIGMA_PX, errors)


def restoration_value(
    *,
    noise_sigma_levels: ArrayLike,
    blur_error_levels: ArrayLike,
    jpeg_error_levels: ArrayLike,
) -> NDArray[np.float64]:
    """Return the restoration value of pictures with these errors, 0 to 1.

    Args:
        noise_sigma_levels: Standard deviation of the noise of luma in LR, in 8-bit levels.
        blur_error_levels: As the function of that name returns it.
        jpeg_error_levels: As the function of that name returns it.
    """
    parts = (noise_sigma_levels, blur_error_levels, jpeg_error_levels)
    error = np.sqrt(sum(np.square(np.asarray(part, dtype=np.float64)) for part in parts))
    return np.minimum(1.0, np.sqrt(error / _LEVELS_AT_FULL_RESTORATION))


def _interpolated(places: ArrayLike, known: ArrayLike, values: ArrayLike) -> NDArray[np.float64]:
    found = np.interp(np.asarray(places, dtype=np.float64), np.asarray(known), np.asarray(values))
    return np.asarray(found, dtype=np.float64)
