"""Antialiased bicubic resampling in torch, equal to `engine.imaging.resample.bicubic`."""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor

from engine.imaging.resample.kernels import axis_weights


def resize_bicubic_batch(images: Tensor, *, height_px: int, width_px: int) -> Tensor:
    """Resample pictures as MATLAB's ``imresize`` does, on their own device.

    Shape:
        - ``images``: ``(N, C, H, W)``; result ``(N, C, height_px, width_px)``.
    """
    # The filter is separable: one matrix for the rows, one for the columns.
    rows = _matrix(images.shape[2], height_px).to(images)
    columns = _matrix(images.shape[3], width_px).to(images)
    return rows @ images @ columns.T


@lru_cache(maxsize=64)
def _matrix(in_px: int, out_px: int) -> Tensor:
    """Return the weights of one axis as a matrix, ``(out_px, in_px)``.

    Cached, because the sizes of training patches repeat from step to step.
    """
    dense = axis_weights(in_px, out_px).dense(range(in_px))
    return torch.from_numpy(dense).to(torch.float32)
