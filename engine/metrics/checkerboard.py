"""How much of a grid an enlargement has left in a picture."""

from __future__ import annotations

import numpy as np

from engine.core.images import ImageF32
from engine.metrics.luma import to_luma


def checkerboard_levels(sr: ImageF32, *, scale: int) -> float:
    """Return the strength of a pattern that repeats with every LR pixel: a checkerboard.

    The pixels of each cell of ``scale`` by ``scale`` are compared with the cell's
    mean; what is left on average over all cells is no detail of the photo but a
    pattern. A pattern whose sign changes from place to place is not seen.

    Args:
        sr: Picture to judge, whose cells begin at its upper left corner.
        scale: Side of a cell.

    Returns:
        Root of the mean square over the cell's positions, in 8-bit code values
        of luma; 0 without a pattern. Photos themselves leave about 0.1.

    Shape:
        - ``sr``: ``(s·H, s·W, 3)`` float32 in ``[0, 1]``.
    """
    luma = to_luma(sr).astype(np.float64) * 255
    rows, columns = luma.shape[0] // scale, luma.shape[1] // scale
    cells = luma[: rows * scale, : columns * scale].reshape(rows, scale, columns, scale)
    pattern = cells.mean(axis=(0, 2)) - luma[: rows * scale, : columns * scale].mean()
    return float(np.sqrt((pattern**2).mean()))
