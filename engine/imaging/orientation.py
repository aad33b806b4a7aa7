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
_FROM_BOTTOM = frozenset({3, 4, 7, 8})
_FROM_RIGHT = frozenset({2, 3, 6, 7})


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
    if orientation in _FROM_BOTTOM:
        pixels = np.flip(pixels, 0)
    if orientation in _FROM_RIGHT:
        pixels = np.flip(pixels, 1)
    return pixels


def stored_pixels(pixels: ImageUint, orientation: int) -> ImageUint:
    """Return upright pixels as they are stored, a view; the inverse of `upright_pixels`.

    Shape:
        - ``pixels``: ``(H, W, C)``; returns ``(W, H, C)`` for orientations 5 to 8.
    """
    if orientation in _FROM_RIGHT:
        pixels = np.flip(pixels, 1)
    if orientation in _FROM_BOTTOM:
        pixels = np.flip(pixels, 0)
    return pixels.transpose(1, 0, 2) if orientation in _SIDEWAYS else pixels


def upright_region(region: Region, size: tuple[int, int], orientation: int) -> Region:
    """Return the region of the upright picture that a region of the stored one becomes.

    Args:
        region: Part of the stored picture.
        size: Width and height as stored.
        orientation: 1 to 8.
    """
    left, top, width, height = region.left, region.top, region.width, region.height
    if orientation in _SIDEWAYS:
        left, top, width, height = top, left, height, width
    whole_width, whole_height = upright_size(*size, orientation)
    if orientation in _FROM_RIGHT:
        left = whole_width - left - width
    if orientation in _FROM_BOTTOM:
        top = whole_height - top - height
    return Region(left=left, top=top, width=width, height=height)
