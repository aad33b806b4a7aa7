"""Makes LR pictures as cameras, phones and web sites do: twice damaged.

Each of two passes blurs, resizes, adds noise and compresses; a last sinc
filter adds ringing. All numbers are those that Real-ESRGAN's authors
published. Two things differ: every picture is drawn from the step's own seed,
so that a resumed run sees the same ones, and there is no pool that mixes
pictures of earlier steps. Paper: Wang et al. 2021, arXiv 2107.10833.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from engine.data.batch import Batch
from engine.data.blur_kernels import KERNEL_PX, BlurSettings, draw_blur, draw_sinc, no_blur
from engine.data.jpeg import compress_jpeg
from engine.data.torch_resize import resize_bicubic_batch

_SHARPEST_SIGMA_PX = 0.2
_SECOND_BLUR_SHARE = 0.8
_LAST_SINC_SHARE = 0.8
_GRAY_NOISE_SHARE = 0.4
_GAUSS_SHARE = 0.5
_POISSON_LEVELS = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class PassSettings:
    """One pass of the chain.

    Attributes:
        blurriest_px: Largest spread of the blur.
        resize_shares: Probabilities of enlarging, shrinking and keeping.
        resize_limits: Smallest and largest factor.
        gauss_sigma: Least and largest noise in 8-bit code values.
        poisson_scale: Least and largest factor of shot noise.
        jpeg_quality: Lowest and highest quality.
    """

    blurriest_px: float
    resize_shares: tuple[float, float, float]
    resize_limits: tuple[float, float]
    gauss_sigma: tuple[float, float]
    poisson_scale: tuple[float, float]
    jpeg_quality: tuple[float, float] = (30.0, 95.0)

    def weakened(self, strength: float) -> PassSettings:
        """Return the pass with its damage scaled by ``strength`` in ``(0, 1]``."""
        low, high = self.jpeg_quality
        blurriest_px = _SHARPEST_SIGMA_PX + strength * (self.blurriest_px - _SHARPEST_SIGMA_PX)
        return PassSettings(
            blurriest_px=blurriest_px,
            resize_shares=self.resize_shares,
            resize_limits=(
                1 - strength * (1 - self.resize_limits[0]),
                1 + strength * (self.resize_limits[1] - 1),
            ),
            gauss_sigma=(self.gauss_sigma[0] * strength, self.gauss_sigma[1] * strength),
            poisson_scale=(self.poisson_scale[0] * strength, self.poisson_scale[1] * strength),
            jpeg_quality=(high - strength * (high - low), high),
        )


FIRST_PASS = PassSettings(
    blurriest_px=3.0,
    resize_shares=(0.2, 0.7, 0.1),
    resize_limits=(0.15, 1.5),
    gauss_sigma=(1.0, 30.0),
    poisson_scale=(0.05, 3.0),
)
SECOND_PASS = PassSettings(
    blurriest_px=1.5,
    resize_shares=(0.3, 0.4, 0.3),
    resize_limits=(0.3, 1.2),
    gauss_sigma=(1.0, 25.0),
    poisson_scale=(0.05, 2.5),
)


class RealDegradation:
    """Replaces the LR of a batch by a damaged one, on the batch's device.

    Args:
        scale: Factor between LR and HR.
        strength: Share of the published damage, above 0, at most 1.
        seed: Start of all randomness.
        part: Number of this process, so that each damages its part its own way.
    """

    def __init__(self, *, scale: int, strength: float, seed: int, part: int = 0) -> None:
        self._scale = scale
        self._seed = seed
        self._part = part
        self._passes = (FIRST_PASS.weakened(strength), SECOND_PASS.weakened(strength))

    def degrade(self, batch: Batch, step: int) -> Batch:
        """Return the batch of ``step`` with LR made from its HR."""
        random = np.random.default_rng((self._seed, step, self._part, 1))
        noise = torch.Generator().manual_seed(int(random.integers(2**62)))
        height_px, width_px = (side // self._scale for side in batch.hr.shape[2:])
        first, second = self._passes
        images = _blur(batch.hr, random, first, share=1.0)
        images = _rescale(images, random, first, base=batch.hr.shape[2:])
        images = _jpeg(_add_noise(images, random, noise, first), random, first)
        images = _blur(images, random, second, share=_SECOND_BLUR_SHARE)
        images = _rescale(images, random, second, base=(height_px, width_px))
        images = _add_noise(images, random, noise, second)
        if random.random() < 0.5:
            images = _sinc(_resize(images, height_px, width_px, random), random)
            images = _jpeg(images, random, second)
        else:
            images = _jpeg(images, random, second)
            images = _sinc(_resize(images, height_px, width_px, random), random)
        lr = torch.round(images.clamp(0, 1) * 255) / 255
        return Batch(lr=lr.contiguous(memory_format=torch.channels_last), hr=batch.hr)


def _blur(
    images: Tensor, random: np.random.Generator, settings: PassSettings, *, share: float
) -> Tensor:
    limits = BlurSettings(sigma_px=(_SHARPEST_SIGMA_PX, settings.blurriest_px))
    kernels = [draw_blur(random, limits) if random.random() < share else no_blur() for _ in images]
    return _filter(images, torch.stack(kernels))


def _sinc(images: Tensor, random: np.random.Generator) -> Tensor:
    kernels = [
        draw_sinc(random) if random.random() < _LAST_SINC_SHARE else no_blur() for _ in images
    ]
    return _filter(images, torch.stack(kernels))


def _filter(images: Tensor, kernels: Tensor) -> Tensor:
    """Filter each picture with its own kernel, ``(N, 21, 21)``."""
    count, channels, height, width = images.shape
    reach = KERNEL_PX // 2
    mode = "reflect" if min(height, width) > reach else "replicate"
    padded = functional.pad(images, (reach,) * 4, mode=mode)
    flat = padded.reshape(1, count * channels, *padded.shape[2:])
    weights = kernels.to(images).repeat_interleave(channels, dim=0)[:, None]
    filtered = functional.conv2d(flat, weights, groups=count * channels)
    return filtered.reshape(count, channels, height, width)


def _rescale(
    images: Tensor, random: np.random.Generator, settings: PassSettings, *, base: tuple[int, ...]
) -> Tensor:
    """Resize the whole batch by one random factor of ``base``."""
    low, high = settings.resize_limits
    kind = int(random.choice(3, p=settings.resize_shares))
    factor = (random.uniform(1, high), random.uniform(low, 1), 1.0)[kind]
    height_px, width_px = (max(round(side * factor), 1) for side in base)
    return _resize(images, height_px, width_px, random)


def _resize(images: Tensor, height_px: int, width_px: int, random: np.random.Generator) -> Tensor:
    kind = int(random.integers(3))
    if kind == 0:
        return functional.interpolate(images, size=(height_px, width_px), mode="area")
    if kind == 1:
        return functional.interpolate(
            images, size=(height_px, width_px), mode="bilinear", align_corners=False
        )
    return resize_bicubic_batch(images, height_px=height_px, width_px=width_px)


def _add_noise(
    images: Tensor, random: np.random.Generator, noise: torch.Generator, settings: PassSettings
) -> Tensor:
    count = images.shape[0]
    is_gray = torch.tensor(random.random(count) < _GRAY_NOISE_SHARE).reshape(-1, 1, 1, 1)
    if random.random() < _GAUSS_SHARE:
        sigma = _draw(random, settings.gauss_sigma, count) / 255
        grain = torch.randn(images.shape, generator=noise) * sigma
        gray = grain[:, :1]
    else:
        scale = _draw(random, settings.poisson_scale, count)
        light = images.detach().cpu().clamp(0, 1)
        grain = _shot_noise(light, noise) * scale
        gray = _shot_noise(light.mean(dim=1, keepdim=True), noise) * scale
    return (images + torch.where(is_gray, gray, grain).to(images)).clamp(0, 1)


def _shot_noise(light: Tensor, noise: torch.Generator) -> Tensor:
    return torch.poisson(light * _POISSON_LEVELS, generator=noise) / _POISSON_LEVELS - light


def _jpeg(images: Tensor, random: np.random.Generator, settings: PassSettings) -> Tensor:
    quality = _draw(random, settings.jpeg_quality, images.shape[0]).reshape(-1)
    return compress_jpeg(images, quality.to(images))


def _draw(random: np.random.Generator, limits: tuple[float, float], count: int) -> Tensor:
    values = random.uniform(*limits, size=count).astype(np.float32)
    return torch.from_numpy(values).reshape(-1, 1, 1, 1)
