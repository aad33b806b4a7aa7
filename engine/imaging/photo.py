"""A decoded photo: its pixels in rasters, and everything else that its file states."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from typing_extensions import override

from engine.core.closing import Closing
from engine.imaging.photo_text import PhotoText
from engine.imaging.raster import Raster


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoInfo:
    """What a file states about its photo; sizes are those after its orientation is applied.

    Attributes:
        path: The file.
        format: Format of the content, whatever the file is named: ``jpeg``, ``png``, ``tiff``,
            ``webp``, ``avif``, ``gif``, ``bmp``, ``ppm``, ``heic``, ``jxl`` or ``raw``.
        width_px: Columns as shown upright.
        height_px: Rows as shown upright.
        channels: 1 (gray) or 3 (RGB) after decoding.
        has_alpha: Whether there is an alpha channel as well.
        bit_depth: 8 or 16 bits per pixel value after decoding.
        color_space: Name of the color space after decoding: that of the profile, or
            ``sRGB`` or ``gray`` without a profile.
        icc: Color profile of the decoded pixels; None means sRGB, or gray in sRGB's tone curve.
        exif: EXIF block from its TIFF header on, as in the file.
        xmp: XMP packet, extended XMP joined to it.
        iptc: IPTC block.
        texts: Comments and other texts.
        orientation: How the stored pixels were turned upright, 1 to 8 as in EXIF; None if the
            file does not state an orientation.
        dpi: Print resolution across and down.
        jpeg_quality: Quality of a JPEG on libjpeg's scale, 1 to 100, by its quantization table;
            None for other formats.
        notes: What decoding converts or drops, for the user.
    """

    path: Path
    format: str
    width_px: int
    height_px: int
    channels: int
    has_alpha: bool
    bit_depth: int
    color_space: str
    icc: bytes | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    iptc: bytes | None = None
    texts: tuple[PhotoText, ...] = ()
    orientation: int | None = None
    dpi: tuple[float, float] | None = None
    jpeg_quality: int | None = None
    notes: tuple[str, ...] = ()

    @property
    def megapixels(self) -> float:
        """Number of pixels in millions."""
        return self.width_px * self.height_px / 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo(Closing):
    """A decoded photo; it owns its rasters.

    Attributes:
        info: What its file states.
        color: Gray or RGB pixel values, not multiplied with alpha.
        alpha: Opacity of the same size and bit depth, None if the photo has none.
    """

    info: PhotoInfo
    color: Raster
    alpha: Raster | None = None

    @override
    def close(self) -> None:
        """Close the rasters; closing again does nothing."""
        self.color.close()
        if self.alpha is not None:
            self.alpha.close()
