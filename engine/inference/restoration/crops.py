"""Chooses the parts of a photo that are looked at, on the 8x8 grid of its file."""

from __future__ import annotations

import math
from typing import Any, Protocol

import numpy as np

from engine.core.images import ImageU8, ImageUint
from engine.core.tiling import Region
from engine.imaging.orientation import stored_pixels, upright_region, upright_size

CROP_PX = 96
MAX_CROPS = 16
LEAST_CROP_PX = 16
"""Smaller pictures have too few blocks of 8x8 pixels to be judged."""

_GRID_PX = 8
_LEAST_OPAQUE_SHARE = 0.5


class _Pixels(Protocol):
    """A raster."""

    @property
    def width_px(self) -> int: ...

    @property
    def height_px(self) -> int: ...

    @property
    def dtype(self) -> np.dtype[Any]: ...

    def read(self, region: Region) -> ImageUint: ...


def sample_crops(color: _Pixels, alpha: _Pixels | None = None, *, orientation: int = 1) -> ImageU8:
    """Return crops spread evenly over a photo, as its file stores them; always the same ones.

    They begin at multiples of 8 pixels of the stored picture, where the blocks of a JPEG
    begin, and are turned back from ``orientation``, so that a tag does not change them. Crops
    that are mostly transparent are left out unless all are, and so are those of one color,
    which say nothing about noise or blur.

    Args:
        color: Upright pixels.
        alpha: Their opacity.
        orientation: How the stored pixels were turned upright, 1 to 8 as in EXIF.

    Shape:
        - returns ``(N, height, width, 3)`` uint8 with ``N`` at most `MAX_CROPS`; the sides are
          `CROP_PX`, or less for small photos. ``N`` is 0 if a side is below `LEAST_CROP_PX`, or
          the photo has one color only.
    """
    # Turned sideways a second time, the upright size is the stored one.
    size = upright_size(color.width_px, color.height_px, orientation)
    regions = [upright_region(region, size, orientation) for region in _spread(*size)]
    opaque = [region for region in regions if alpha is None or _is_opaque(alpha.read(region))]
    crops = [stored_pixels(color.read(region), orientation) for region in opaque or regions]
    return _stacked(crops)


def sample_pixels(pixels: ImageUint) -> ImageU8:
    """Return the crops of a picture in memory, stored as it is shown; see `sample_crops`.

    Shape:
        - ``pixels``: ``(H, W, C)``, 1 or 3 channels.
    """
    height, width = pixels.shape[:2]
    return _stacked(
        [pixels[part.top : part.bottom, part.left : part.right] for part in _spread(width, height)]
    )


def _stacked(crops: list[ImageUint]) -> ImageU8:
    said = [crop for crop in map(_rgb8, crops) if np.any(crop != crop[0, 0])]
    return np.ascontiguousarray(said) if said else np.zeros((0, 0, 0, 3), np.uint8)


def _spread(width: int, height: int) -> list[Region]:
    if min(width, height) < LEAST_CROP_PX:
        return []
    crop_width, crop_height = (
        min(CROP_PX, side) // _GRID_PX * _GRID_PX for side in (width, height)
    )
    # Small photos are covered by crops that overlap: two looks are better than one.
    most = (_most(width, crop_width), _most(height, crop_height))
    across, down = most
    if across * down > MAX_CROPS:
        # As even as the shape of the photo allows: 16 = 4 x 4 of a square, 8 x 2 of a panorama.
        across = min(across, max(1, round(math.sqrt(MAX_CROPS * width / height))), MAX_CROPS)
        down = min(down, MAX_CROPS // across)
        across = min(most[0], MAX_CROPS // down)
    return [
        Region(left=left, top=top, width=crop_width, height=crop_height)
        for top in _starts(height, crop_height, down)
        for left in _starts(width, crop_width, across)
    ]


def _most(side: int, crop: int) -> int:
    """Return how many crops cover a side, each beginning at another multiple of the grid."""
    return min(-(-side // crop), 1 + (side - crop) // _GRID_PX)


def _starts(side: int, crop: int, count: int) -> list[int]:
    places = np.linspace(0, side - crop, count) if count > 1 else [(side - crop) / 2]
    return [int(place) // _GRID_PX * _GRID_PX for place in places]


def _is_opaque(alpha: ImageUint) -> bool:
    return bool(alpha.mean() >= _LEAST_OPAQUE_SHARE * np.iinfo(alpha.dtype).max)


def _rgb8(pixels: ImageUint) -> ImageU8:
    # The features count pixel values of 8 bits; finer ones are rounded as in an 8-bit file.
    if pixels.dtype != np.uint8:
        pixels = np.round(pixels / 257).astype(np.uint8)
    codes = np.asarray(pixels, np.uint8)
    return codes if codes.shape[2] == 3 else codes.repeat(3, axis=2)
