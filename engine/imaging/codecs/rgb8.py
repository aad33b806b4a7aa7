"""Decodes a whole photo to 8-bit sRGB, as training and evaluation use it."""

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
"""Version of the pixels that `load_rgb8` returns: it changes whenever they do, so that caches of
decoded photos are made anew."""

MAX_RGB8_PIXELS = 200_000_000
"""Default limit of the pixels in one photo."""


def load_rgb8(
    path: Path, *, max_pixels: int = MAX_RGB8_PIXELS, token: CancelToken | None = None
) -> NDArray[np.uint8]:
    """Decode a photo of any supported format to sRGB, upright.

    16 bits are rounded to 8, gray is repeated in all channels, other color spaces are converted,
    and transparent areas become white as in a JPEG: the colors hidden under transparency are
    never used.

    Args:
        path: The file; its format is detected from its content, not from its name.
        max_pixels: Limit of the pixels; memory peaks at about 20 bytes per pixel.
        token: Stops the decoding when the caller cancels it.

    Shape:
        - returns ``(H, W, 3)`` uint8.

    Raises:
        ImageError: If the photo cannot be decoded; the message names the file.
        MissingExtraError: If its format needs an optional package.
        JobCancelled: If ``token`` asks to stop.
    """
    limits = DecodeLimits(max_pixels=max_pixels, memory_limit_bytes=sys.maxsize)
    # Everything stays in memory, so the scratch folder is never written to.
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
