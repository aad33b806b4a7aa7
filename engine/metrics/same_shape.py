"""Checks that two pictures can be compared, and cuts borders that do not count."""

from __future__ import annotations

from engine.core.errors import ShapeMismatchError
from engine.core.images import ImageF32


def check_same_shape(sr: ImageF32, hr: ImageF32) -> None:
    """Refuse pictures that cannot be compared pixel by pixel.

    Raises:
        ShapeMismatchError: If they differ in shape.
    """
    if sr.shape != hr.shape:
        raise ShapeMismatchError(f"Pictures of shape {sr.shape} and {hr.shape} cannot be compared")


def cut_border(image: ImageF32, border_px: int) -> ImageF32:
    """Return ``image`` without ``border_px`` pixels on each side.

    Raises:
        ShapeMismatchError: If nothing is left.
    """
    height, width = image.shape[:2]
    if min(height, width) <= 2 * border_px:
        raise ShapeMismatchError(f"border_px={border_px} leaves nothing of {width}x{height} pixels")
    return image[border_px : height - border_px, border_px : width - border_px]


def compared_parts(sr: ImageF32, hr: ImageF32, *, border_px: int) -> tuple[ImageF32, ImageF32]:
    """Return both pictures without their borders.

    Raises:
        ShapeMismatchError: If the pictures differ in shape or the border leaves nothing.
    """
    check_same_shape(sr, hr)
    return cut_border(sr, border_px), cut_border(hr, border_px)
