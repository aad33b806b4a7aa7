"""Resampling as products with banded matrices, many times faster than tap by tap."""

from __future__ import annotations

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
_NEGLIGIBLE = 1e-7


@dataclass(frozen=True, slots=True)
class _Block:
    """Some rows of the matrix and the only columns they use."""

    rows: slice
    columns: slice
    values: NDArray[np.float32]


class BandedMatrix:
    """A matrix that is applied to one axis of a picture, with entries near its diagonal only."""

    def __init__(self, dense: NDArray[np.float64]) -> None:
        """Split ``dense``, ``(out, in)``, into blocks without its zeros."""
        self.out_px, self.in_px = dense.shape
        # A block is about square on the longer of its two sides, so few zeros are multiplied.
        rows = max(1, _BLOCK_PX * self.out_px // max(self.out_px, self.in_px))
        self._blocks = [
            _block(dense, start, min(start + rows, self.out_px))
            for start in range(0, self.out_px, rows)
        ]

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

    Ours are small. On a machine with other work two threads took 10 to 130
    times as long as one, waiting for each other.
    """
    limit: AbstractContextManager[object] = _controller().limit(limits=1, user_api="blas")
    return limit


@lru_cache(maxsize=1)
def _controller() -> ThreadpoolController:
    return ThreadpoolController()


def dense_weights(weights: AxisWeights, in_px: int) -> NDArray[np.float64]:
    """Return ``weights`` as an ``(out, in_px)`` matrix."""
    dense = np.zeros((weights.indices.shape[0], in_px))
    rows = np.arange(dense.shape[0])[:, None]
    np.add.at(dense, (rows, weights.indices), weights.weights)
    return dense


def _block(dense: NDArray[np.float64], start: int, stop: int) -> _Block:
    part = dense[start:stop]
    used = np.flatnonzero((np.abs(part) > _NEGLIGIBLE).any(axis=0))
    first, last = (int(used[0]), int(used[-1]) + 1) if used.size else (0, 1)
    values = np.ascontiguousarray(part[:, first:last], dtype=np.float32)
    return _Block(slice(start, stop), slice(first, last), values)
