"""Reads the boxes of an AVIF or HEIC file, and what it holds besides its picture.

Formats: ISO/IEC 14496-12 (boxes); ISO/IEC 23008-12 (HEIF); ISO 21496-1 (gain maps);
Google, "Motion Photo format" (``mpvd``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import BinaryIO, Final

from engine.imaging.containers.iso_boxes import file_boxes

_MAX_META_BYTES = 4 * 2**20
_SEQUENCE_BRANDS = frozenset({b"avis", b"msf1", b"hevc", b"hevx"})
_GAIN_MAPS = (b"tmap", b"urn:com:apple:photo:2020:aux:hdrgainmap")
_CREDENTIALS = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
_QUARTER_TURNS = re.compile(rb"\0\0\0\x09irot([\x00-\x03])")
_MIRROR = re.compile(rb"\0\0\0\x09imir([\x00\x01])")
# Rows: quarter turns counterclockwise. Columns: not mirrored, top to bottom, left to right.
_ORIENTATIONS: Final = ((1, 4, 2), (8, 5, 7), (3, 2, 4), (6, 7, 5))
_DEPTH_MAPS = (b"urn:mpeg:hevc:2015:auxid:2", b"urn:mpeg:mpegB:cicp:systems:auxiliary:depth")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeifContents:
    """Contents of a file besides its picture.

    Attributes:
        is_sequence: Whether it is an animation.
        has_gain_map: Whether it holds a gain map.
        has_depth_map: Whether it holds a depth map.
        has_video: Whether a video follows the picture.
        has_credentials: Whether it holds content credentials.
        orientation: How decoders turn and mirror the stored pixels, 1 to 8 as in EXIF.
    """

    is_sequence: bool
    has_gain_map: bool
    has_depth_map: bool
    has_video: bool
    has_credentials: bool
    orientation: int


def heif_contents(file: BinaryIO) -> HeifContents:
    """Return the contents of a file besides its picture; invalid data end the search.

    Args:
        file: The file; its position changes.
    """
    brands, meta, names, users = b"", b"", set(), set()
    for name, start, size in file_boxes(file):
        names.add(name)
        file.seek(start)
        if name == b"ftyp":
            brands = file.read(min(size, 1024))
        elif name == b"meta":
            meta = file.read(min(size, _MAX_META_BYTES))
        elif name == b"uuid":
            users.add(file.read(16))
    found = {brands[at : at + 4] for at in (0, *range(8, len(brands), 4))}
    return HeifContents(
        is_sequence=b"moov" in names and bool(found & _SEQUENCE_BRANDS),
        has_gain_map=any(mark in meta for mark in _GAIN_MAPS) or b"tmap" in found,
        has_depth_map=any(mark in meta for mark in _DEPTH_MAPS),
        has_video=b"mpvd" in names,
        has_credentials=_CREDENTIALS in users,
        orientation=_orientation(meta),
    )


def _orientation(meta: bytes) -> int:
    # Searched as bytes: sizes are part of the patterns, so a chance match is unlikely.
    turns, mirror = _QUARTER_TURNS.search(meta), _MIRROR.search(meta)
    return _ORIENTATIONS[turns[1][0] if turns else 0][1 + mirror[1][0] if mirror else 0]
