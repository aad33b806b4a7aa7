"""Sharpens HR patches, as Real-ESRGAN does with its targets."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

# Wang et al. 2021, arXiv 2107.10833, section 3.3; numbers from the code of its authors. The
# standard deviation is OpenCV's for a Gaussian of this size.
_SIDE_PX = 51
_SIGMA_PX = 0.3 * ((_SIDE_PX - 1) * 0.5 - 1) + 0.8
_AMOUNT = 0.5
_THRESHOLD = 10 / 255


def sharpen(images: Tensor) -> Tensor:
    """Return ``images`` with unsharp masking where they differ enough from their blur.

    The mask is blurred too, so that its border is not visible.

    Shape:
        - ``images``: ``(N, C, H, W)`` in ``[0, 1]``; result likewise.
    """
    residual = images - _blur(images)
    mask = _blur((residual.abs() > _THRESHOLD).to(images))
    sharp = (images + _AMOUNT * residual).clamp(0, 1)
    return mask * sharp + (1 - mask) * images


def _blur(images: Tensor) -> Tensor:
    """Blur by a separable Gaussian; edges are mirrored, or repeated in pictures too small."""
    offsets = torch.arange(_SIDE_PX, dtype=torch.float32, device=images.device) - _SIDE_PX // 2
    line = torch.exp(-0.5 * (offsets / _SIGMA_PX) ** 2)
    line = line / line.sum()
    reach, channels = _SIDE_PX // 2, images.shape[1]
    mode = "reflect" if min(images.shape[2:]) > reach else "replicate"
    padded = functional.pad(images, (reach,) * 4, mode=mode)
    # Two one-dimensional passes, because the Gaussian is separable.
    rows = functional.conv2d(padded, line.expand(channels, 1, 1, -1), groups=channels)
    blurred: Tensor = functional.conv2d(
        rows, line[:, None].expand(channels, 1, -1, 1), groups=channels
    )
    return blurred
