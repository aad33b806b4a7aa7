"""Every sentence that informs users which metadata are left out, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from engine.core.messages import say

_MOST_NAMES = 5

BROKEN_EXIF: Final = say("broken-exif", "The EXIF block is broken and is dropped.")
BROKEN_XMP: Final = say("broken-xmp", "The XMP packet is broken and is dropped.")
INCOMPLETE_XMP: Final = say(
    "incomplete-xmp", "A part of the XMP is missing in the file: the rest is kept."
)
GAIN_MAP: Final = say(
    "gain-map",
    "The gain map for HDR screens is left out: the result is for standard screens.",
)
DEPTH_MAP: Final = say("depth-map", "The depth map is left out.")
VIDEO: Final = say("video", "The video of this motion photo is left out.")
ANOTHER_PICTURE: Final = say("another-picture", "Only the first picture of the file is used.")
BOUND_MAKER_NOTE: Final = say(
    "bound-maker-note",
    "The maker note is valid only at its original place in the file: it is left out.",
)
HUGE_TIFF: Final = say(
    "huge-tiff", "The metadata do not fit a TIFF of this size: they are left out."
)
UNKNOWN_AVIF: Final = say(
    "unknown-avif", "EXIF and XMP could not be added to this AVIF: they are left out."
)
CREDENTIALS: Final = say(
    "credentials", "Content credentials (C2PA) are left out: they are valid for the original only."
)
PACKED_METADATA: Final = say(
    "packed-metadata", "Metadata that are packed with Brotli cannot be read: they are left out."
)
GEOGRAPHY: Final = say("geography", "The geographic reference of the pixels is left out.")
LAYERS: Final = say("layers", "Photoshop's layers are left out.")
LONG_COMMENT: Final = say("long-comment", "A comment is longer than JPEG can hold: it is left out.")
LONG_MAKER_NOTE: Final = say(
    "long-maker-note",
    "With its maker note, EXIF is longer than JPEG can hold: the note is left out.",
)
UNREAD_TEXT: Final = say("unread-text", "A text in the file is damaged and is left out.")
DERIVED_TEXT: Final = say("derived-text", "Texts that repeat the sizes of the photo are left out.")


def damaged_entries(count: int) -> str:
    """Return the note on EXIF entries that cannot be read."""
    if count == 1:
        return say("damaged-entry", "A damaged entry of the EXIF block is left out.")
    return say(
        "damaged-entries", "{count} damaged entries of the EXIF block are left out.", count=count
    )


def only_first(count: int) -> str:
    """Return the note on a file with several pictures."""
    return say("only-first", "Only the first of {count} pages or frames is used.", count=count)


def impossible_resolution(dpi: float) -> str:
    """Return the note on an implausible print resolution."""
    return say(
        "impossible-dpi",
        "A print resolution of {dpi} dpi is impossible: it is left out.",
        dpi=f"{dpi:g}",
    )


def pixel_aspect(across: int, down: int) -> str:
    """Return the note on pixels that are not square."""
    return say(
        "pixel-aspect",
        "The file says that its pixels are {across}:{down}: they are taken as square.",
        across=across,
        down=down,
    )


def layout_description(program: str) -> str:
    """Return the note on a caption that describes the layout of the source file."""
    return say(
        "layout-description",
        "The description of the file's layout by {program} is left out.",
        program=program,
    )


def bound_to_order(name: str) -> str:
    """Return the note on an EXIF entry that cannot be converted to another byte order."""
    return say(
        "bound-to-order",
        "{name} of EXIF cannot be brought into the byte order of the result: it is left out.",
        name=name,
    )


def too_long(block: str, format_name: str) -> str:
    """Return the note on a block that is too long for a format."""
    return say(
        "too-long",
        "{block} is longer than {format} can hold: it is dropped.",
        block=block,
        format=format_name,
    )


def no_place(block: str, format_name: str) -> str:
    """Return the note on a block for which a format has no place."""
    return say(
        "no-place",
        "{format} holds no {block} block: it is dropped.",
        format=format_name,
        block=block,
    )


def no_texts(keywords: Sequence[str], format_name: str) -> str:
    """Return the note on texts for which a format has no place."""
    return say(
        "no-texts",
        "{format} holds no texts such as {keywords}: they are left out.",
        format=format_name,
        keywords=_listed(keywords),
    )


def other_segments(names: Sequence[str]) -> str:
    """Return the note on segments of a JPEG that a result does not get."""
    return say(
        "other-segments",
        "Data of other kinds in the JPEG are left out ({names}).",
        names=_listed(names),
    )


def _listed(names: Sequence[str]) -> str:
    """Return the first of some names from a file, safe to be shown."""
    # A file could put control characters into its names, or thousands of names.
    shown = ["".join(letter for letter in name if letter.isprintable()) for name in names]
    more = ["\u2026"] if len(shown) > _MOST_NAMES else []
    return ", ".join([*shown[:_MOST_NAMES], *more])
