"""Losses between two batches of pictures, or of one."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

_WINDOW_PX = 11
_SIGMA_PX = 1.5
_C1 = 0.01**2
_C2 = 0.03**2
_LOCAL_PX = 7
_GRID_WINDOW = 8
_TONE_PX = 16


def structure_loss(sr: Tensor, hr: Tensor) -> Tensor:
    """Return 1 less the structural similarity, averaged.

    Paper: Wang et al. 2004, doi:10.1109/TIP.2003.819861.

    Shape:
        - ``sr``, ``hr``: ``(N, C, H, W)`` in ``[0, 1]``, sides of 11 pixels or more.
    """
    mean_x, mean_y = _window_mean(sr), _window_mean(hr)
    variance_x = _window_mean(sr * sr) - mean_x**2
    variance_y = _window_mean(hr * hr) - mean_y**2
    covariance = _window_mean(sr * hr) - mean_x * mean_y
    similarity = ((2 * mean_x * mean_y + _C1) * (2 * covariance + _C2)) / (
        (mean_x**2 + mean_y**2 + _C1) * (variance_x + variance_y + _C2)
    )
    return 1 - similarity.mean()


def color_loss(sr: Tensor, hr: Tensor) -> Tensor:
    """Return the mean absolute error of the color differences R - G and B - G.

    Beside an edge whose place is unsure, the error of lightness decides the sign
    of all three channels' absolute errors, and a tint goes unpunished; here it is
    seen by itself.

    Shape:
        - ``sr``, ``hr``: ``(N, 3, H, W)``.
    """
    error = sr - hr
    return (error[:, ::2] - error[:, 1:2]).abs().mean()


def checkerboard_loss(sr: Tensor, hr: Tensor, *, scale: int) -> Tensor:
    """Return the mean absolute difference of the patterns that repeat with every LR pixel.

    Feature networks and discriminators with strides are blind to some of these
    checkerboards and even reward them. The pattern is what pixels differ from the
    mean of their cell, averaged over windows of cells, so that detail falls out.

    Shape:
        - ``sr``, ``hr``: ``(N, C, s·H, s·W)``, ``s`` being ``scale``; ``H`` and ``W`` of
          8 or more.
    """
    cells = functional.pixel_unshuffle(sr - hr, scale).unflatten(1, (-1, scale**2))
    ripple = (cells - cells.mean(dim=2, keepdim=True)).flatten(1, 2)
    pattern = functional.avg_pool2d(ripple, _GRID_WINDOW, _GRID_WINDOW // 2)
    return pattern.abs().mean()


def tone_loss(sr: Tensor, hr: Tensor) -> Tensor:
    """Return the mean absolute error of the means of 16x16 windows, every 8 pixels.

    Detail may be painted, but a place must not become lighter, darker or
    tinted by it.

    Shape:
        - ``sr``, ``hr``: ``(N, C, H, W)``, sides of 16 or more.
    """
    gap = functional.avg_pool2d(sr - hr, _TONE_PX, _TONE_PX // 2)
    return gap.abs().mean()


def variation_loss(sr: Tensor) -> Tensor:
    """Return the total variation: mean absolute difference of neighbors, both ways.

    Shape:
        - ``sr``: ``(N, C, H, W)``.
    """
    down = (sr[:, :, 1:] - sr[:, :, :-1]).abs().mean()
    across = (sr[:, :, :, 1:] - sr[:, :, :, :-1]).abs().mean()
    return down + across


def artifact_map(sr: Tensor, averaged: Tensor, hr: Tensor) -> Tensor:
    """Return where ``sr`` shows artifacts, as weights of its error.

    A place counts as far as its error varies nearby, and only where the
    averaged generator, which is steadier, errs less.
    Paper: Liang et al. 2022, "Details or Artifacts", arXiv 2203.09195.

    Args:
        sr: The generator's pictures.
        averaged: Those of its exponential average.
        hr: Reference.

    Shape:
        - all: ``(N, 3, H, W)``; result ``(N, 1, H, W)``, without gradient.
    """
    with torch.no_grad():
        error = (hr - sr).abs().sum(dim=1, keepdim=True)
        steady_error = (hr - averaged).abs().sum(dim=1, keepdim=True)
        # The variance over the whole picture, to the fifth root, evens out smooth patches.
        overall = error.var(dim=(1, 2, 3), keepdim=True).pow(0.2)
        weights = overall * _local_variance(error)
        return torch.where(error < steady_error, torch.zeros_like(weights), weights)


def artifact_loss(sr: Tensor, averaged: Tensor, hr: Tensor) -> Tensor:
    """Return the mean absolute error, weighted by `artifact_map`."""
    weights = artifact_map(sr, averaged, hr)
    return functional.l1_loss(weights * sr, weights * hr)


def _local_variance(error: Tensor) -> Tensor:
    reach = _LOCAL_PX // 2
    padded = functional.pad(error, (reach,) * 4, mode="reflect")
    windows = padded.unfold(2, _LOCAL_PX, 1).unfold(3, _LOCAL_PX, 1)
    return windows.var(dim=(-1, -2))


def _window_mean(image: Tensor) -> Tensor:
    offsets = torch.arange(_WINDOW_PX, device=image.device, dtype=image.dtype) - _WINDOW_PX // 2
    row = torch.exp(-(offsets**2) / (2 * _SIGMA_PX**2))
    row = row / row.sum()
    channels = image.shape[1]
    down = row.reshape(1, 1, -1, 1).expand(channels, 1, -1, 1)
    across = row.reshape(1, 1, 1, -1).expand(channels, 1, 1, -1)
    return functional.conv2d(
        functional.conv2d(image, down, groups=channels), across, groups=channels
    )
