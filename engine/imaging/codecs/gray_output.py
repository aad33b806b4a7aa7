"""Writes gray pictures in the formats that libvips knows only with three channels."""

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
    """Return whether a picture is gray of 8 bits without alpha, which Pillow writes as AVIF."""
    return bool(image.bands == 1 and image.format == "uchar")


def writes_gray_as_rgb(image: pyvips.Image, output_format: OutputFormat) -> bool:
    """Return whether a gray picture gets three channels in a format."""
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
    if profile is None:
        notes = [*notes, "The gray color profile does not fit the format: it is dropped."]
    bands = [image.extract_band(band) for band in (0, 0, 0, 1)[: image.bands + 2]]
    kind = interpretation(3, 8 if image.format == "uchar" else 16)
    joined = bands[0].bandjoin(bands[1:]).copy(interpretation=kind)
    return joined, replace(metadata, icc=profile, notes=notes)


def write_gray_avif(
    image: pyvips.Image, file: BinaryIO, path: Path, *, quality: int, speed: int
) -> None:
    """Encode a gray picture of 8 bits as AVIF of one channel, with its profile.

    Args:
        image: One band of uchar; it is held in memory whole, as AVIF's encoders do.
        file: Where it goes.
        path: Name of the file, for errors.
        quality: 1 to 100; 100 is without loss.
        speed: 0 (small and slow) to 10, of the encoder.

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
