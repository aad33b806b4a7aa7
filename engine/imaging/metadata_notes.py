"""Every sentence that tells a user what of a photo's metadata is left out, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

BROKEN_EXIF: Final = "The EXIF block is broken and is dropped."
BROKEN_XMP: Final = "The XMP packet is broken and is dropped."
INCOMPLETE_XMP: Final = "A part of the XMP is missing in the file: the rest is kept."
GAIN_MAP: Final = "The gain map for HDR screens is left out: the picture is that of usual screens."
DEPTH_MAP: Final = "The depth map is left out."
VIDEO: Final = "The video of this motion photo is left out."
ANOTHER_PICTURE: Final = "Only the first picture of the file is used."
BOUND_MAKER_NOTE: Final = "The maker note cannot be read from another place: it is left out."
HUGE_TIFF: Final = "The metadata do not fit a TIFF of this size: they are left out."
UNKNOWN_AVIF: Final = "EXIF and XMP could not be added to this AVIF: they are left out."
CREDENTIALS: Final = "Content credentials (C2PA) are left out: they hold for the original only."
PACKED_METADATA: Final = "Metadata that are packed with Brotli cannot be read: they are left out."
UNREAD_TEXT: Final = "A text in the file is damaged and is left out."
DERIVED_TEXT: Final = "Texts that repeat the sizes of the photo are left out."


def damaged_entries(count: int) -> str:
    """Say that entries of EXIF cannot be read."""
    if count == 1:
        return "A damaged entry of the EXIF block is left out."
    return f"{count} damaged entries of the EXIF block are left out."


def left_out(what: str) -> str:
    """Say that something is not read."""
    return f"{what} left out."


def only_first(count: int) -> str:
    """Say that a file holds several pictures."""
    return f"Only the first of {count} pages or frames is used."


def impossible_resolution(dpi: float) -> str:
    """Say that a print resolution cannot be meant."""
    return f"A print resolution of {dpi:g} dpi is impossible: it is left out."


def pixel_aspect(across: int, down: int) -> str:
    """Say that pixels are meant to be no squares."""
    return f"The file says that its pixels are {across}:{down}: they are taken as square."


def layout_description(program: str) -> str:
    """Say that a caption describes a file that is no more."""
    return f"The description of the file's layout by {program} is left out."


def bound_to_order(name: str) -> str:
    """Say that an entry of EXIF cannot be brought into another byte order."""
    return f"{name} of EXIF cannot be brought into the byte order of the result: it is left out."


def too_long(block: str, format_name: str) -> str:
    """Say that a block does not fit a format."""
    return f"{block} is longer than {format_name} can hold: it is dropped."


def no_place(block: str, format_name: str) -> str:
    """Say that a format has no place for a block."""
    return f"{format_name} holds no {block} block: it is dropped."


def no_texts(keywords: Sequence[str], format_name: str) -> str:
    """Say that a format has no place for texts."""
    return f"{format_name} holds no texts such as {', '.join(keywords)}: they are left out."
