"""The pictures that exported files are tried with: parts of the sample photos.

Photos and not noise, because values of noise are far from what a network is calibrated for.
"""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image

from engine.core.places import resources_folder
from engine.core.size_rules import SizeRules
from engine.export.targets.target import BatchF32
from engine.imaging.codecs.rgb8 import load_rgb8
from engine.imaging.pixel_values import to_float, to_uint
from engine.metrics.luma import to_luma

# Odd and even sides, taller and wider, none of them a multiple of eight in both directions.
PARITY_SIZES = ((33, 41), (48, 64), (61, 40))
SHOWN_SIZE = (96, 120)
"""Size of the part that pictures before and after show; a multiple of 8, as any network takes."""
SHOWN_SAMPLE = 2
"""The photo it is of."""

_SAMPLES = ("meadow.jpg", "page.jpg", "house.jpg", "pebbles.jpg")


def sample_input(number: int, size: tuple[int, int], *, channels: int) -> BatchF32:
    """Return a part of a sample photo.

    Args:
        number: Which photo; any number.
        size: Height and width; what the photo lacks is its mirror image.
        channels: 1 or 3.

    Shape:
        - result: ``(1, channels, *size)`` float32 of 8-bit values in ``[0, 1]``.
    """
    photo = load_rgb8(_sample(number))
    height, width = size
    top, left = (max(0, (side - part) // 2) for side, part in zip(photo.shape, size, strict=False))
    part = photo[top : top + height, left : left + width]
    missing = ((0, height - part.shape[0]), (0, width - part.shape[1]), (0, 0))
    pixels = to_float(np.pad(part, missing, mode="symmetric"))
    if channels == 1:
        # Rounded, so that all inputs are what an 8-bit file can hold.
        pixels = (np.round(to_luma(pixels) * 255) / 255).astype(np.float32)[..., None]
    return np.ascontiguousarray(pixels.transpose(2, 0, 1)[None])


def parity_sizes(rules: SizeRules) -> tuple[tuple[int, int], ...]:
    """Return sizes to try a file of any size with, made such that the network takes them."""
    sizes = ((rules.fitting_px(height), rules.fitting_px(width)) for height, width in PARITY_SIZES)
    return tuple(dict.fromkeys(sizes))


def png_bytes(batch: BatchF32) -> bytes:
    """Return ``(1, C, H, W)`` as an 8-bit PNG."""
    pixels = np.asarray(to_uint(batch[0].transpose(1, 2, 0), np.uint8))
    image = Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def _sample(number: int) -> Path:
    return resources_folder() / "samples" / _SAMPLES[number % len(_SAMPLES)]
