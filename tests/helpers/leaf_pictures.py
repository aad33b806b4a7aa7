"""Pictures with the statistics of photos: disks of all sizes that hide one another.

The model of dead leaves: Lee, Mumford and Huang, Int. Journal of Computer Vision 41, 2001.
"""

from __future__ import annotations

import io

import cv2
import numpy as np
from PIL import Image

from engine.core.images import ImageU8

_DISKS = 1500


def leaf_picture(*, height: int = 256, width: int = 256, seed: int = 0) -> ImageU8:
    """Return a sharp picture without noise, ``(height, width, 3)``."""
    random = np.random.default_rng(seed)
    # Drawn large and reduced, so that edges are as smooth as those of a good photo.
    big = np.full((4 * height, 4 * width, 3), 128, np.uint8)
    # The number of disks falls with the cube of their radius, as in photos.
    radii = 12 / np.sqrt(random.uniform(0.003, 1, _DISKS))
    for radius in np.sort(radii)[::-1]:
        center = (int(random.uniform(0, 4 * width)), int(random.uniform(0, 4 * height)))
        color = tuple(int(value) for value in random.integers(20, 235, 3))
        cv2.circle(big, center, int(radius), color, thickness=-1)
    return np.asarray(cv2.resize(big, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def with_noise(pixels: ImageU8, sigma: float, *, seed: int = 1) -> ImageU8:
    """Return the picture with white noise of ``sigma`` in 8-bit levels."""
    grain = np.random.default_rng(seed).normal(0, sigma, pixels.shape) if sigma else 0
    return np.clip(np.round(pixels + grain), 0, 255).astype(np.uint8)


def blurred(pixels: ImageU8, sigma_px: float) -> ImageU8:
    """Return the picture blurred by a Gaussian of ``sigma_px``."""
    if not sigma_px:
        return pixels
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma_px), np.uint8)


def compressed(pixels: ImageU8, quality: int) -> ImageU8:
    """Return the picture after JPEG compression."""
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "JPEG", quality=quality)
    return np.asarray(Image.open(stream))
