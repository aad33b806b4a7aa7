"""Resampling as products with banded matrices.

Each output pixel of an axis depends on a few neighboring input pixels, so the dense matrix of
weights is zero except near its diagonal. It is cut into blocks, and only the columns that a
block uses are multiplied:

    x x . . . .      block 1: rows 0-1, columns 0-2
    . x x . . .
    . . . x x .      block 2: rows 2-3, columns 3-5
    . . . . x x
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

from engine.imaging.resample.kernels import AxisWeights

PlanesF32 = NDArray[np.float32]
"""``(C, H, W)`` float32."""

_BLOCK_PX = 128
# Far below a level of 16 bits (1.5e-5), also when dozens of weights are left out.
_NEGLIGIBLE = 1e-7


@dataclass(frozen=True, slots=True)
class _Block:
    """Some rows of the matrix and the only columns they use."""

    rows: slice
    columns: slice
    values: NDArray[np.float32]


class BandedMatrix:
    """A matrix with entries near its diagonal only, to be applied to one axis of a picture.

    Attributes:
        out_px: Its rows: length of the axis in the result.
        in_px: Its columns: length of the axis before.
    """

    def __init__(self, parts: Iterable[NDArray[np.float64]], *, in_px: int) -> None:
        """Stack ``parts``, some rows of the dense matrix each, ``(n, in_px)``."""
        self._blocks: list[_Block] = []
        self.out_px, self.in_px = 0, in_px
        for part in parts:
            self._blocks.append(_block(part, self.out_px))
            self.out_px += part.shape[0]

    @classmethod
    def of_dense(cls, dense: NDArray[np.float64]) -> BandedMatrix:
        """Return the matrix of ``dense``, ``(out_px, in_px)``."""
        return cls((dense[rows] for rows in _row_slices(*dense.shape)), in_px=dense.shape[1])

    @classmethod
    def of_weights(cls, weights: AxisWeights) -> BandedMatrix:
        """Return the matrix that mixes the pixels in ``weights.source``."""
        # Block by block: the dense matrix of a side of 16,000 pixels would take gigabytes.
        source = weights.source
        slices = _row_slices(weights.indices.shape[0], len(source))
        return cls((weights.part(rows).dense(source) for rows in slices), in_px=len(source))

    def mix_rows(self, planes: PlanesF32) -> PlanesF32:
        """Return ``planes`` with the matrix applied to axis 1.

        Shape:
            - ``planes``: ``(C, in, W)``; the result is ``(C, out, W)``.
        """
        result = np.empty((planes.shape[0], self.out_px, planes.shape[2]), np.float32)
        for block in self._blocks:
            np.matmul(block.values, planes[:, block.columns], out=result[:, block.rows])
        return result

    def mix_columns(self, planes: PlanesF32) -> PlanesF32:
        """Return ``planes`` with the matrix applied to axis 2.

        Shape:
            - ``planes``: ``(C, H, in)``; the result is ``(C, H, out)``.
        """
        result = np.empty((*planes.shape[:2], self.out_px), np.float32)
        for block in self._blocks:
            result[:, :, block.rows] = planes[:, :, block.columns] @ block.values.T
        return result


def on_one_thread() -> AbstractContextManager[object]:
    """Return a context in which matrix products use one thread.

    The products are small: on a machine with other work, two threads took 10 to 130 times as
    long as one because they waited for each other.
    """
    limit: AbstractContextManager[object] = _controller().limit(limits=1, user_api="blas")
    return limit


@lru_cache(maxsize=1)
def _controller() -> ThreadpoolController:
    return ThreadpoolController()


def _row_slices(out_px: int, in_px: int) -> list[slice]:
    # A block is about square on the longer of its two sides, so few zeros are multiplied.
    rows = max(1, _BLOCK_PX * out_px // max(out_px, in_px))
    return [slice(start, min(start + rows, out_px)) for start in range(0, out_px, rows)]


def _block(part: NDArray[np.float64], start: int) -> _Block:
    used = np.flatnonzero((np.abs(part) > _NEGLIGIBLE).any(axis=0))
    first, last = (int(used[0]), int(used[-1]) + 1) if used.size else (0, 1)
    values = np.ascontiguousarray(part[:, first:last], dtype=np.float32)
    return _Block(slice(start, start + part.shape[0]), slice(first, last), values)
