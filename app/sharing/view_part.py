"""Reads what the viewer shows of a photo, before and after, as pixels of one size."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from app.services.pictures.compared_pictures import ComparedPictures
from app.services.pictures.picture_levels import PictureLevels, RgbPixels, level_count, level_size
from app.services.pictures.tile_store import to_image
from app.state.view_transform import ViewTransform
from engine.api import Region

_GROUND = "#ffffff"


class IncompletePartError(Exception):
    """Parts of the enlarged picture are not computed yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewPart:
    """A part of a photo that is to be handed on.

    Attributes:
        pictures: What is compared.
        part: The part, in pixels of the result.
        output_size: Columns and rows of the whole result.
    """

    pictures: ComparedPictures
    part: Region
    output_size: tuple[int, int]

    def size(self, longest_px: int) -> tuple[int, int]:
        """Return columns and rows of the part, reduced to ``longest_px`` if it is larger."""
        scale = min(1.0, longest_px / max(self.part.width, self.part.height))
        return max(round(self.part.width * scale), 1), max(round(self.part.height * scale), 1)


def part_in_view(view: ViewTransform, pictures: ComparedPictures) -> ViewPart:
    """Return the part of the result that ``view`` shows."""
    right, bottom = view.to_output(view.view_width_px, view.view_height_px)
    left, top = max(math.floor(view.left), 0), max(math.floor(view.top), 0)
    size = (view.output_width_px, view.output_height_px)
    part = Region(
        left=left,
        top=top,
        width=max(min(math.ceil(right), size[0]) - left, 1),
        height=max(min(math.ceil(bottom), size[1]) - top, 1),
    )
    return ViewPart(pictures=pictures, part=part, output_size=size)


def whole_photo(view: ViewTransform, pictures: ComparedPictures) -> ViewPart:
    """Return the whole of the result."""
    size = (view.output_width_px, view.output_height_px)
    part = Region(left=0, top=0, width=size[0], height=size[1])
    return ViewPart(pictures=pictures, part=part, output_size=size)


def read_part(wanted: ViewPart, longest_px: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return before and after of a part, ``(H, W, 3)`` in sRGB; for a worker thread.

    Args:
        wanted: The part.
        longest_px: Its longer side is reduced to this many pixels if it has more.

    Raises:
        IncompletePartError: If not all of "after" is computed.
        ValueError: If the photo was closed.
    """
    pictures = wanted.pictures
    if pictures.after is None:
        raise IncompletePartError
    size = wanted.size(longest_px)
    before = QImage(*size, QImage.Format.Format_RGB32)
    before.fill(_GROUND)
    _draw(before, pictures.before, wanted, keeps_pixels=pictures.keeps_before_pixels)
    after = QImage(*size, QImage.Format.Format_RGB32)
    after.fill(_GROUND)
    has_holes = _draw(after, pictures.after, wanted, keeps_pixels=False)
    # In a photo with transparency a hole looks like what is clear.
    if has_holes and pictures.after.is_sparse and not pictures.has_alpha:
        raise IncompletePartError
    return _pixels(before), _pixels(after)


def _draw(image: QImage, picture: PictureLevels, wanted: ViewPart, *, keeps_pixels: bool) -> bool:
    """Draw a part of ``picture``, fitted to ``image``; return whether anything is clear in it."""
    across = picture.width_px / wanted.output_size[0]
    down = picture.height_px / wanted.output_size[1]
    part = wanted.part
    # The smallest level that is not enlarged, as in the viewer.
    scale = image.width() / (part.width * across)
    level = min(max(0, math.floor(-math.log2(scale) + 1e-6)), level_count(picture) - 1)
    step = 1 << level
    exact = QRectF(
        part.left * across / step,
        part.top * down / step,
        part.width * across / step,
        part.height * down / step,
    )
    region = _around(exact, level_size(picture, level))
    pixels = picture.read(level, region)
    tile = to_image(pixels, picture.icc)
    painter = QPainter(image)
    is_smooth = not (keeps_pixels and scale * step > 1)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, is_smooth)
    source = exact.translated(-region.left, -region.top)
    painter.drawImage(QRectF(image.rect()), tile, source)
    painter.end()
    return _has_clear(pixels)


def _around(exact: QRectF, size: tuple[int, int]) -> Region:
    """Return the whole pixels that ``exact`` touches, within a level of ``size``."""
    left = min(max(math.floor(exact.left() + 1e-6), 0), size[0] - 1)
    top = min(max(math.floor(exact.top() + 1e-6), 0), size[1] - 1)
    right = min(max(math.ceil(exact.right() - 1e-6), left + 1), size[0])
    bottom = min(max(math.ceil(exact.bottom() - 1e-6), top + 1), size[1])
    return Region(left=left, top=top, width=right - left, height=bottom - top)


def _has_clear(pixels: RgbPixels) -> bool:
    return pixels.shape[2] == 4 and bool((pixels[..., 3] == 0).any())


def _pixels(image: QImage) -> NDArray[np.uint8]:
    """Return the pixels of a 32-bit image; its memory is not shared."""
    rgb = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(rgb.constBits(), np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    return rows[:, : 3 * rgb.width()].reshape(rgb.height(), rgb.width(), 3).copy()
