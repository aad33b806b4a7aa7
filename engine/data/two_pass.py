"""Real-ESRGAN's degradation: two passes of blur, resizing, noise and JPEG, and a last sinc filter.

All numbers are in the recipe. The draws depend on seed and step alone, so that a resumed run
sees the same pictures. Paper: Wang et al. 2021, arXiv 2107.10833.

    HR - blur - resize - noise - JPEG - blur - resize - noise - JPEG and sinc, in either order - LR
         '-------- first pass --------'  '------------------ second pass ------------------'
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
    Strength,
)
from engine.data.blur_kernels import draw_blur, draw_sinc, no_blur
from engine.data.jpeg import compress_jpeg
from engine.data.kernel_filter import filter_each
from engine.data.levels import Degraded, LevelMeter
from engine.data.torch_resize import resize_bicubic_batch

_POISSON_LEVELS = 256
_LUMA_WEIGHTS = (0.299, 0.587, 0.114)


class TwoPassDegradation:
    """Degrades each picture twice, on the device that it is on.

    Args:
        recipe: Numbers of the degradation.
        scale: Factor between LR and HR.
        seed: Start of all randomness.
        process: Number of this process, so that each draws for its own pictures.
    """

    def __init__(
        self, recipe: DegradationRecipe, *, scale: int, seed: int, process: int = 0
    ) -> None:
        self._recipe = recipe
        self._scale = scale
        self._seed = seed
        self._process = process

    def degrade(self, hr: Tensor, number: int) -> Degraded:
        """Return degraded LR pictures of 8-bit values; ``number`` chooses the draws.

        Shape:
            - ``hr``: ``(N, 3, s·H, s·W)`` in ``[0, 1]``; result ``(N, 3, H, W)``.
        """
        # The 1 keeps these draws apart from others of the same seed and step.
        random = np.random.default_rng((self._seed, number, self._process, 1))
        # Pixel noise is drawn on the device of the pictures, all other numbers on the CPU.
        noise = torch.Generator(hr.device).manual_seed(int(random.integers(2**62)))
        strength = draw_strength(random, self._recipe.strength)
        first = weakened(self._recipe.first, strength)
        second = weakened(self._recipe.second, strength)
        last = weakened_end(self._recipe.last, strength)
        # The second pass resizes relative to the LR size, as published.
        size = (hr.shape[2] // self._scale, hr.shape[3] // self._scale)
        meter = LevelMeter(hr, scale=self._scale)
        images = _blur(hr.contiguous(), random, first.blur, meter)
        images = _rescale(images, random, first.resize, meter, base=tuple(hr.shape[2:]))
        images = _add_noise(images, random, noise, first.noise, meter)
        images = _jpeg(images, random, first, meter)
        images = _blur(images, random, second.blur, meter)
        images = _rescale(images, random, second.resize, meter, base=size)
        images = _add_noise(images, random, noise, second.noise, meter)
        images = _finish(images, random, second, last, meter, size=size)
        lr = torch.round(images.clamp(0, 1) * 255) / 255
        return Degraded(lr=lr, levels=meter.levels())


def _finish(
    images: Tensor,
    random: np.random.Generator,
    settings: PassRecipe,
    last: LastRecipe,
    meter: LevelMeter,
    *,
    size: tuple[int, int],
) -> Tensor:
    # Published: resize, sinc and JPEG, or resize after JPEG and then sinc, at random.
    if random.random() < last.sinc_first_share:
        images = _resize(images, size, random, settings.resize, meter)
        return _jpeg(_sinc(images, random, last, meter), random, settings, meter)
    images = _jpeg(images, random, settings, meter)
    images = _resize(images, size, random, settings.resize, meter)
    return _sinc(images, random, last, meter)


def weakened(settings: PassRecipe, strength: float) -> PassRecipe:
    """Return the pass with all shares and ranges scaled by ``strength`` in ``[0, 1]``.

    At 0 only antialiased bicubic resizing is left; at 1 the pass is unchanged.
    """
    replace = msgspec.structs.replace
    blur, resize, noise = settings.blur, settings.resize, settings.noise
    least_px, most_px = blur.sigma_px
    smallest, largest = resize.limits
    low, high = settings.jpeg_quality
    # The share of keeping the size takes what the others lose, so that the sum stays 1.
    enlarge, shrink = resize.enlarge_share * strength, resize.shrink_share * strength
    return replace(
        settings,
        blur=replace(
            blur,
            share=blur.share * strength,
            sinc_share=blur.sinc_share * strength,
            sigma_px=(least_px, least_px + strength * (most_px - least_px)),
        ),
        resize=replace(
            resize,
            enlarge_share=enlarge,
            shrink_share=shrink,
            keep_share=1 - enlarge - shrink,
            limits=(1 - strength * (1 - smallest), 1 + strength * (largest - 1)),
            filter_share=resize.filter_share * strength,
        ),
        noise=replace(
            noise,
            gauss_sigma=_scaled(noise.gauss_sigma, strength),
            poisson_scale=_scaled(noise.poisson_scale, strength),
        ),
        jpeg_share=settings.jpeg_share * strength,
        jpeg_quality=(high - strength * (high - low), high),
    )


def weakened_end(settings: LastRecipe, strength: float) -> LastRecipe:
    """Return the end of the chain with its ringing scaled by ``strength`` in ``[0, 1]``."""
    return msgspec.structs.replace(settings, sinc_share=settings.sinc_share * strength)


def draw_strength(random: np.random.Generator, strength: Strength) -> float:
    """Return ``strength``, or a random number between its two."""
    return float(random.uniform(*strength)) if isinstance(strength, tuple) else strength


def _scaled(limits: Limits, factor: float) -> Limits:
    return limits[0] * factor, limits[1] * factor


def _blur(
    images: Tensor, random: np.random.Generator, recipe: BlurRecipe, meter: LevelMeter
) -> Tensor:
    kernels = [
        draw_blur(random, recipe) if random.random() < recipe.share else no_blur() for _ in images
    ]
    return _filter(images, kernels, meter)


def _sinc(
    images: Tensor, random: np.random.Generator, recipe: LastRecipe, meter: LevelMeter
) -> Tensor:
    kernels = [
        draw_sinc(random, recipe.sizes_px) if random.random() < recipe.sinc_share else no_blur()
        for _ in images
    ]
    return _filter(images, kernels, meter)


def _filter(images: Tensor, kernels: list[Tensor], meter: LevelMeter) -> Tensor:
    stacked = torch.stack(kernels)
    meter.add_blur(stacked, width_px=images.shape[-1])
    return filter_each(images, stacked)


def _rescale(
    images: Tensor,
    random: np.random.Generator,
    recipe: ResizeRecipe,
    meter: LevelMeter,
    *,
    base: tuple[int, ...],
) -> Tensor:
    """Resize the whole batch by one random factor of ``base``."""
    # One factor for the whole batch: its pictures must keep one size.
    low, high = recipe.limits
    shares = np.asarray(recipe.shares())
    kind = int(random.choice(3, p=shares / shares.sum()))
    factor = (random.uniform(1, high), random.uniform(low, 1), 1.0)[kind]
    height_px, width_px = (max(round(side * factor), 1) for side in base)
    return _resize(images, (height_px, width_px), random, recipe, meter)


def _resize(
    images: Tensor,
    size: tuple[int, int],
    random: np.random.Generator,
    recipe: ResizeRecipe,
    meter: LevelMeter,
) -> Tensor:
    meter.add_resize(width_px=size[1])
    kind: ResizeFilter = recipe.filters[int(random.integers(len(recipe.filters)))]
    if not _is_drawn(random, recipe.filter_share):
        kind = "bicubic"
    if kind == "area":
        return functional.interpolate(images, size=size, mode="area")
    if kind == "bilinear":
        return functional.interpolate(images, size=size, mode="bilinear", align_corners=False)
    return resize_bicubic_batch(images, height_px=size[0], width_px=size[1])


def _add_noise(
    images: Tensor,
    random: np.random.Generator,
    noise: torch.Generator,
    recipe: NoiseRecipe,
    meter: LevelMeter,
) -> Tensor:
    count = images.shape[0]
    is_gray = torch.from_numpy(random.random(count) < recipe.gray_share).to(images.device)
    if random.random() < recipe.gauss_share:
        sigma = _draw(random, recipe.gauss_sigma, count).to(images) / 255
        grain = torch.randn(images.shape, generator=noise, device=images.device) * sigma
        # Gray noise: the first channel's for all three.
        grain = torch.where(is_gray.reshape(-1, 1, 1, 1), grain[:, :1], grain)
    else:
        scale = _draw(random, recipe.poisson_scale, count).to(images)
        light = images.clamp(0, 1)
        grain = torch.empty_like(light)
        # Drawing shot noise is slow, so each picture gets only the kind that it needs.
        grain[~is_gray] = _shot_noise(light[~is_gray], noise)
        grain[is_gray] = _shot_noise(_luma(light[is_gray]), noise)
        grain *= scale
    noisy = (images + grain).clamp(0, 1)
    meter.add_noise(images, noisy)
    return noisy


def _shot_noise(light: Tensor, noise: torch.Generator) -> Tensor:
    # Photons arrive independently: their number has a Poisson distribution around the mean.
    return torch.poisson(light * _POISSON_LEVELS, generator=noise) / _POISSON_LEVELS - light


def _luma(light: Tensor) -> Tensor:
    """Return the gray of ``(N, 3, H, W)`` by the weights of BT.601, ``(N, 1, H, W)``."""
    weights = torch.tensor(_LUMA_WEIGHTS).to(light).reshape(1, 3, 1, 1)
    return (light * weights).sum(dim=1, keepdim=True)


def _is_drawn(random: np.random.Generator, share: float) -> bool:
    # A share of 1 draws no number, so that the published chain keeps its random sequence.
    return share >= 1 or random.random() < share


def _jpeg(
    images: Tensor, random: np.random.Generator, settings: PassRecipe, meter: LevelMeter
) -> Tensor:
    count = images.shape[0]
    quality = _draw(random, settings.jpeg_quality, count).reshape(-1)
    full = None
    if settings.full_chroma_share:
        draws = random.random(count) < settings.full_chroma_share
        full = torch.from_numpy(draws).to(images.device)
    compressed = compress_jpeg(images, quality.to(images), has_full_chroma=full)
    if settings.jpeg_share >= 1:
        meter.add_jpeg(quality, chosen=None, width_px=images.shape[-1])
        return compressed
    chosen = torch.from_numpy(random.random(count) < settings.jpeg_share).to(images.device)
    meter.add_jpeg(quality, chosen=chosen, width_px=images.shape[-1])
    return torch.where(chosen.reshape(-1, 1, 1, 1), compressed, images)


def _draw(random: np.random.Generator, limits: Limits, count: int) -> Tensor:
    values = random.uniform(*limits, size=count).astype(np.float32)
    return torch.from_numpy(values).reshape(-1, 1, 1, 1)
