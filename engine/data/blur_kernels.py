"""Random blur kernels, as Real-ESRGAN draws them.

Paper: Wang et al. 2021, "Real-ESRGAN", arXiv 2107.10833, section 3 and the
settings its authors published.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from engine.config.degradation import KERNEL_PX, BlurRecipe, Limits

_SHAPES = ("plain", "plain", "general", "general", "plateau", "plateau")
_SMALL_PX = 13  # sinc kernels below this side have a higher least cutoff, as published


def draw_blur(random: np.random.Generator, recipe: BlurRecipe) -> Tensor:
    """Return one kernel, ``(21, 21)``, that sums to 1."""
    size_px = int(random.choice(recipe.sizes_px))
    if random.random() < recipe.sinc_share:
        lowest = math.pi / 3 if size_px < _SMALL_PX else math.pi / 5
        return sinc_kernel(float(random.uniform(lowest, math.pi)), size_px)
    shares = np.asarray(recipe.shapes.values())
    kind = int(random.choice(len(_SHAPES), p=shares / shares.sum()))
    # The shares alternate between round and oval kernels; see `ShapeShares`.
    is_round = kind % 2 == 0
    first = random.uniform(*recipe.sigma_px)
    second = first if is_round else random.uniform(*recipe.sigma_px)
    angle = 0.0 if is_round else random.uniform(-math.pi, math.pi)
    distance = _distance(size_px, float(first), float(second), float(angle))
    return _padded(_shaped(distance, _SHAPES[kind], random, recipe))


def draw_sinc(random: np.random.Generator, sizes_px: tuple[int, ...]) -> Tensor:
    """Return a sinc kernel of the end of the chain, ``(21, 21)``."""
    cutoff = float(random.uniform(math.pi / 3, math.pi))
    return sinc_kernel(cutoff, int(random.choice(sizes_px)))


def gaussian_kernel(sigma_px: float) -> Tensor:
    """Return an isotropic Gaussian, sampled at pixel centers, ``(21, 21)``, that sums to 1."""
    kernel = torch.exp(-0.5 * _distance(KERNEL_PX, sigma_px, sigma_px, 0.0))
    return (kernel / kernel.sum()).to(torch.float32)


def no_blur() -> Tensor:
    """Return the kernel that changes nothing, ``(21, 21)``."""
    kernel = torch.zeros(KERNEL_PX, KERNEL_PX)
    kernel[KERNEL_PX // 2, KERNEL_PX // 2] = 1
    return kernel


def sinc_kernel(cutoff: float, size_px: int) -> Tensor:
    """Return an isotropic ideal low-pass, which causes ringing as sharpening and JPEG do.

    Args:
        cutoff: Highest frequency that passes, in radians per pixel.
        size_px: Side before padding to 21.
    """
    # The two-dimensional inverse Fourier transform of a disk of radius c is c J1(c r) / (2 pi r).
    offsets = torch.arange(size_px, dtype=torch.float64) - size_px // 2
    radius = torch.sqrt(offsets[:, None] ** 2 + offsets[None, :] ** 2)
    radius[size_px // 2, size_px // 2] = 1.0  # avoids 0 / 0; replaced below
    kernel = cutoff * torch.special.bessel_j1(cutoff * radius) / (2 * math.pi * radius)
    kernel[size_px // 2, size_px // 2] = cutoff**2 / (4 * math.pi)  # its limit at r = 0
    return _padded(kernel)


def _distance(size_px: int, first: float, second: float, angle: float) -> Tensor:
    """Return squared distances from the center, in units of the standard deviations of the axes."""
    offsets = torch.arange(size_px, dtype=torch.float64) - size_px // 2
    rows, columns = offsets[:, None], offsets[None, :]
    along = math.cos(angle) * columns + math.sin(angle) * rows
    across = math.cos(angle) * rows - math.sin(angle) * columns
    return (along / first) ** 2 + (across / second) ** 2


def _shaped(
    distance: Tensor, shape: str, random: np.random.Generator, recipe: BlurRecipe
) -> Tensor:
    if shape == "plain":
        return torch.exp(-0.5 * distance)
    if shape == "general":
        return torch.exp(-0.5 * distance ** _draw_beta(random, recipe.general_beta))
    return 1 / (distance ** _draw_beta(random, recipe.plateau_beta) + 1)


def _draw_beta(random: np.random.Generator, limits: Limits) -> float:
    # Half of the draws are below 1, half above, as published.
    low, high = limits
    has_both_sides = low < 1 < high
    if has_both_sides and random.random() < 0.5:
        return float(random.uniform(low, 1))
    return float(random.uniform(1 if has_both_sides else low, high))


def _padded(kernel: Tensor) -> Tensor:
    margin = (KERNEL_PX - kernel.shape[0]) // 2
    padded = torch.nn.functional.pad(kernel / kernel.sum(), (margin,) * 4)
    return padded.to(torch.float32)
