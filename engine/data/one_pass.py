"""The degradation of ordinary photos: one pass of blur, downsampling, noise and JPEG."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from engine.config.degradation import OnePassRecipe, Strength
from engine.data.blur_kernels import gaussian_kernel, no_blur
from engine.data.jpeg import compress_jpeg
from engine.data.kernel_filter import filter_each
from engine.data.levels import Degraded, LevelMeter
from engine.data.torch_resize import resize_bicubic_batch
from engine.data.two_pass import draw_strength


class OnePassDegradation:
    """Blurs, downsamples, adds noise and compresses, each picture by its own random numbers.

    Args:
        recipe: The ranges to draw from.
        strength: Scales shares and ranges; at 0 only bicubic downsampling is left.
        scale: Factor between LR and HR.
        seed: Start of all randomness.
        process: Number of this process, so that each draws for its own pictures.
    """

    def __init__(
        self, recipe: OnePassRecipe, *, strength: Strength, scale: int, seed: int, process: int = 0
    ) -> None:
        self._recipe = recipe
        self._strength = strength
        self._scale = scale
        self._seed = seed
        self._process = process

    def degrade(self, hr: Tensor, number: int) -> Degraded:
        """Return degraded LR pictures of 8-bit values; ``number`` chooses the draws.

        Shape:
            - ``hr``: ``(N, 3, s·H, s·W)`` in ``[0, 1]``; result ``(N, 3, H, W)``.
        """
        random = np.random.default_rng((self._seed, number, self._process, 3))
        noise = torch.Generator(hr.device).manual_seed(int(random.integers(2**62)))
        strength = draw_strength(random, self._strength)
        meter = LevelMeter(hr, scale=self._scale)
        images = self._blur(hr.contiguous(), random, strength, meter)
        images = self._downsample(images, random, strength)
        noisy = self._add_noise(images, random, noise, strength)
        meter.add_noise(images, noisy)
        images = self._compress(noisy.clamp(0, 1), random, strength, meter)
        lr = torch.round(images.clamp(0, 1) * 255) / 255
        return Degraded(lr=lr, levels=meter.levels())

    def _blur(
        self, images: Tensor, random: np.random.Generator, strength: float, meter: LevelMeter
    ) -> Tensor:
        recipe = self._recipe
        # Drawn for all pictures: the number of draws must not depend on which are chosen.
        chosen = random.random(len(images)) < recipe.blur_share * strength
        low, high = recipe.blur_sigma_px
        sigmas = random.uniform(low, low + strength * (high - low), size=len(images))
        if not chosen.any():
            return images
        kernels = torch.stack(
            [
                gaussian_kernel(sigma) if is_blurred else no_blur()
                for sigma, is_blurred in zip(sigmas, chosen, strict=True)
            ]
        )
        meter.add_blur(kernels, width_px=images.shape[-1])
        return filter_each(images, kernels)

    def _downsample(self, images: Tensor, random: np.random.Generator, strength: float) -> Tensor:
        height_px, width_px = (side // self._scale for side in images.shape[2:])
        small = resize_bicubic_batch(images, height_px=height_px, width_px=width_px)
        chosen = random.random(len(images)) < self._recipe.area_share * strength
        if not chosen.any():
            return small
        means = functional.interpolate(images, size=(height_px, width_px), mode="area")
        return torch.where(_column(chosen, images), means, small)

    def _add_noise(
        self, images: Tensor, random: np.random.Generator, noise: torch.Generator, strength: float
    ) -> Tensor:
        recipe, count = self._recipe, len(images)
        chosen = random.random(count) < recipe.noise_share * strength
        # 0 for pictures that were not chosen: the noise of all is drawn at once.
        sigma = random.uniform(*recipe.noise_sigma, size=count) * strength * chosen / 255
        is_gray = random.random(count) < recipe.gray_share
        grain = torch.randn(images.shape, generator=noise, device=images.device)
        grain = torch.where(_column(is_gray, images), grain[:, :1], grain)
        return images + grain * _column(sigma.astype(np.float32), images)

    def _compress(
        self, images: Tensor, random: np.random.Generator, strength: float, meter: LevelMeter
    ) -> Tensor:
        recipe, count = self._recipe, len(images)
        low, high = recipe.jpeg_quality
        chosen = random.random(count) < recipe.jpeg_share * strength
        quality = random.uniform(high - strength * (high - low), high, size=count)
        full = torch.from_numpy(random.random(count) < recipe.full_chroma_share)
        if not chosen.any():
            return images
        drawn = torch.from_numpy(quality.astype(np.float32))
        meter.add_jpeg(drawn, chosen=torch.from_numpy(chosen), width_px=images.shape[-1])
        compressed = compress_jpeg(images, drawn.to(images), has_full_chroma=full.to(images.device))
        return torch.where(_column(chosen, images), compressed, images)


def _column(values: NDArray[Any], like: Tensor) -> Tensor:
    """Return one value per picture, shaped ``(N, 1, 1, 1)``."""
    return torch.from_numpy(values).to(like.device).reshape(-1, 1, 1, 1)
