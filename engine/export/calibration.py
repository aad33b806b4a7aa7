"""LR patches for calibration: they set the value ranges of an int8 file."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.config.degradation import DegradationName, DegradationRecipe
from engine.data.downsampling import build_downsampling
from engine.data.photo_files import find_photos, load_photos
from engine.imaging.pixel_values import to_float
from engine.quantization.ranges import Patch

_PATCHES = 48
_SIDE_PX = 96
# Restoration values up to which photos are mostly of this degradation
# (docs/decisions/0018-restoration-dial.md: medians 0, 0.50, 0.67 and 1).
_TYPICAL: tuple[tuple[float, DegradationName], ...] = (
    (0.25, "clean"),
    (0.58, "light"),
    (0.83, "mild"),
    (1.0, "strong"),
)


def calibration_patches(folder: Path, *, scale: int, degradation: DegradationRecipe) -> list[Patch]:
    """Return LR patches from photos spread evenly over ``folder``.

    Args:
        folder: Folder of HR photos.
        scale: Factor between LR and SR sides.
        degradation: The degradation of training: degraded pictures have other ranges.

    Returns:
        Patches of shape ``(1, 3, H, W)``, float32 in ``[0, 1]``, with sides of 96 pixels,
        or less where the photo is smaller.

    Raises:
        ConfigError: If the folder holds no photo that can be decoded.
    """
    photos = find_photos(folder)
    # Evenly spaced: neighbors in a folder are often of one scene.
    chosen = photos[:: max(1, len(photos) // _PATCHES)][:_PATCHES]
    downsample = build_downsampling(degradation, seed=0)
    patches = []
    # The number of the photo seeds its degradation: the same patches every time.
    for number, (_, pixels) in enumerate(load_photos(chosen, folder, [])):
        hr = pixels[: _SIDE_PX * scale, : _SIDE_PX * scale]
        lr = to_float(downsample(hr, scale, number=number))
        patches.append(np.ascontiguousarray(lr.transpose(2, 0, 1)[None]))
    return patches


def typical_degradation(restoration: float) -> DegradationName:
    """Return the named degradation whose photos mostly get about this restoration value."""
    return next(name for most, name in _TYPICAL if restoration <= most)
