"""Weights of bicubic resampling as in MATLAB's ``imresize``, which benchmarks of SR use.

Keys' cubic kernel (a = -0.5), stretched by the downsampling factor when shrinking so that it
also low-passes, borders mirrored. Paper: Keys 1981, "Cubic convolution interpolation for
digital image processing", doi:10.1109/TASSP.1981.1163711.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_KERNEL_WIDTH = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisWeights:
    """Weights with which the input pixels of one axis are summed for each output pixel.

    Attributes:
        indices: ``(out, taps)`` input positions, mirrored at the borders.
        weights: ``(out, taps)`` float64, each row sums to 1.
    """

    indices: NDArray[np.intp]
    weights: NDArray[np.float64]

    @property
    def source(self) -> range:
        """The shortest range of input pixels that holds all `indices`."""
        return range(int(self.indices.min()), int(self.indices.max()) + 1)

    def part(self, rows: slice) -> AxisWeights:
        """Return the weights of some of the output pixels."""
        return AxisWeights(indices=self.indices[rows], weights=self.weights[rows])

    def dense(self, source: range | None = None) -> NDArray[np.float64]:
        """Return the weights as an ``(out, len(source))`` matrix.

        Args:
            source: Input pixels of the columns; `AxisWeights.source` by default.
        """
        source = self.source if source is None else source
        dense = np.zeros((self.indices.shape[0], len(source)))
        rows = np.arange(dense.shape[0])[:, None]
        # Near a border two taps of a row can meet the same pixel, so they are added.
        np.add.at(dense, (rows, self.indices - source.start), self.weights)
        return dense


def axis_weights(in_px: int, out_px: int, *, wanted: range | None = None) -> AxisWeights:
    """Return the weights that resample an axis of ``in_px`` to ``out_px`` pixels.

    Args:
        in_px: Length of the axis.
        out_px: Its length when resampled.
        wanted: Output pixels to compute weights for, counted from 0; None for all of them.

    Raises:
        ValueError: If a length is below 1.
    """
    if in_px < 1 or out_px < 1:
        raise ValueError(f"Cannot resample {in_px} pixels to {out_px}: both must be at least 1")
    ratio = out_px / in_px
    stretch = min(ratio, 1.0)
    width = _KERNEL_WIDTH / stretch
    # Both grids span the same length, so pixel centers do not coincide; at ratio 2:
    #   input   |   1   |   2   |
    #   output  | 1 | 2 | 3 | 4 |
    # Counted from 1 as in MATLAB, output pixel u is at u / ratio + (1 - 1 / ratio) / 2.
    outputs = range(out_px) if wanted is None else wanted
    centers = np.arange(outputs.start + 1, outputs.stop + 1) / ratio + 0.5 * (1 - 1 / ratio)
    left = np.floor(centers - width / 2)
    # Two more taps than the kernel is wide: rounding may cut off one on either side.
    positions = left[:, None] + np.arange(math.ceil(width) + 2)
    weights = stretch * _cubic(stretch * (centers[:, None] - positions))
    weights /= weights.sum(axis=1, keepdims=True)
    used = np.any(weights != 0, axis=0)
    return AxisWeights(
        indices=_mirror(positions[:, used].astype(np.intp) - 1, in_px),
        weights=weights[:, used],
    )


def _cubic(x: NDArray[np.float64]) -> NDArray[np.float64]:
    distance = np.abs(x)
    near = (1.5 * distance - 2.5) * distance**2 + 1
    far = ((-0.5 * distance + 2.5) * distance - 4) * distance + 2
    return np.where(distance <= 1, near, np.where(distance <= 2, far, 0.0))


def _mirror(positions: NDArray[np.intp], length: int) -> NDArray[np.intp]:
    """Reflect positions outside ``[0, length)`` back in, repeating the border pixel."""
    # ... 2 1 0 | 0 1 2 ... n-1 | n-1 ... 1 0 | 0 1 ...: a period of 2n, its second half reversed.
    folded = np.mod(positions, 2 * length)
    return np.where(folded < length, folded, 2 * length - 1 - folded)
