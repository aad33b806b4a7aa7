"""Converts integer pixel values, as files hold them, to float and back."""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike

from engine.core.images import ImageF32, ImageUint


def max_value(dtype: DTypeLike) -> int:
    """Return the largest pixel value, white: 255 or 65535.

    Raises:
        ValueError: If ``dtype`` is neither uint8 nor uint16.
    """
    kind = np.dtype(dtype)
    if kind not in {np.dtype(np.uint8), np.dtype(np.uint16)}:
        raise ValueError(f"pixel values are uint8 or uint16, not {kind}")
    return int(np.iinfo(kind).max)


def to_float(pixels: ImageUint) -> ImageF32:
    """Return pixel values as float32 in ``[0, 1]``, encoding unchanged.

    Shape:
        - ``pixels``: ``(H, W, C)``, uint8 or uint16.
    """
    return np.multiply(pixels, np.float32(1 / max_value(pixels.dtype)), dtype=np.float32)


def to_uint(image: ImageF32, dtype: DTypeLike) -> ImageUint:
    """Return the nearest integer pixel values, halves rounded up, clipped to the range.

    Args:
        image: Picture; may leave ``[0, 1]``. The caller must have checked it for not-a-number.
        dtype: uint8 or uint16.

    Shape:
        - ``image``: ``(H, W, C)``, float32, nominally ``[0, 1]``.
    """
    white = max_value(dtype)
    scaled = np.multiply(image, np.float32(white), dtype=np.float32)
    # Adding a half and cutting off rounds halves up; `np.rint` would round them to even, and a
    # gradient would step unevenly.
    scaled += np.float32(0.5)
    np.clip(scaled, 0, white, out=scaled)
    return scaled.astype(np.uint8) if white == 255 else scaled.astype(np.uint16)
