"""Writes gray pictures as AVIF of one channel, which libvips cannot."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from PIL import Image

from engine.core.errors import OutputError
from engine.imaging.vips import VipsError, blob, pyvips


def write_gray_avif(
    image: pyvips.Image, file: BinaryIO, path: Path, *, quality: int, speed: int
) -> None:
    """Encode a gray picture of 8 bits, with its profile.

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
        codes = image.numpy().reshape(image.height, image.width)
        picture = Image.fromarray(codes)
        icc = blob(image, "icc-profile-data")
        picture.save(file, "AVIF", quality=quality, speed=speed, icc_profile=icc)
    except (VipsError, ValueError, RuntimeError) as error:
        raise OutputError(f"{path}: AVIF failed ({error}); choose another format") from error
