"""Bicubic resampling as MATLAB's ``imresize`` does it, the field's ruler.

Benchmarks make LR images this way: Keys' cubic kernel (a = -0.5), stretched by
the reduction factor when shrinking so that it also low-passes, borders
mirrored. Paper: Keys 1981, "Cubic convolution interpolation for digital image
processing", doi:10.1109/TASSP.1981.1163711.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.core.images import ImageF32

_KERNEL_WIDTH = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisWeights:
    """How each output pixel of one axis is mixed from input pixels.

    Attributes:
        indices: ``(out, taps)`` input positions, mirrored at the borders.
        weights: ``(out, taps)`` float64, each row sums to 1.
    """

    indices: NDArray[np.intp]
    weights: NDArray[np.float64]


def axis_weights(in_px: int, out_px: int, *, wanted: range | None = None) -> AxisWeights:
    """Return the weights that resample an axis of ``in_px`` to ``out_px`` pixels.

    Args:
        in_px: Length of the axis.
        out_px: Its length when resampled.
        wanted: Output pixels to give weights for, from 0; None for all of them.

    Raises:
        ValueError: If a length is below 1.
    """
    if in_px < 1 or out_px < 1:
        raise ValueError(f"Cannot resample {in_px} pixels to {out_px}: both must be at least 1")
    ratio = out_px / in_px
    stretch = min(ratio, 1.0)
    width = _KERNEL_WIDTH / stretch
    # Pixel centers: output pixel u (from 1) lies at u / ratio + (1 - 1 / ratio) / 2.
    outputs = range(out_px) if wanted is None else wanted
    centers = np.arange(outputs.start + 1, outputs.stop + 1) / ratio + 0.5 * (1 - 1 / ratio)
    left = np.floor(centers - width / 2)
    positions = left[:, None] + np.arange(math.ceil(width) + 2)
    weights = stretch * _cubic(stretch * (centers[:, None] - positions))
    weights /= weights.sum(axis=1, keepdims=True)
    used = np.any(weights != 0, axis=0)
    return AxisWeights(
        indices=_mirror(positions[:, used].astype(np.intp) - 1, in_px),
        weights=weights[:, used],
    )


def resize_bicubic(image: ImageF32, *, height_px: int, width_px: int) -> ImageF32:
    """Resample ``image`` with an antialiased bicubic kernel.

    Args:
        image: Picture to resample; not clipped, so overshoot is kept.
        height_px: Height of the result, at least 1.
        width_px: Width of the result, at least 1.

    Returns:
        The resampled picture; clip it before it is turned into code values.

    Raises:
        ValueError: If a side is below 1.

    Shape:
        - ``image``: ``(H, W, C)`` or ``(H, W)``, float32.
        - result: ``(height_px, width_px, C)`` or ``(height_px, width_px)``, float32.
    """
    shrinks_rows_most = height_px * image.shape[1] <= width_px * image.shape[0]
    axes = ((0, height_px), (1, width_px)) if shrinks_rows_most else ((1, width_px), (0, height_px))
    result = image
    for axis, out_px in axes:
        result = resample_axis(result, axis_weights(image.shape[axis], out_px), axis=axis)
    return result


def resample_axis(image: ImageF32, weights: AxisWeights, *, axis: int) -> ImageF32:
    """Mix the rows (``axis`` 0) or columns (1) of ``image`` as ``weights`` says.

    Shape:
        - ``image``: ``(H, W, ...)`` float32; the result has ``out`` rows or columns.
    """
    shape = list(image.shape)
    shape[axis] = weights.indices.shape[0]
    result = np.zeros(shape, dtype=np.float32)
    spread = [1] * image.ndim
    spread[axis] = -1
    for tap in range(weights.indices.shape[1]):
        taken = image.take(weights.indices[:, tap], axis=axis)
        taken *= weights.weights[:, tap].astype(np.float32).reshape(spread)
        result += taken
    return result


def _cubic(x: NDArray[np.float64]) -> NDArray[np.float64]:
    distance = np.abs(x)
    near = (1.5 * distance - 2.5) * distance**2 + 1
    far = ((-0.5 * distance + 2.5) * distance - 4) * distance + 2
    return np.where(distance <= 1, near, np.where(distance <= 2, far, 0.0))


def _mirror(positions: NDArray[np.intp], length: int) -> NDArray[np.intp]:
    """Reflect positions outside ``[0, length)`` back in, repeating the border pixel."""
    folded = np.mod(positions, 2 * length)
    return np.where(folded < length, folded, 2 * length - 1 - folded)
