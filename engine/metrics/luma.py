"""The Y channel that super-resolution papers measure on."""

from __future__ import annotations

import numpy as np

from engine.core.images import ImageF32

# BT.601 studio swing: black 16, white 235 (ITU-R BT.601-7, table 3).
_WEIGHTS = np.array([65.481, 128.553, 24.966], dtype=np.float64) / 255
_OFFSET = 16 / 255


def to_luma(image: ImageF32) -> ImageF32:
    """Return the studio-swing luma of an RGB picture; gray counts as equal R, G and B.

    Shape:
        - ``image``: ``(H, W, 3)`` or ``(H, W, 1)``, float32, in ``[0, 1]``.
        - result: ``(H, W)``, float32, in ``[16/255, 235/255]``.
    """
    luma = image.astype(np.float64) @ (
        _WEIGHTS if image.shape[2] == 3 else np.array([_WEIGHTS.sum()])
    )
    return (luma + _OFFSET).astype(np.float32)
