"""Maker notes: whether one can be moved.

A maker note is a block in the camera maker's own format. Most hold offsets that count from the
header of the surrounding EXIF block, and numbers in its byte order: such a note must keep its
place. Source: ExifTool, ``MakerNotes.pm`` (start, base and byte
order of each kind).
"""

from __future__ import annotations

# Starts of notes with a header of their own, from which their offsets count.
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
    """Return whether a note states its byte order itself and counts offsets from its own start."""
    return note.startswith(_SELF_CONTAINED)
