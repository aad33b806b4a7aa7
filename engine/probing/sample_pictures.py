"""Synthetic pictures that show in which range of values a network works."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

PictureF32 = NDArray[np.float32]
"""``(1, C, H, W)`` float32, 0 black and 1 white."""

FLAT_LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


def flat_pictures(channels: int, side_px: int) -> Sequence[PictureF32]:
    """Return uniform gray pictures, from nearly black to nearly white."""
    shape = (1, channels, side_px, side_px)
    return [np.full(shape, level, dtype=np.float32) for level in FLAT_LEVELS]


def structured_pictures(channels: int, side_px: int) -> Sequence[PictureF32]:
    """Return waves, ramps, noise and a photo-like scene, with different channels."""
    random = np.random.default_rng(11)
    makers = (_waves, _ramps, _noise, _scene)
    return [maker(channels, side_px, random) for maker in makers]


def _waves(channels: int, side_px: int, _random: np.random.Generator) -> PictureF32:
    y, x = _grid(side_px)
    planes = [
        0.5 + 0.4 * np.sin(2 * np.pi * (fx * x + fy * y) + phase)
        for fx, fy, phase in ((1.0, 0.5, 0.3), (0.5, 1.5, 1.7), (1.5, 1.0, 4.0))
    ]
    return _batch(planes[:channels])


def _ramps(channels: int, side_px: int, _random: np.random.Generator) -> PictureF32:
    y, x = _grid(side_px)
    return _batch([x, 1 - y, 0.5 + 0.5 * (y - x)][:channels])


def _noise(channels: int, side_px: int, random: np.random.Generator) -> PictureF32:
    """Return a wave with grain, as in a photo taken in low light."""
    y, x = _grid(side_px)
    base = 0.35 + 0.25 * np.sin(2 * np.pi * (x + 0.5 * y))
    shape = (side_px, side_px)
    return _batch([np.clip(base + random.normal(0, 0.06, shape), 0, 1) for _ in range(channels)])


def _scene(channels: int, side_px: int, random: np.random.Generator) -> PictureF32:
    """Return a sky over dark ground, with texture whose power falls off as in photos, 1/f²."""
    rows, columns = np.fft.fftfreq(side_px)[:, None], np.fft.fftfreq(side_px)[None, :]
    spectrum = 1 / np.maximum(np.hypot(rows, columns), 1 / side_px)
    phases = np.exp(2j * np.pi * random.random((side_px, side_px)))
    texture = np.fft.ifft2(spectrum * phases).real
    texture /= np.abs(texture).max()
    y, x = _grid(side_px)
    is_ground = y > 0.45 + 0.2 * x
    light = np.where(is_ground, 0.3 + 0.25 * texture, 0.8 - 0.2 * y)
    tints = (1.0, 0.85, 0.65)
    return _batch(
        [np.clip(light * np.where(is_ground, tint, 1 - 0.3 * (tint == 1)), 0, 1) for tint in tints][
            :channels
        ]
    )


def _grid(side_px: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    y, x = np.mgrid[0:side_px, 0:side_px] / side_px
    return y, x


def _batch(planes: Sequence[NDArray[np.float64]]) -> PictureF32:
    return np.stack(planes)[None].astype(np.float32)
