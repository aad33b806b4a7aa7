"""Color differences in CIE L*a*b*, where 1 is about the smallest visible step."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.core.images import ImageF32
from engine.metrics.same_shape import check_same_shape

Floats = NDArray[np.float64]

# IEC 61966-2-1: linear sRGB to XYZ; the rows' sums are its white, D65.
_TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
_WHITE = _TO_XYZ.sum(axis=1)
CELL_PX = 32
"""Side of the cells whose mean colors are compared, in pixels."""


def color_shift(sr: ImageF32, reference: ImageF32, *, cell_px: int = CELL_PX) -> float:
    """Return the mean color difference between ``sr`` and ``reference``.

    Detail does not count: the means of square cells are compared, by the CIE 1976
    distance in L*a*b* (1 is about the smallest visible step). Pixels left over at
    the right and lower border are ignored, unless the picture is smaller than a
    cell.

    Args:
        sr: Picture to measure.
        reference: Picture with the right colors.
        cell_px: Side of a cell, in pixels of both.

    Returns:
        Mean difference, 0 for equal colors.

    Raises:
        ShapeMismatchError: If shapes differ.

    Shape:
        - ``sr``, ``reference``: ``(H, W, 3)`` float32 in ``[0, 1]``, sRGB.
    """
    differences = _differences(sr, reference, cell_px)
    return float(np.sqrt((differences**2).sum(axis=-1)).mean())


def color_cast(sr: ImageF32, reference: ImageF32, *, cell_px: int = CELL_PX) -> float:
    """Return the color cast of ``sr``: the difference that all of its cells share.

    A cast is a tint or a change of brightness. A difference that `color_shift` finds
    and this does not has no common direction: removed noise, or more contrast.

    Args:
        sr: Picture to measure.
        reference: Picture with the right colors.
        cell_px: Side of a cell, in pixels of both.

    Returns:
        Length of the mean difference in L*a*b*, at most `color_shift`.

    Raises:
        ShapeMismatchError: If shapes differ.

    Shape:
        - ``sr``, ``reference``: ``(H, W, 3)`` float32 in ``[0, 1]``, sRGB.
    """
    return float(np.linalg.norm(_differences(sr, reference, cell_px).mean(axis=(0, 1))))


def to_lab(rgb: NDArray[np.floating]) -> Floats:
    """Return sRGB values as CIE L*a*b* under D65.

    Shape:
        - ``rgb``: ``(..., 3)`` in ``[0, 1]``; result ``(..., 3)`` float64, L* in ``[0, 100]``.
    """
    encoded = rgb.astype(np.float64)
    # The maximum keeps the unused branch of a negative value from being not-a-number.
    linear = np.where(
        encoded <= 0.04045, encoded / 12.92, ((np.maximum(encoded, 0) + 0.055) / 1.055) ** 2.4
    )
    ratio = linear @ _TO_XYZ.T / _WHITE
    # CIE 15: below (6/29)^3 a line takes the place of the cube root, whose slope is infinite at 0.
    compressed = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio * (29 / 6) ** 2 / 3 + 4 / 29)
    x, y, z = compressed[..., 0], compressed[..., 1], compressed[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def _differences(sr: ImageF32, reference: ImageF32, cell_px: int) -> Floats:
    check_same_shape(sr, reference)
    return to_lab(_cell_means(sr, cell_px)) - to_lab(_cell_means(reference, cell_px))


def _cell_means(picture: ImageF32, cell_px: int) -> Floats:
    height, width = (min(cell_px, side) for side in picture.shape[:2])
    rows, columns = picture.shape[0] // height, picture.shape[1] // width
    cells = picture[: rows * height, : columns * width].astype(np.float64)
    return np.asarray(cells.reshape(rows, height, columns, width, 3).mean(axis=(1, 3)))
