"""How far colors have moved, in steps that an eye can just tell apart."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.core.errors import ShapeMismatchError
from engine.core.images import ImageF32

Floats = NDArray[np.float64]

# IEC 61966-2-1: linear sRGB to XYZ; the rows' sums are its white, D65.
_TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
_WHITE = _TO_XYZ.sum(axis=1)
CELL_PX = 32


def color_shift(sr: ImageF32, reference: ImageF32, *, cell_px: int = CELL_PX) -> float:
    """Return the mean color difference of ``sr`` from ``reference`` over cells of each.

    Detail does not count: colors are compared as the mean of square cells, by
    the distance of CIE 1976 in L*a*b* (1 is about what can just be seen). What
    is left over at the right and lower border makes no cell, unless the picture
    is smaller than one.

    Args:
        sr: Picture to judge.
        reference: What its colors should be.
        cell_px: Side of a cell, in pixels of both.

    Returns:
        Mean difference, 0 for equal colors.

    Raises:
        ShapeMismatchError: If shapes differ.

    Shape:
        - ``sr``, ``reference``: ``(H, W, 3)`` float32 in ``[0, 1]``, sRGB.
    """
    gap = _gaps(sr, reference, cell_px)
    return float(np.sqrt((gap**2).sum(axis=-1)).mean())


def color_cast(sr: ImageF32, reference: ImageF32, *, cell_px: int = CELL_PX) -> float:
    """Return how far all cells of ``sr`` together moved, a tint or a change of brightness.

    What `color_shift` finds and this does not has moved to and fro: noise taken
    away, and light places made lighter and dark ones darker.

    Args:
        sr: Picture to judge.
        reference: What its colors should be.
        cell_px: Side of a cell, in pixels of both.

    Returns:
        Length of the mean difference in L*a*b*, at most `color_shift`.

    Raises:
        ShapeMismatchError: If shapes differ.

    Shape:
        - ``sr``, ``reference``: ``(H, W, 3)`` float32 in ``[0, 1]``, sRGB.
    """
    return float(np.linalg.norm(_gaps(sr, reference, cell_px).mean(axis=(0, 1))))


def to_lab(rgb: NDArray[np.floating]) -> Floats:
    """Return sRGB values as CIE L*a*b* under D65.

    Shape:
        - ``rgb``: ``(..., 3)`` in ``[0, 1]``; result ``(..., 3)`` float64, L* in ``[0, 100]``.
    """
    encoded = rgb.astype(np.float64)
    linear = np.where(
        encoded <= 0.04045, encoded / 12.92, ((np.maximum(encoded, 0) + 0.055) / 1.055) ** 2.4
    )
    ratio = linear @ _TO_XYZ.T / _WHITE
    # CIE 15: the cube root goes over into a line below (6/29)^3.
    bent = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio * (29 / 6) ** 2 / 3 + 4 / 29)
    x, y, z = bent[..., 0], bent[..., 1], bent[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def _gaps(sr: ImageF32, reference: ImageF32, cell_px: int) -> Floats:
    if sr.shape != reference.shape:
        raise ShapeMismatchError(
            f"Pictures of shape {sr.shape} and {reference.shape} cannot be compared"
        )
    return to_lab(_cell_means(sr, cell_px)) - to_lab(_cell_means(reference, cell_px))


def _cell_means(picture: ImageF32, cell_px: int) -> Floats:
    height, width = (min(cell_px, side) for side in picture.shape[:2])
    rows, columns = picture.shape[0] // height, picture.shape[1] // width
    cells = picture[: rows * height, : columns * width].astype(np.float64)
    return np.asarray(cells.reshape(rows, height, columns, width, 3).mean(axis=(1, 3)))
