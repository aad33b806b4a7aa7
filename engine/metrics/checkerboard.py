"""Strength of checkerboard artifacts."""

from __future__ import annotations

import numpy as np

from engine.core.images import ImageF32
from engine.metrics.luma import to_luma


def checkerboard_levels(sr: ImageF32, *, scale: int) -> float:
    """Return the strength of a checkerboard: a pattern that repeats with every LR pixel.

    The picture is divided into cells of ``scale`` by ``scale`` pixels, one per LR
    pixel. Averaged over all cells, the detail of the photo cancels out and a
    pattern that repeats in each of them remains. A pattern whose sign changes from
    place to place cancels out, too.

    Args:
        sr: Picture to measure, whose cells begin at its upper left corner.
        scale: Side of a cell.

    Returns:
        Root mean square of the average cell without its mean, in 8-bit levels of
        luma; 0 without a pattern. Photos themselves have about 0.1.

    Shape:
        - ``sr``: ``(s·H, s·W, 3)`` float32 in ``[0, 1]``.
    """
    luma = to_luma(sr).astype(np.float64) * 255
    rows, columns = luma.shape[0] // scale, luma.shape[1] // scale
    # (rows, y in the cell, columns, x in the cell): the mean over rows and columns is the
    # average cell.
    cells = luma[: rows * scale, : columns * scale].reshape(rows, scale, columns, scale)
    pattern = cells.mean(axis=(0, 2)) - luma[: rows * scale, : columns * scale].mean()
    return float(np.sqrt((pattern**2).mean()))
