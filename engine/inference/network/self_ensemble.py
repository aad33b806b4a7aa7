"""The mean of a network's results for the eight flips and turns of a crop.

Paper: Timofte et al. 2016, "Seven ways to improve example-based single image super
resolution", arXiv 1511.02228; called geometric self-ensemble in EDSR (arXiv 1707.02921).
"""

from __future__ import annotations

import numpy as np
from typing_extensions import override

from engine.core.images import ImageF32
from engine.core.tiling import Region
from engine.inference.network.upscaler import Upscaler

_SYMMETRIES = 8


class SelfEnsemble(Upscaler):
    """Runs an upscaler on all symmetries of a crop and averages what comes back.

    The errors that depend on the direction of edges cancel in part; it takes eight times
    as long. Tiles are as exact as the upscaler's, because each side keeps its context.

    Args:
        upscaler: What enlarges each symmetry.
    """

    def __init__(self, upscaler: Upscaler) -> None:
        self._upscaler = upscaler

    @property
    @override
    def scale(self) -> int:
        return self._upscaler.scale

    @property
    @override
    def overlap_px(self) -> int:
        return self._upscaler.overlap_px

    @property
    @override
    def size_multiple(self) -> int:
        return self._upscaler.size_multiple

    @override
    def upscale(self, lr: ImageF32, *, where: Region) -> ImageF32:
        height_px, width_px, channels = lr.shape
        total = np.zeros((height_px * self.scale, width_px * self.scale, channels), np.float32)
        for number in range(_SYMMETRIES):
            turned = np.ascontiguousarray(_turned(lr, number))
            total += _turned_back(self._upscaler.upscale(turned, where=where), number)
        return np.asarray(total / _SYMMETRIES, dtype=np.float32)


def _turned(picture: ImageF32, number: int) -> ImageF32:
    # Three bits: flip rows, flip columns, transpose; together they give all eight.
    return _transposed(_flipped(picture, number), number)


def _turned_back(picture: ImageF32, number: int) -> ImageF32:
    # The same steps in the opposite order, as each undoes itself.
    return _flipped(_transposed(picture, number), number)


def _flipped(picture: ImageF32, number: int) -> ImageF32:
    rows = slice(None, None, -1 if number & 1 else 1)
    columns = slice(None, None, -1 if number & 2 else 1)
    return picture[rows, columns]


def _transposed(picture: ImageF32, number: int) -> ImageF32:
    return picture.transpose(1, 0, 2) if number & 4 else picture
