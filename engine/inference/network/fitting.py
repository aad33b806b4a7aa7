"""Brings crops to sizes that a network takes."""

from __future__ import annotations

import numpy as np

from engine.core.images import ImageF32


def pad_to_fit(lr: ImageF32, *, size_multiple: int, min_side_px: int) -> ImageF32:
    """Return ``lr`` with its last row and column repeated until a network takes its size.

    Args:
        lr: The crop.
        size_multiple: What both sides must be a multiple of.
        min_side_px: Shortest side.

    Shape:
        - ``lr``: ``(H, W, C)``; the result is at least as large.
    """
    pads = [
        (0, -(-max(side_px, min_side_px) // size_multiple) * size_multiple - side_px)
        for side_px in lr.shape[:2]
    ]
    return lr if pads == [(0, 0), (0, 0)] else np.pad(lr, [*pads, (0, 0)], mode="edge")
