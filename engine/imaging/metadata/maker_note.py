"""What is known of maker notes: whether one can be read from any place.

A maker note is a block in the maker's own form. Most hold offsets that count from
the header of the block around them and numbers in its byte order: such a note
must stay where it was. Source: ExifTool, ``MakerNotes.pm`` (start, base and byte
order of each kind).
"""

from __future__ import annotations

_SELF_CONTAINED = (
    b"Apple iOS\0",
    b"FUJIFILM",
    b"GENERALE",
    b"HDRP\x02",
    b"HDRP\x03",
    b"Nikon\0\x02",
    b"OLYMPUS\0",
    b"OM SYSTEM\0",
    b"PENTAX \0",
    b"RICOH\0II",
    b"RICOH\0MM",
)


def is_self_contained(note: bytes) -> bool:
    """Return whether a note tells its own byte order and counts offsets from itself."""
    return note.startswith(_SELF_CONTAINED)
