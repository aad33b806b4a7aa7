"""Decodes a whole photo to what training and evaluation compare: 8-bit sRGB."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.core.cancellation import CancelToken
from engine.imaging.codecs.decode import DecodeLimits, open_photo
from engine.imaging.codecs.decoder_errors import decoder_errors
from engine.imaging.codecs.raster_image import RasterImage
from engine.imaging.color.conversion import to_srgb
from engine.imaging.color.icc import is_srgb
from engine.imaging.photo import Photo
from engine.imaging.vips import pyvips

RGB8_FORM = "rgb8-2"
"""Changes whenever `load_rgb8` gives other pixels for a file than before, so that no cache of
decoded photos outlives the change."""

MAX_RGB8_PIXELS = 200_000_000
"""Pixels up to which a photo is decoded whole unless the caller says otherwise."""


def load_rgb8(
    path: Path, *, max_pixels: int = MAX_RGB8_PIXELS, token: CancelToken | None = None
) -> NDArray[np.uint8]:
    """Decode a photo of any supported format to sRGB, upright.

    16 bits are rounded to 8, gray is repeated in all channels, other color spaces are
    converted, and a transparent photo stands on white, as it does in a JPEG: the colors
    that hide under its transparency are never seen.

    Args:
        path: The file; what it is, is told by its content.
        max_pixels: Largest photo; memory peaks at about 20 bytes a pixel.
        token: Lets the caller stop it.

    Shape:
        - returns ``(H, W, 3)`` uint8.

    Raises:
        ImageError: If the photo cannot be decoded; the message names the file.
        MissingExtraError: If its format needs an optional package.
        JobCancelled: If ``token`` asks to stop.
    """
    limits = DecodeLimits(max_pixels=max_pixels, memory_limit_bytes=sys.maxsize)
    # Everything stays in memory, so the scratch folder is named and never used.
    with (
        open_photo(path, scratch_folder=path.parent, limits=limits, token=token) as photo,
        decoder_errors(path),
    ):
        return _rgb8(photo)


def _rgb8(photo: Photo) -> NDArray[np.uint8]:
    image, icc = RasterImage.of(photo.color).image, photo.info.icc
    if icc is not None and not is_srgb(icc):
        image = to_srgb(image, icc)
    if photo.alpha is not None:
        image = image.bandjoin(_of_depth(RasterImage.of(photo.alpha).image, image.format))
        white = 255 if image.format == "uchar" else 65535
        image = image.flatten(background=white, max_alpha=white)
    if image.format != "uchar":
        image = (image / 257).rint().cast("uchar")
    pixels: NDArray[np.uint8] = image.numpy().reshape(image.height, image.width, image.bands)
    return pixels if image.bands == 3 else pixels.repeat(3, axis=2)


def _of_depth(alpha: pyvips.Image, kind: str) -> pyvips.Image:
    return alpha if alpha.format == kind else (alpha * 257).cast("ushort")
