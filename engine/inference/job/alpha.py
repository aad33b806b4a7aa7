"""Enlarges an alpha channel without fringes.

The network that enlarges the colors enlarges the alpha channel too, so that
its edges are as crisp and in the same place. It rings at them, though, which
would make solid areas slightly transparent. Its output is therefore clipped to
the range of the 3 x 3 LR pixels around, so that fully opaque areas stay opaque.
The visible colors were spread under the transparent area when the photo was
decoded.
"""

from __future__ import annotations

import numpy as np

from engine.core.images import ImageF32
from engine.core.tiling import Region
from engine.inference.network.upscaler import Upscaler


def upscale_alpha(upscaler: Upscaler, alpha: ImageF32, *, where: Region) -> ImageF32:
    """Return ``alpha`` enlarged, inside its own local range.

    Raises:
        BrokenOutputError: If the network's result is not a picture of ``alpha``.
        OutOfMemoryError: If memory does not suffice for this size.
        InferenceError: If the network cannot be run.

    Shape:
        - ``alpha``: ``(H, W, 1)`` float32 in ``[0, 1]``; the result is ``(sH, sW, 1)``.
    """
    # Imported here: only transparent photos need it, and it slows every start down.
    import cv2  # noqa: PLC0415

    scale = upscaler.scale
    around = np.ones((3, 3), np.uint8)
    # Erosion and dilation are the minimum and the maximum of each 3 x 3 neighborhood.
    low = _enlarge(cv2.erode(alpha, around), scale)
    high = _enlarge(cv2.dilate(alpha, around), scale)
    if np.array_equal(low, high):
        # One value everywhere: the network could only return what is clipped to it.
        return low
    return np.clip(upscaler.upscale(alpha, where=where), low, high)


def _enlarge(plane: object, scale: int) -> ImageF32:
    pixels = np.asarray(plane, dtype=np.float32)
    pixels = pixels.reshape(*pixels.shape[:2], 1)
    return pixels.repeat(scale, axis=0).repeat(scale, axis=1)
