"""Corrects a result until it equals the original when downscaled bicubically.

Back-projection: Irani & Peleg 1991, doi:10.1016/1049-9652(91)90045-L. Here each
step applies the pseudo-inverse of the downscaling, the smallest correction
that makes it exact; what clipping to white and black then spoils, the next
steps mend, with the momentum of Beck & Teboulle 2009 (doi:10.1137/080716542):
20 steps reach what takes over 40 without.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from engine.core.images import ImageF32
from engine.core.tiling import Region
from engine.imaging.resample.banded import BandedMatrix, PlanesF32, on_one_thread
from engine.imaging.resample.kernels import axis_weights
from engine.inference.network.upscaler import Upscaler

MAX_STEPS = 24
# Rounding to 8 bits adds up to a quarter of a level; one level is the promise.
TOLERANCE = 0.6 / 255
# Downscaling reaches 2 LR pixels, its inverse fades below 1e-5 within 8, the way back takes 2.
BACK_PROJECTION_OVERLAP_PX = 12
# LR pixels on each side whose bicubic downscaling uses pixels of the result in common.
_REACH_PX = 2


class BackProjected(Upscaler):
    """Corrects another upscaler's result so that it equals the original when downscaled.

    The downscaled result equals the original within one 8-bit level, also after
    rounding, except where white and black pixels stand so close that no
    picture between black and white becomes them when downscaled. A crop needs
    `BACK_PROJECTION_OVERLAP_PX` more context than the inner upscaler's.
    """

    def __init__(self, inner: Upscaler) -> None:
        self._inner = inner

    @property
    @override
    def scale(self) -> int:
        return self._inner.scale

    @property
    @override
    def overlap_px(self) -> int:
        return self._inner.overlap_px + BACK_PROJECTION_OVERLAP_PX

    @property
    @override
    def size_multiple(self) -> int:
        return self._inner.size_multiple

    @override
    def upscale(self, lr: ImageF32, *, where: Region) -> ImageF32:
        return back_project(self._inner.upscale(lr, where=where), lr, scale=self.scale)


def back_project(sr: ImageF32, lr: ImageF32, *, scale: int, max_steps: int = MAX_STEPS) -> ImageF32:
    """Return ``sr`` corrected so that it equals ``lr`` when downscaled bicubically.

    Args:
        sr: Enlarged picture.
        lr: The original.
        scale: Enlargement between the two.
        max_steps: Corrections after which it gives up. Each LR pixel is left alone
            as soon as it meets `TOLERANCE`, so that crops that overlap agree.

    Returns:
        The corrected picture, clipped to ``[0, 1]``.

    Shape:
        - ``sr``: ``(sH, sW, C)``, ``lr``: ``(H, W, C)``, both float32.
    """
    with on_one_thread():
        rows, columns = _downsampling(lr.shape[0], scale), _downsampling(lr.shape[1], scale)
        planes: PlanesF32 = np.clip(np.moveaxis(sr, 2, 0), 0, 1, dtype=np.float32, order="C")
        wanted: PlanesF32 = np.ascontiguousarray(np.moveaxis(lr, 2, 0))
        return np.moveaxis(_project(planes, wanted, rows, columns, max_steps), 0, 2)


@dataclass(frozen=True, slots=True)
class _Downsampling:
    """The bicubic downscaling of one axis and its pseudo-inverse."""

    down: BandedMatrix
    up: BandedMatrix


def _project(
    planes: PlanesF32,
    wanted: PlanesF32,
    rows: _Downsampling,
    columns: _Downsampling,
    max_steps: int,
) -> PlanesF32:
    previous, momentum = planes, 1.0
    for _ in range(max_steps):
        missing = wanted - columns.down.mix_columns(rows.down.mix_rows(planes))
        is_off = np.abs(missing).max(axis=0) > TOLERANCE
        if not is_off.any():
            break
        # What fits stays as it is, however long another corner of the crop takes: a crop
        # of another size then ends with the same pixels.
        moves = _around(is_off)
        missing *= moves
        corrected = rows.up.mix_rows(columns.up.mix_columns(missing))
        corrected += planes
        np.clip(corrected, 0, 1, out=corrected)
        faster = (1 + (1 + 4 * momentum**2) ** 0.5) / 2
        change = (corrected - previous) * _enlarged(moves, planes.shape)
        planes = corrected + np.float32((momentum - 1) / faster) * change
        np.clip(planes, 0, 1, out=planes)
        previous, momentum = corrected, faster
    return planes


def _around(is_off: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the LR pixels that are off, and those whose downscaling shares pixels with theirs."""
    # Imported here: only a result that is to match the original needs it.
    import cv2  # noqa: PLC0415

    reach = np.ones((2 * _REACH_PX + 1, 2 * _REACH_PX + 1), np.uint8)
    return np.asarray(cv2.dilate(is_off.astype(np.uint8), reach), dtype=np.bool_)


def _enlarged(mask: NDArray[np.bool_], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    down, across = shape[1] // mask.shape[0], shape[2] // mask.shape[1]
    return mask.repeat(down, axis=0).repeat(across, axis=1)


@lru_cache(maxsize=8)
def _downsampling(lr_px: int, scale: int) -> _Downsampling:
    down = axis_weights(lr_px * scale, lr_px).dense(range(lr_px * scale))
    up = down.T @ np.linalg.inv(down @ down.T)
    return _Downsampling(down=BandedMatrix.of_dense(down), up=BandedMatrix.of_dense(up))
