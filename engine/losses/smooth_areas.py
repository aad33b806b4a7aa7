"""Weights of the pixels of a difference: more where a picture is smooth and grain would be seen."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional

_WINDOW_PX = 9
_LEVELS = 255
_SMOOTH_LEVELS = 2.0  # standard deviation at which half of the additional weight is left


def smooth_area_weights(pictures: Tensor, extra: float) -> Tensor:
    """Return ``1 + extra`` where a picture is even, down to 1 where it has much detail.

    Detail is the standard deviation within 9x9 pixels of the mean of the colors.

    Shape:
        - ``pictures``: ``(N, 3, H, W)`` in ``[0, 1]``; result ``(N, 1, H, W)``.
    """
    gray = _LEVELS * pictures.mean(1, keepdim=True)
    mean = _mean_around(gray)
    variance = (_mean_around(gray * gray) - mean * mean).clamp_min(0)
    return 1 + extra / (1 + variance / _SMOOTH_LEVELS**2)


def _mean_around(values: Tensor) -> Tensor:
    return functional.avg_pool2d(
        values, _WINDOW_PX, stride=1, padding=_WINDOW_PX // 2, count_include_pad=False
    )
