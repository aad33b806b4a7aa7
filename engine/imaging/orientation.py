"""Turns stored rows into the upright picture.

The eight orientations are those of the EXIF and TIFF tag 274.
"""

from __future__ import annotations

import numpy as np

from engine.core.images import ImageUint
from engine.core.tiling import Region

# The sides of the upright picture where the first stored row and column belong:
#
#       row    column           row    column
#     1 top    left           5 left   top
#     2 top    right          6 right  top
#     3 bottom right          7 right  bottom
#     4 bottom left           8 left   bottom
#
# From 5 on rows become columns: the pixels are transposed first, then mirrored.
_SIDEWAYS = frozenset({5, 6, 7, 8})


def upright_size(width_px: int, height_px: int, orientation: int) -> tuple[int, int]:
    """Return width and height of the upright picture."""
    return (height_px, width_px) if orientation in _SIDEWAYS else (width_px, height_px)


def upright_pixels(pixels: ImageUint, orientation: int) -> ImageUint:
    """Return the upright picture, a view of ``pixels``.

    Shape:
        - ``pixels``: ``(H, W, C)``; returns ``(W, H, C)`` for orientations 5 to 8.
    """
    if orientation in _SIDEWAYS:
        pixels = pixels.transpose(1, 0, 2)
    if orientation in {3, 4, 7, 8}:
        pixels = np.flip(pixels, 0)
    if orientation in {2, 3, 6, 7}:
        pixels = np.flip(pixels, 1)
    return pixels


def upright_region(top: int, rows: int, size: tuple[int, int], orientation: int) -> Region:
    """Return the region of the upright picture that a band of stored rows becomes.

    Args:
        top: First stored row of the band.
        rows: Rows in the band.
        size: Width and height as stored.
        orientation: 1 to 8.
    """
    width, height = size
    # The band counted from the last row, for orientations that reverse the rows.
    from_end = height - top - rows
    if orientation in _SIDEWAYS:
        left = from_end if orientation in {6, 7} else top
        return Region(left=left, top=0, width=rows, height=width)
    return Region(left=0, top=from_end if orientation in {3, 4} else top, width=width, height=rows)
