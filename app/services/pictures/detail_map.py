"""Where a photo has most detail: the spot at which an enlargement is best judged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.services.pictures.picture_levels import RasterLevels, RgbPixels, level_size
from app.state.view_transform import ViewTransform
from engine.api import Region

_MAP_PX = 768
# A single hard edge must not outweigh an area full of fine ones: contrast counts up to this
# many 8-bit levels across a pixel of the map.
_MOST_CONTRAST = 24.0
# Share of each side that is left out: frames, vignettes and blurred corners.
_BORDER = 0.04


@dataclass(frozen=True, slots=True)
class DetailMap:
    """The contrast around each pixel of a downscaled photo.

    Attributes:
        contrast: ``(h, w)`` float32, from 0.
    """

    contrast: NDArray[np.float32]

    @classmethod
    def of(cls, picture: RasterLevels) -> DetailMap:
        """Measure a photo; for a worker thread.

        Raises:
            ValueError: If it was closed.
        """
        level = 0
        # On a small version: noise averages out, and it takes milliseconds.
        while max(level_size(picture, level)) > _MAP_PX:
            level += 1
        width, height = level_size(picture, level)
        pixels = picture.read(level, Region(left=0, top=0, width=width, height=height))
        return cls(_contrast(pixels))

    def spot(self, width: float, height: float) -> tuple[float, float]:
        """Return the center of the window with most detail, as shares of the photo's sides.

        Args:
            width: Width of the window, as a share of the photo's.
            height: Its height, as a share of the photo's.
        """
        # Imported here, on first use: it would make every start longer.
        import cv2  # noqa: PLC0415

        rows, columns = self.contrast.shape
        size = (_odd(width * columns, columns), _odd(height * rows, rows))
        # The mean contrast of every window at once: each pixel becomes the mean around it.
        around = cv2.boxFilter(self.contrast, -1, size, borderType=cv2.BORDER_REFLECT_101)
        left, right = _inside(size[0], columns)
        top, bottom = _inside(size[1], rows)
        inner = around[top:bottom, left:right]
        row, column = np.unravel_index(int(inner.argmax()), inner.shape)
        return (left + int(column) + 0.5) / columns, (top + int(row) + 0.5) / rows


def first_look(view: ViewTransform, details: DetailMap | None) -> ViewTransform:
    """Return the view in which a photo is shown first.

    Shown whole, before and after of a large photo look alike: it starts at 100 %, where it
    has most detail. A photo that fits the window is shown whole.
    """
    across, down = view.view_width_px, view.view_height_px
    width_px, height_px = view.output_width_px, view.output_height_px
    if details is None or (width_px <= across and height_px <= down):
        return view.fitted()
    x, y = details.spot(min(across / width_px, 1), min(down / height_px, 1))
    return view.at_spot(x * width_px, y * height_px)


def _contrast(pixels: RgbPixels) -> NDArray[np.float32]:
    import cv2  # noqa: PLC0415

    gray = pixels[..., :3].mean(axis=2, dtype=np.float32)
    # Sobel kernels of 3 x 3 give eight times the slope.
    across = cv2.Sobel(gray, cv2.CV_32F, 1, 0, scale=1 / 8)
    down = cv2.Sobel(gray, cv2.CV_32F, 0, 1, scale=1 / 8)
    contrast = np.minimum(np.hypot(across, down), np.float32(_MOST_CONTRAST))
    if pixels.shape[2] == 4:
        # Detail under transparency is invisible.
        contrast *= pixels[..., 3] / np.float32(255)
    return np.asarray(contrast, dtype=np.float32)


def _odd(length: float, most: int) -> int:
    whole = min(max(round(length), 1), most)
    return whole if whole % 2 else max(whole - 1, 1)


def _inside(window: int, length: int) -> tuple[int, int]:
    """Return the range of centers whose windows stay off the border."""
    margin = round(_BORDER * length)
    first, end = window // 2 + margin, length - window // 2 - margin
    return (first, end) if first < end else (length // 2, length // 2 + 1)
