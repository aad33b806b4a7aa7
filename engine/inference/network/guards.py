"""Detects broken output of a network.

A network that exceeds the range of half precision, meets a driver fault or is not
a super-resolution network returns NaN, black or garbage. None of that may
reach a file.
"""

from __future__ import annotations

import numpy as np

from engine.core.images import ImageF32

_BLOCK_PX = 8
# One flat color is flat within half an 8-bit level; a sky of eight levels has no contrast yet.
_FLAT = 0.5 / 255
_CONTRAST = 8.0 / 255
MAX_DRIFT = 0.15
"""Mean change of tones, in units of white, from which on a result does not show its input."""


def find_fault(lr: ImageF32, sr: ImageF32) -> str | None:
    """Return what is wrong with ``sr`` as an enlargement of ``lr``, or None.

    Three signs are looked for: values that are not finite; one flat color
    where the input has contrast; and block means (8 x 8 LR pixels, so that
    denoising and painted texture do not count) that differ from the input's
    by more than 0.15 on average, about 38 levels of 8 bits.

    Shape:
        - ``lr``: ``(H, W, C)``, ``sr``: ``(sH, sW, C)``, both float32.
    """
    if not np.isfinite(sr).all():
        return "values that are not numbers"
    if _is_flat(sr, _FLAT) and not _is_flat(lr, _CONTRAST):
        return "one flat color"
    # Blocks of the result cover those of the input: 8 x 8 LR pixels are 8s x 8s there.
    scale = sr.shape[0] // lr.shape[0]
    drift = float(np.abs(_block_means(sr, _BLOCK_PX * scale) - _block_means(lr, _BLOCK_PX)).mean())
    if drift > MAX_DRIFT:
        return f"a picture that is off by {drift * 255:.0f} of 255 levels on average"
    return None


def _is_flat(image: ImageF32, tolerance: float) -> bool:
    return float(np.ptp(image, axis=(0, 1)).max()) <= tolerance


def _block_means(image: ImageF32, block_px: int) -> ImageF32:
    # The last block of a row or column may be smaller; its mean counts like the others.
    rows = np.arange(0, image.shape[0], block_px)
    columns = np.arange(0, image.shape[1], block_px)
    sums = np.add.reduceat(np.add.reduceat(image, rows, axis=0), columns, axis=1)
    heights = np.diff(np.append(rows, image.shape[0]))
    widths = np.diff(np.append(columns, image.shape[1]))
    areas = (heights[:, None, None] * widths[None, :, None]).astype(np.float32)
    return np.asarray(sums / areas, dtype=np.float32)
