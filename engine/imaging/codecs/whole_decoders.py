"""Decoders of the formats that libvips cannot stream: the whole picture at once.

HEIC, JPEG XL and camera raw need packages that users install as extras; they are imported only
when such a file is opened.
"""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Final

import numpy as np
from PIL import Image

from engine.core.errors import (
    ImageTooLargeError,
    MissingExtraError,
    UnsupportedFormatError,
)
from engine.core.images import ImageUint
from engine.core.messages import say
from engine.imaging.codecs.decoder_errors import damaged
from engine.imaging.codecs.pnm import pnm_header, pnm_pixels
from engine.imaging.containers.jxl_header import jxl_size

_PLAIN_MODES: Final = {"1": "L", "L": "L", "P": "RGB", "RGB": "RGB", "RGBA": "RGBA"}
_MAX_JXL_PIXELS: Final = 200_000_000
# Above it, Pillow warns of a decompression bomb.
_MAX_PLAIN_PIXELS: Final = 89_478_485


@dataclass(frozen=True, slots=True, kw_only=True)
class WholePicture:
    """A picture that is decoded as a whole.

    Attributes:
        width_px: Columns.
        height_px: Rows.
        channels: 1 or 3, one more with alpha.
        bit_depth: 8 or 16.
        decode: Returns the pixels, ``(H, W, C)``.
        orientation: How the pixels must be turned, 1 to 8 as in EXIF.
        spread_bits: Number of upper bits in use, if 16-bit pixel values hold fewer bits.
        icc: Color profile.
        exif: EXIF block.
        xmp: XMP packet.
        pictures: Number of pictures in the file.
        dpi: Print resolution across and down.
        notes: What is left out.
    """

    width_px: int
    height_px: int
    channels: int
    bit_depth: int
    decode: Callable[[], ImageUint]
    orientation: int = 1
    spread_bits: int | None = None
    icc: bytes | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    pictures: int = 1
    dpi: tuple[float, float] | None = None
    notes: tuple[str, ...] = ()


def _open_with_pillow(path: Path, *, formats: tuple[str, ...]) -> WholePicture:
    """Open a format that Pillow reads; ``formats`` are its names in Pillow, the usual first."""
    with _pillow_image(path, formats) as image:
        (width_px, height_px), mode = image.size, _PLAIN_MODES.get(image.mode, "RGB")
        dpi = image.info.get("dpi")

    def decode() -> ImageUint:
        with _pillow_image(path, formats) as image:
            pixels = np.asarray(image.convert(mode))
        return pixels.reshape(height_px, width_px, -1).astype(np.uint8)

    return WholePicture(
        width_px=width_px,
        height_px=height_px,
        channels=len(mode),
        bit_depth=8,
        decode=decode,
        dpi=dpi if dpi and all(dpi) else None,
    )


def _pillow_image(path: Path, formats: tuple[str, ...]) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return Image.open(path, formats=formats)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise _too_large(path, formats[0], _MAX_PLAIN_PIXELS) from error


def _open_pnm(path: Path) -> WholePicture:
    with path.open("rb") as file:
        header = pnm_header(file)

    def decode() -> ImageUint:
        with path.open("rb") as file:
            return pnm_pixels(file, header)

    if header.width_px * header.height_px > _MAX_PLAIN_PIXELS:
        raise _too_large(path, "PPM", _MAX_PLAIN_PIXELS)
    return WholePicture(
        width_px=header.width_px,
        height_px=header.height_px,
        channels=header.channels,
        bit_depth=header.bit_depth,
        decode=decode,
    )


def _too_large(path: Path, what: str, max_pixels: int) -> ImageTooLargeError:
    return ImageTooLargeError(
        f"{path}: {what} is read up to {max_pixels} pixels; save it as PNG or TIFF"
    )


def _open_heic(path: Path) -> WholePicture:
    heif = _extra("pillow_heif", path, extra="heic", what="HEIC photos")
    file = heif.open_heif(path, convert_hdr_to_8bit=False)

    def decode() -> ImageUint:
        return np.asarray(file).reshape(file.size[1], file.size[0], -1)

    # Modes such as "RGB;16": the part after the semicolon only with more than 8 bits.
    mode, _, deep = str(file.mode).partition(";")
    return WholePicture(
        width_px=file.size[0],
        height_px=file.size[1],
        channels={"L": 1, "LA": 2, "RGB": 3}.get(mode, 4),
        bit_depth=16 if deep else 8,
        spread_bits=int(file.info["bit_depth"]) if deep else None,
        decode=decode,
        icc=file.info.get("icc_profile"),
        exif=file.info.get("exif"),
        xmp=file.info.get("xmp"),
        pictures=len(file),
    )


def _open_raw(path: Path) -> WholePicture:
    rawpy = _extra("rawpy", path, extra="raw", what="camera raw files")
    with rawpy.imread(str(path)) as raw:
        sizes = raw.sizes

    def decode() -> ImageUint:
        with rawpy.imread(str(path)) as opened:
            return np.asarray(
                opened.postprocess(
                    output_bps=16,
                    use_camera_wb=True,
                    # Exponent and slope near black of sRGB's curve.
                    gamma=(2.4, 12.92),
                    output_color=rawpy.ColorSpace.sRGB,
                )
            )

    # LibRaw turns the picture itself; bit 2 of its flip means sideways.
    width, height = sizes.width, sizes.height
    if sizes.flip & 4:
        width, height = height, width
    return WholePicture(
        width_px=width,
        height_px=height,
        channels=3,
        bit_depth=16,
        decode=decode,
        notes=(
            say(
                "raw-developed",
                "Developed from camera raw to sRGB; the file's metadata is not kept.",
            ),
        ),
    )


def _open_jxl(path: Path) -> WholePicture:
    codecs = _extra("imagecodecs", path, extra="jxl", what="JPEG XL pictures")
    content = path.read_bytes()
    size = jxl_size(content)
    if size is None:
        raise damaged(path, "no JPEG XL header")

    def decode() -> ImageUint:
        pixels = np.asarray(codecs.jpegxl_decode(content))
        if pixels.dtype not in {np.dtype(np.uint8), np.dtype(np.uint16)} or pixels.ndim > 3:
            raise UnsupportedFormatError(f"{path}: holds {pixels.dtype} samples; save it as PNG")
        return pixels.reshape(pixels.shape[0], pixels.shape[1], -1)

    # Only the size is known without decoding; the limit on it guards the decoding.
    if size[0] * size[1] > _MAX_JXL_PIXELS:
        raise _too_large(path, "JPEG XL", _MAX_JXL_PIXELS)
    pixels = decode()
    said = _jxl_info(path)
    return WholePicture(
        width_px=pixels.shape[1],
        height_px=pixels.shape[0],
        channels=pixels.shape[2],
        bit_depth=8 * pixels.itemsize,
        decode=lambda: pixels,
        icc=said.get("icc_profile"),
        exif=said.get("exif"),
        notes=() if said else ("The color profile of JPEG XL is not read; taken as sRGB.",),
    )


def _jxl_info(path: Path) -> dict[str, bytes]:
    """Return profile and EXIF of a JPEG XL, which imagecodecs does not give.

    The profile is that of the pixels as they are decoded, also where the file names a color
    space without one. The result is empty if the reader is not installed.
    """
    try:
        importlib.import_module("pillow_jxl")
    except ImportError:
        return {}
    with warnings.catch_warnings(action="ignore"), Image.open(path, formats=("JXL",)) as image:
        found = {name: image.info.get(name) for name in ("icc_profile", "exif")}
        return {name: value for name, value in found.items() if isinstance(value, bytes)}


def _extra(module: str, path: Path, *, extra: str, what: str) -> ModuleType:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingExtraError(
            say(
                "missing-extra",
                '{path}: {what} need an optional package; pip install "mfagan-studio[{extra}]"',
                path=path,
                what=what,
                extra=extra,
            )
        ) from error


WHOLE_DECODERS: Final[dict[str, Callable[[Path], WholePicture]]] = {
    "bmp": partial(_open_with_pillow, formats=("BMP", "DIB")),
    "ppm": _open_pnm,
    "heic": _open_heic,
    "jxl": _open_jxl,
    "raw": _open_raw,
}
