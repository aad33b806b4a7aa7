"""PSNR: peak signal-to-noise ratio."""

from __future__ import annotations

import math

import numpy as np

from engine.core.errors import ShapeMismatchError
from engine.core.images import ImageF32


def psnr_db(sr: ImageF32, hr: ImageF32, *, border_px: int = 0) -> float:
    """Return the peak signal-to-noise ratio of ``sr`` against ``hr``.

    Args:
        sr: Picture to measure.
        hr: Reference.
        border_px: Pixels to cut from every side first. Papers cut as many
            pixels as the scale.

    Returns:
        PSNR in dB, higher is better; infinity for equal pictures.

    Raises:
        ShapeMismatchError: If the pictures differ in shape or the border leaves nothing.

    Shape:
        - ``sr``, ``hr``: ``(H, W, C)`` or ``(H, W)``, float32, in ``[0, 1]``.
    """
    difference = cut_border(sr, border_px).astype(np.float64) - _same_shape(sr, hr, border_px)
    mean_square = float(np.mean(difference**2))
    return math.inf if mean_square == 0 else -10 * math.log10(mean_square)


def cut_border(image: ImageF32, border_px: int) -> ImageF32:
    """Return ``image`` without ``border_px`` pixels on each side.

    Raises:
        ShapeMismatchError: If nothing is left.
    """
    height, width = image.shape[:2]
    if min(height, width) <= 2 * border_px:
        raise ShapeMismatchError(f"border_px={border_px} leaves nothing of {width}x{height} pixels")
    return image[border_px : height - border_px, border_px : width - border_px]


def _same_shape(sr: ImageF32, hr: ImageF32, border_px: int) -> ImageF32:
    if sr.shape != hr.shape:
        raise ShapeMismatchError(f"Pictures of shape {sr.shape} and {hr.shape} cannot be compared")
    return cut_border(hr, border_px)
