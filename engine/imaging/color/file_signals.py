"""Collects everything that a file states about its colors, in any format."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import BinaryIO

from PIL import Image

from engine.imaging.color.bmp import bmp_signals
from engine.imaging.color.heif import heif_color
from engine.imaging.color.png import png_signals
from engine.imaging.color.signals import ColorSignals

_EXIF, _INTEROPERABILITY = 0x8769, 0xA005
_COLOR_SPACE, _INDEX = 0xA001, 1
# Adobe RGB has no number in the standard (1 is sRGB); some cameras write 2.
_ADOBE_RGB, _UNCALIBRATED = 2, 0xFFFF
_DCF_OPTION_FILE = "R03"


def file_signals(
    file: BinaryIO, file_format: str, *, icc: bytes | None, exif: bytes | None
) -> ColorSignals:
    """Return what a file states about its colors.

    Args:
        file: The file; its position is restored.
        file_format: Its format, named as in `PhotoInfo.format`.
        icc: The profile that its decoder found.
        exif: Its EXIF block, from the TIFF header on.
    """
    signals = ColorSignals()
    if file_format == "png":
        signals = png_signals(file)
    elif file_format == "bmp":
        signals = bmp_signals(file)
    elif file_format in {"avif", "heic"}:
        signals = ColorSignals(cicp=heif_color(file).cicp)
    icc = icc if icc is not None else signals.icc
    return replace(signals, icc=icc, is_adobe_rgb=exif is not None and is_adobe_rgb(exif))


def is_adobe_rgb(block: bytes) -> bool:
    """Return whether an EXIF block states that the pixel values are Adobe RGB.

    DCF 2.0, section 3.2.5: a "DCF option file" has the index R03 and an uncalibrated space.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exif = Image.Exif()
            exif.load(b"Exif\0\0" + block)
            space = exif.get_ifd(_EXIF).get(_COLOR_SPACE)
            index = exif.get_ifd(_INTEROPERABILITY).get(_INDEX)
    except Exception:  # noqa: BLE001 - a corrupt block states nothing
        return False
    if space == _ADOBE_RGB:
        return True
    is_option_file = str(index).strip("\0 ") == _DCF_OPTION_FILE
    return is_option_file and space in {None, _UNCALIBRATED}
