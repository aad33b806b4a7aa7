"""PSNR: peak signal-to-noise ratio."""

from __future__ import annotations

import math

import numpy as np

from engine.core.images import ImageF32
from engine.metrics.same_shape import compared_parts


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
    measured, reference = compared_parts(sr, hr, border_px=border_px)
    mean_square = float(np.mean((measured.astype(np.float64) - reference) ** 2))
    return math.inf if mean_square == 0 else -10 * math.log10(mean_square)
