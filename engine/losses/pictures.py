"""Losses between two batches of pictures, or of a single batch."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

_WINDOW_PX, _SIGMA_PX = 11, 1.5  # SSIM's Gaussian window
_C1, _C2 = 0.01**2, 0.03**2  # SSIM's constants, for a range of 1
_LOCAL_PX = 7  # the artifact map's window, from its paper
_CHECKERBOARD_CELLS = 8  # LR pixels over which a pattern is averaged
_TONE_PX = 16


def structure_loss(sr: Tensor, hr: Tensor) -> Tensor:
    """Return 1 - SSIM, averaged over pixels, channels and pictures.

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

    At an edge that is displaced, the large error of lightness has the same sign in all three
    channels, and a small tint in between changes the sum of absolute errors hardly at all.
    The color differences are free of lightness.

    Shape:
        - ``sr``, ``hr``: ``(N, 3, H, W)``.
    """
    error = sr - hr
    return (error[:, ::2] - error[:, 1:2]).abs().mean()


def checkerboard_loss(sr: Tensor, hr: Tensor, *, scale: int) -> Tensor:
    """Return the mean absolute difference of the patterns that repeat with every LR pixel.

    Feature networks and discriminators with strides are blind to some of these checkerboards
    and even reward them. The pattern is the difference of each SR pixel from the mean of its
    cell (the SR pixels of one LR pixel), averaged over windows of cells: detail averages out,
    because it differs from cell to cell, and a checkerboard remains.

    Shape:
        - ``sr``, ``hr``: ``(N, C, s·H, s·W)``, ``s`` being ``scale``; ``H`` and ``W`` of
          8 or more.
    """
    cells = functional.pixel_unshuffle(sr - hr, scale).unflatten(1, (-1, scale**2))
    ripple = (cells - cells.mean(dim=2, keepdim=True)).flatten(1, 2)
    pattern = functional.avg_pool2d(ripple, _CHECKERBOARD_CELLS, _CHECKERBOARD_CELLS // 2)
    return pattern.abs().mean()


def tone_loss(sr: Tensor, hr: Tensor) -> Tensor:
    """Return the mean absolute error of the means of 16x16 windows, every 8 pixels.

    A generator may invent detail, but must not make a region lighter, darker or tinted.

    Shape:
        - ``sr``, ``hr``: ``(N, C, H, W)``, sides of 16 or more.
    """
    gap = functional.avg_pool2d(sr - hr, _TONE_PX, _TONE_PX // 2)
    return gap.abs().mean()


def variation_loss(sr: Tensor) -> Tensor:
    """Return the total variation: mean absolute difference of neighbors, in both directions.

    Shape:
        - ``sr``: ``(N, C, H, W)``.
    """
    down = (sr[:, :, 1:] - sr[:, :, :-1]).abs().mean()
    across = (sr[:, :, :, 1:] - sr[:, :, :, :-1]).abs().mean()
    return down + across


def artifact_map(sr: Tensor, averaged: Tensor, hr: Tensor) -> Tensor:
    """Return where ``sr`` shows artifacts, as weights of its error.

    The weight of a pixel is the local variance of the error. It is 0 where the averaged
    generator, which is more stable, has the larger error.
    Paper: Liang et al. 2022, "Details or Artifacts", arXiv 2203.09195.

    Args:
        sr: The generator's pictures.
        averaged: The pictures of the generator with EMA weights.
        hr: Reference.

    Shape:
        - all: ``(N, 3, H, W)``; result ``(N, 1, H, W)``, without gradient.
    """
    with torch.no_grad():
        error = (hr - sr).abs().sum(dim=1, keepdim=True)
        averaged_error = (hr - averaged).abs().sum(dim=1, keepdim=True)
        # The fifth root of the variance over the whole patch, from the paper, keeps smooth and
        # detailed patches comparable.
        overall = error.var(dim=(1, 2, 3), keepdim=True).pow(0.2)
        weights = overall * _local_variance(error)
        return torch.where(error < averaged_error, torch.zeros_like(weights), weights)


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
    # A Gaussian is separable: 2 x 11 products per pixel instead of 121.
    row = torch.exp(-(offsets**2) / (2 * _SIGMA_PX**2))
    row = row / row.sum()
    channels = image.shape[1]
    down = row.reshape(1, 1, -1, 1).expand(channels, 1, -1, 1)
    across = row.reshape(1, 1, 1, -1).expand(channels, 1, 1, -1)
    return functional.conv2d(
        functional.conv2d(image, down, groups=channels), across, groups=channels
    )
