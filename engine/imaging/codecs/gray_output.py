"""Writes gray pictures in the formats for which libvips supports three channels only."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from engine.core.errors import OutputError
from engine.imaging.codecs.raster_image import interpretation
from engine.imaging.color.profile_writer import rgb_profile_like
from engine.imaging.formats import OutputFormat
from engine.imaging.metadata.selection import ResultMetadata
from engine.imaging.vips import VipsError, blob, pyvips

_GRAY_BANDS = (1, 2)


def is_plain_gray(image: pyvips.Image) -> bool:
    """Return whether a picture is 8-bit gray without alpha, which Pillow can write as AVIF."""
    return bool(image.bands == 1 and image.format == "uchar")


def writes_gray_as_rgb(image: pyvips.Image, output_format: OutputFormat) -> bool:
    """Return whether a picture is gray and the format stores it with three channels."""
    if image.bands not in _GRAY_BANDS:
        return False
    is_avif = output_format is OutputFormat.AVIF
    return output_format is OutputFormat.WEBP or (is_avif and not is_plain_gray(image))


def as_rgb(image: pyvips.Image, metadata: ResultMetadata) -> tuple[pyvips.Image, ResultMetadata]:
    """Return a gray picture as RGB, and its profile as one for RGB.

    libvips repeats the channel by itself, but drops the profile.
    """
    profile = rgb_profile_like(metadata.icc) if metadata.icc else None
    notes = metadata.notes
    # A profile for gray says nothing of RGB: readers would ignore or refuse it.
    if profile is None:
        notes = [*notes, "The gray color profile does not fit the format: it is dropped."]
    # Gray three times, then alpha if there is one: bands 0 0 0 (1).
    bands = [image.extract_band(band) for band in (0, 0, 0, 1)[: image.bands + 2]]
    kind = interpretation(3, 8 if image.format == "uchar" else 16)
    joined = bands[0].bandjoin(bands[1:]).copy(interpretation=kind)
    return joined, replace(metadata, icc=profile, notes=notes)


def write_gray_avif(
    image: pyvips.Image, file: BinaryIO, path: Path, *, quality: int, speed: int
) -> None:
    """Encode an 8-bit gray picture as AVIF with one channel, with its profile.

    Args:
        image: One band of uchar; held in memory as a whole, as encoders of AVIF need it.
        file: Receives the AVIF.
        path: Name of the file, for errors.
        quality: 1 to 100; 100 is lossless.
        speed: Speed of the encoder, 0 (small and slow) to 10.

    Raises:
        OSError: If the file cannot be written.
        OutputError: If the picture cannot be encoded.
    """
    try:
        pixels = image.numpy().reshape(image.height, image.width)
        picture = Image.fromarray(pixels)
        icc = blob(image, "icc-profile-data")
        picture.save(file, "AVIF", quality=quality, speed=speed, icc_profile=icc)
    except (VipsError, ValueError, RuntimeError) as error:
        raise OutputError(f"{path}: AVIF failed ({error}); choose another format") from error
