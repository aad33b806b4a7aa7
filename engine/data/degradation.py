"""Makes LR pictures as cameras, phones and web sites do: twice damaged.

Each of two passes blurs, resizes, adds noise and compresses; a last sinc
filter adds ringing. All numbers stand in the recipe. Every picture is drawn
from the step's own seed, so that a resumed run sees the same ones.
Paper: Wang et al. 2021, arXiv 2107.10833.
"""

from __future__ import annotations

import msgspec
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from engine.config.degradation import (
    BlurRecipe,
    DegradationRecipe,
    LastRecipe,
    Limits,
    NoiseRecipe,
    PassRecipe,
    ResizeFilter,
    ResizeRecipe,
)
from engine.data.batch import Batch
from engine.data.blur_kernels import draw_blur, draw_sinc, no_blur
from engine.data.jpeg import compress_jpeg
from engine.data.kernel_filter import filter_each
from engine.data.torch_resize import resize_bicubic_batch

_POISSON_LEVELS = 256


class RealDegradation:
    """Replaces the LR of a batch by a damaged one, on the batch's device.

    Args:
        recipe: All numbers of the damage.
        scale: Factor between LR and HR.
        seed: Start of all randomness.
        part: Number of this process, so that each damages its part its own way.
    """

    def __init__(self, recipe: DegradationRecipe, *, scale: int, seed: int, part: int = 0) -> None:
        self._recipe = recipe
        self._scale = scale
        self._seed = seed
        self._part = part

    def degrade(self, batch: Batch, step: int) -> Batch:
        """Return the batch of ``step`` with LR made from its HR."""
        lr = self.reduce(batch.hr, step)
        return Batch(lr=lr.contiguous(memory_format=torch.channels_last), hr=batch.hr)

    def reduce(self, hr: Tensor, number: int) -> Tensor:
        """Return damaged LR pictures of 8-bit values; ``number`` chooses the damage.

        Shape:
            - ``hr``: ``(N, 3, s·H, s·W)`` in ``[0, 1]``; result ``(N, 3, H, W)``.
        """
        random = np.random.default_rng((self._seed, number, self._part, 1))
        noise = torch.Generator(hr.device).manual_seed(int(random.integers(2**62)))
        first, second = self._draw_passes(random)
        size = (hr.shape[2] // self._scale, hr.shape[3] // self._scale)
        images = _blur(hr.contiguous(), random, first.blur)
        images = _rescale(images, random, first.resize, base=tuple(hr.shape[2:]))
        images = _add_noise(images, random, noise, first.noise)
        images = _jpeg(images, random, first)
        images = _blur(images, random, second.blur)
        images = _rescale(images, random, second.resize, base=size)
        images = _add_noise(images, random, noise, second.noise)
        images = self._finish(images, random, second, size)
        return torch.round(images.clamp(0, 1) * 255) / 255

    def _draw_passes(self, random: np.random.Generator) -> tuple[PassRecipe, PassRecipe]:
        strength = self._recipe.strength
        if isinstance(strength, tuple):
            strength = float(random.uniform(*strength))
        return weakened(self._recipe.first, strength), weakened(self._recipe.second, strength)

    def _finish(
        self,
        images: Tensor,
        random: np.random.Generator,
        settings: PassRecipe,
        size: tuple[int, int],
    ) -> Tensor:
        last, filters = self._recipe.last, settings.resize.filters
        if random.random() < last.sinc_first_share:
            images = _sinc(_resize(images, size, random, filters), random, last)
            return _jpeg(images, random, settings)
        images = _jpeg(images, random, settings)
        return _sinc(_resize(images, size, random, filters), random, last)


def weakened(settings: PassRecipe, strength: float) -> PassRecipe:
    """Return the pass with its damage scaled by ``strength`` in ``(0, 1]``."""
    replace = msgspec.structs.replace
    least_px, most_px = settings.blur.sigma_px
    smallest, largest = settings.resize.limits
    low, high = settings.jpeg_quality
    noise = settings.noise
    return replace(
        settings,
        blur=replace(
            settings.blur, sigma_px=(least_px, least_px + strength * (most_px - least_px))
        ),
        resize=replace(
            settings.resize, limits=(1 - strength * (1 - smallest), 1 + strength * (largest - 1))
        ),
        noise=replace(
            noise,
            gauss_sigma=(noise.gauss_sigma[0] * strength, noise.gauss_sigma[1] * strength),
            poisson_scale=(noise.poisson_scale[0] * strength, noise.poisson_scale[1] * strength),
        ),
        jpeg_quality=(high - strength * (high - low), high),
    )


def _blur(images: Tensor, random: np.random.Generator, recipe: BlurRecipe) -> Tensor:
    kernels = [
        draw_blur(random, recipe) if random.random() < recipe.share else no_blur() for _ in images
    ]
    return filter_each(images, torch.stack(kernels))


def _sinc(images: Tensor, random: np.random.Generator, recipe: LastRecipe) -> Tensor:
    kernels = [
        draw_sinc(random, recipe.sizes_px) if random.random() < recipe.sinc_share else no_blur()
        for _ in images
    ]
    return filter_each(images, torch.stack(kernels))


def _rescale(
    images: Tensor, random: np.random.Generator, recipe: ResizeRecipe, *, base: tuple[int, ...]
) -> Tensor:
    """Resize the whole batch by one random factor of ``base``."""
    low, high = recipe.limits
    shares = np.asarray(recipe.shares())
    kind = int(random.choice(3, p=shares / shares.sum()))
    factor = (random.uniform(1, high), random.uniform(low, 1), 1.0)[kind]
    height_px, width_px = (max(round(side * factor), 1) for side in base)
    return _resize(images, (height_px, width_px), random, recipe.filters)


def _resize(
    images: Tensor,
    size: tuple[int, int],
    random: np.random.Generator,
    filters: tuple[ResizeFilter, ...],
) -> Tensor:
    kind = filters[int(random.integers(len(filters)))]
    if kind == "area":
        return functional.interpolate(images, size=size, mode="area")
    if kind == "bilinear":
        return functional.interpolate(images, size=size, mode="bilinear", align_corners=False)
    return resize_bicubic_batch(images, height_px=size[0], width_px=size[1])


def _add_noise(
    images: Tensor, random: np.random.Generator, noise: torch.Generator, recipe: NoiseRecipe
) -> Tensor:
    count = images.shape[0]
    is_gray = torch.from_numpy(random.random(count) < recipe.gray_share).to(images.device)
    if random.random() < recipe.gauss_share:
        sigma = _draw(random, recipe.gauss_sigma, count).to(images) / 255
        grain = torch.randn(images.shape, generator=noise, device=images.device) * sigma
        grain = torch.where(is_gray.reshape(-1, 1, 1, 1), grain[:, :1], grain)
    else:
        scale = _draw(random, recipe.poisson_scale, count).to(images)
        light = images.clamp(0, 1)
        grain = torch.empty_like(light)
        # Shot noise is slow to draw, so each picture gets only the kind it needs.
        grain[~is_gray] = _shot_noise(light[~is_gray], noise)
        grain[is_gray] = _shot_noise(light[is_gray].mean(dim=1, keepdim=True), noise)
        grain *= scale
    return (images + grain).clamp(0, 1)


def _shot_noise(light: Tensor, noise: torch.Generator) -> Tensor:
    return torch.poisson(light * _POISSON_LEVELS, generator=noise) / _POISSON_LEVELS - light


def _jpeg(images: Tensor, random: np.random.Generator, settings: PassRecipe) -> Tensor:
    count = images.shape[0]
    quality = _draw(random, settings.jpeg_quality, count).reshape(-1)
    full = None
    if settings.full_chroma_share:
        draws = random.random(count) < settings.full_chroma_share
        full = torch.from_numpy(draws).to(images.device)
    return compress_jpeg(images, quality.to(images), has_full_chroma=full)


def _draw(random: np.random.Generator, limits: Limits, count: int) -> Tensor:
    values = random.uniform(*limits, size=count).astype(np.float32)
    return torch.from_numpy(values).reshape(-1, 1, 1, 1)
