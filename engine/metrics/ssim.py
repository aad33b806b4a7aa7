"""SSIM: structural similarity."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.core.errors import ShapeMismatchError
from engine.core.images import ImageF32
from engine.metrics.same_shape import compared_parts

# Wang et al. 2004, "Image quality assessment", doi:10.1109/TIP.2003.819861.
WINDOW_PX = 11
"""Side of the window in pixels; smaller pictures cannot be measured."""
_SIGMA_PX = 1.5
_C1 = 0.01**2
_C2 = 0.03**2


def ssim(sr: ImageF32, hr: ImageF32, *, border_px: int = 0) -> float:
    """Return the mean structural similarity of ``sr`` and ``hr``, averaged over channels.

    An 11x11 Gaussian window of 1.5 pixels, evaluated only where it fits, as
    super-resolution papers do.

    Args:
        sr: Picture to measure.
        hr: Reference.
        border_px: Pixels to cut from every side first.

    Returns:
        SSIM in ``[-1, 1]``, higher is better, 1 for equal pictures.

    Raises:
        ShapeMismatchError: If shapes differ or one side is below 11 pixels after the cut.

    Shape:
        - ``sr``, ``hr``: ``(H, W, C)`` or ``(H, W)``, float32, in ``[0, 1]``.
    """
    measured, reference = compared_parts(sr, hr, border_px=border_px)
    x, y = measured.astype(np.float64), reference.astype(np.float64)
    if min(x.shape[:2]) < WINDOW_PX:
        raise ShapeMismatchError(
            f"SSIM needs {WINDOW_PX} pixels per side, {x.shape[1]}x{x.shape[0]} are left"
        )
    # Variances as mean of squares less square of mean: float64, or float32 would cancel out.
    mean_x, mean_y = _window_mean(x), _window_mean(y)
    variance_x = _window_mean(x * x) - mean_x**2
    variance_y = _window_mean(y * y) - mean_y**2
    covariance = _window_mean(x * y) - mean_x * mean_y
    similarity = ((2 * mean_x * mean_y + _C1) * (2 * covariance + _C2)) / (
        (mean_x**2 + mean_y**2 + _C1) * (variance_x + variance_y + _C2)
    )
    return float(similarity.mean())


def _window_mean(image: NDArray[np.float64]) -> NDArray[np.float64]:
    offsets = np.arange(WINDOW_PX) - WINDOW_PX // 2
    kernel = np.exp(-(offsets**2) / (2 * _SIGMA_PX**2))
    kernel /= kernel.sum()
    rows = image.shape[0] - WINDOW_PX + 1
    columns = image.shape[1] - WINDOW_PX + 1
    down = sum(weight * image[i : i + rows] for i, weight in enumerate(kernel))
    return np.asarray(sum(weight * down[:, i : i + columns] for i, weight in enumerate(kernel)))
