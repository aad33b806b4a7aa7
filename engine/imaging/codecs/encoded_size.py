"""Estimates the size of a result's file and the time to write it, before the work begins.

The figures were measured on 15 photos of 0.03 to 0.17 megapixels (cameras, phones,
the web, BSD100), enlarged 1, 2, 4 and 8 times by the small networks and written by
`save_photo`. Photos differ: at quality 92 the files were half to twice as large as estimated
here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from engine.imaging.codecs.encode import EncodeOptions
from engine.imaging.formats import OutputFormat


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedSize:
    """Estimate of what writing a result takes.

    Attributes:
        about_bytes: Likely size of the file, within a factor of about two.
        least_bytes: Size that no encoder can go below, whatever the picture shows.
        save_s: Duration of writing it.
    """

    about_bytes: int
    least_bytes: int
    save_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measured:
    """Measured figures of photos in a format.

    Attributes:
        bits: Bits per pixel value of a picture that was not enlarged, by quality.
        exponent: Exponent of their decrease with the scale: a pixel of a picture four times as
            wide takes ``4 ** -exponent`` of them.
        vivid: Factor for the result of a vivid network.
        s_per_px: Seconds per pixel.
    """

    bits: dict[int, float]
    exponent: float
    vivid: float
    s_per_px: float


# AVIF was measured at scale 4 only. Lossless AVIF was not measured: the figures are PNG's.
_MEASURED: Final = {
    OutputFormat.JPEG: _Measured(
        bits={1: 0.1, 30: 0.34, 50: 0.45, 75: 0.65, 85: 0.86, 92: 1.2, 97: 1.9, 100: 3.1},
        exponent=0.65,
        vivid=1.6,
        s_per_px=0.01e-6,
    ),
    OutputFormat.PNG: _Measured(bits={1: 4.75}, exponent=0.48, vivid=1.55, s_per_px=0.045e-6),
    OutputFormat.TIFF: _Measured(bits={1: 5.0}, exponent=0.5, vivid=1.6, s_per_px=0.07e-6),
    OutputFormat.WEBP: _Measured(
        bits={1: 0.1, 50: 0.34, 75: 0.46, 92: 0.88, 100: 1.4},
        exponent=1.0,
        vivid=2.2,
        s_per_px=0.09e-6,
    ),
    OutputFormat.AVIF: _Measured(
        bits={1: 0.1, 50: 0.24, 75: 0.45, 92: 0.9, 100: 1.5},
        exponent=0.8,
        vivid=2.0,
        s_per_px=0.7e-6,
    ),
}
_LOSSLESS: Final = {
    OutputFormat.WEBP: _Measured(bits={1: 3.1}, exponent=0.47, vivid=1.5, s_per_px=0.5e-6),
    OutputFormat.AVIF: _Measured(bits={1: 4.75}, exponent=0.48, vivid=1.55, s_per_px=1.5e-6),
}
# The lower byte of 16-bit values hardly compresses: 11.6 bits instead of 2.5 at scale 4.
_LOWER_BITS: Final = 9.0
# 1.0 to 2.4 times the size without back-projection, on six photos.
_MATCHED: Final = 1.4
_HEADER_BYTES: Final = 4096
# A block of 8 x 8 equal values in JPEG's own tables: 6 bits of luma, 4 of each chroma.
_JPEG_LEAST_BITS: Final = {1: 6 / 64, 3: 14 / 192}
# No deflate stream is shorter (zlib's technical details, zlib.net/zlib_tech.html).
_DEFLATE_LEAST_SHARE: Final = 1 / 1032


def forecast_encoding(
    options: EncodeOptions,
    *,
    width_px: int,
    height_px: int,
    channels: int,
    bit_depth: int,
    has_alpha: bool = False,
    factor: float = 1.0,
    is_vivid: bool = False,
    is_matched: bool = False,
) -> EncodedSize:
    """Estimate what writing a result takes.

    Args:
        options: How it is written.
        width_px: Columns.
        height_px: Rows.
        channels: 1 or 3, alpha not counted.
        bit_depth: 8 or 16 bits per pixel value of the photo.
        has_alpha: Whether an alpha channel comes with it.
        factor: Width of the result over that of the photo; enlarged pictures are smooth and take
            fewer bits per pixel.
        is_vivid: Whether a vivid network added detail.
        is_matched: Whether back-projection restored detail that the network had smoothed.
    """
    output = options.format
    values = width_px * height_px * (channels + (has_alpha and output.has_alpha))
    held = 16 if output.max_bit_depth == 16 and (options.bit_depth or bit_depth) == 16 else 8
    if output is OutputFormat.TIFF and options.tiff_compression == "none":
        exact = values * held // 8
        seconds = width_px * height_px * _MEASURED[OutputFormat.JPEG].s_per_px
        return EncodedSize(about_bytes=_HEADER_BYTES + exact, least_bytes=exact, save_s=seconds)
    is_lossless = options.lossless and output in _LOSSLESS
    measured = _LOSSLESS[output] if is_lossless else _MEASURED[output]
    bits = _bits(measured, options.quality, factor)
    bits *= measured.vivid if is_vivid else 1
    bits *= _MATCHED if is_matched else 1
    bits = min(bits, 8.0) + (_LOWER_BITS if held == 16 else 0)
    return EncodedSize(
        about_bytes=_HEADER_BYTES + int(values * min(bits, held * 1.01) / 8),
        least_bytes=int(values * _least_bits(output, channels, held) / 8),
        save_s=width_px * height_px * measured.s_per_px,
    )


def _bits(measured: _Measured, quality: int, factor: float) -> float:
    known = sorted(measured.bits)
    bits = float(np.interp(quality, known, [measured.bits[q] for q in known]))
    return bits / float(max(factor, 0.5) ** measured.exponent)


def _least_bits(output: OutputFormat, channels: int, held: int) -> float:
    match output:
        case OutputFormat.JPEG:
            return _JPEG_LEAST_BITS[channels]
        case OutputFormat.PNG | OutputFormat.TIFF:
            return held * _DEFLATE_LEAST_SHARE
        case _:
            return 0.0
