"""Gives transparent pixels the color of the visible pixels beside them.

Editors leave black or white under transparency. Enlarging mixes it into the edge as a dark or
light fringe; a color that continues smoothly under the transparency does not.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.core.cancellation import CancelToken
from engine.core.images import ImageUint
from engine.core.tiling import Region
from engine.imaging.pixel_values import to_float, to_uint
from engine.imaging.raster import Raster

_TILE_PX = 512
_HALO_PX = 64


def bleed_raster(color: Raster, alpha: Raster, *, token: CancelToken | None = None) -> None:
    """Do `bleed_color` to a whole raster, in place and in bounded memory.

    Colors reach at least 64 pixels into a transparent area, which is more than the receptive
    field of the networks.

    Raises:
        JobCancelled: If ``token`` asks to stop.
    """
    for top in range(0, color.height_px, _TILE_PX):
        for left in range(0, color.width_px, _TILE_PX):
            if token is not None:
                token.check()
            _bleed_tile(color, alpha, left, top)


def is_zero(alpha: Raster, *, token: CancelToken | None = None) -> bool:
    """Return whether a picture with this alpha would be invisible.

    Raises:
        JobCancelled: If ``token`` asks to stop.
    """
    for top in range(0, alpha.height_px, _TILE_PX):
        if token is not None:
            token.check()
        height = min(_TILE_PX, alpha.height_px - top)
        band = Region(left=0, top=top, width=alpha.width_px, height=height)
        if alpha.read(band).any():
            return False
    return True


def _bleed_tile(color: Raster, alpha: Raster, left: int, top: int) -> None:
    core = _clipped(color, left, top, 0)
    if alpha.read(core).all():
        return
    # Transparent pixels have no weight, so the result does not depend on tiles done before.
    crop = _clipped(color, left, top, _HALO_PX)
    bled = bleed_color(color.read(crop), alpha.read(crop))
    y, x = core.top - crop.top, core.left - crop.left
    color.write(core, bled[y : y + core.height, x : x + core.width])


def _clipped(raster: Raster, left: int, top: int, halo_px: int) -> Region:
    x0, y0 = max(left - halo_px, 0), max(top - halo_px, 0)
    x1 = min(left + _TILE_PX + halo_px, raster.width_px)
    y1 = min(top + _TILE_PX + halo_px, raster.height_px)
    return Region(left=x0, top=y0, width=x1 - x0, height=y1 - y0)


def bleed_color(pixels: ImageUint, alpha: ImageUint) -> ImageUint:
    """Return ``pixels`` with the color of the nearest visible pixels under transparency.

    Only pixels of alpha 0 change; a picture without any visible pixel stays as it is.

    Shape:
        - ``pixels``: ``(H, W, C)``, uint8 or uint16.
        - ``alpha``: ``(H, W, 1)``, same dtype.
    """
    if alpha.all() or not alpha.any():
        return pixels
    weight = to_float(alpha)
    filled = _fill(to_float(pixels) * weight, weight)
    bled = pixels.copy()
    np.copyto(bled, to_uint(filled, pixels.dtype), where=alpha == 0)
    return bled


def _fill(weighted: NDArray[np.float32], weight: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the mean color where there is weight and that of a coarser level elsewhere.

    A pyramid: each level averages 2 x 2 pixels by their weight, until every pixel has one.

        . . R .          . R
        . . . .    ->    . G    ->   mean of R and G
        . . . G
        . . . .          a hole takes the color of the first level that has one in its place
    """
    # Imported here: only transparent photos need it, and it makes every start longer.
    import cv2  # noqa: PLC0415

    # The floor keeps 0 / 0 away; the least weight, 1 / 65535 on one pixel of a tile, is larger.
    mean = np.divide(weighted, np.maximum(weight, np.float32(1e-12)), dtype=np.float32)
    if weight.all():
        return mean
    coarse = _fill(_halved(weighted), _halved(weight))
    height, width, channels = weighted.shape
    size = (2 * coarse.shape[1], 2 * coarse.shape[0])
    doubled = np.asarray(cv2.resize(coarse, size, interpolation=cv2.INTER_NEAREST), np.float32)
    filled = doubled.reshape(size[1], size[0], channels)[:height, :width]
    np.copyto(filled, mean, where=weight > 0)
    return filled


def _halved(image: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the means of 2 x 2 pixels; a last odd row or column is paired with zeros."""
    import cv2  # noqa: PLC0415

    height, width, channels = image.shape
    bottom, right = height % 2, width % 2
    even = cv2.copyMakeBorder(image, 0, bottom, 0, right, cv2.BORDER_CONSTANT, value=0)
    size = ((width + right) // 2, (height + bottom) // 2)
    halved = np.asarray(cv2.resize(even, size, interpolation=cv2.INTER_AREA), np.float32)
    # OpenCV drops the axis of a single channel.
    return halved.reshape(size[1], size[0], channels)
