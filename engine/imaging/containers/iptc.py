"""Unwraps IPTC records from Photoshop's resources, and wraps them again.

JPEG holds them as a Photoshop resource (Adobe Photoshop File Formats Specification, "Image
Resource Blocks"), TIFF without a wrapping.
"""

from __future__ import annotations

import struct

PHOTOSHOP_SIGNATURE = b"Photoshop 3.0\0"
"""Start of Photoshop's resources in a JPEG."""
_IPTC_RESOURCE = 0x0404
_RECORD_MARK = 0x1C


def bare_iptc(block: bytes | None) -> bytes | None:
    """Return the records of a bare or wrapped block, None if there are none.

    8BIM | id | name, padded to even | size | content, padded to even | 8BIM ...
      4    2    1 + length             4
    """
    if block is None or block[:1] == bytes([_RECORD_MARK]):
        return block
    at = len(PHOTOSHOP_SIGNATURE) if block.startswith(PHOTOSHOP_SIGNATURE) else 0
    while block[at : at + 4] == b"8BIM" and at + 7 < len(block):
        (resource,) = struct.unpack_from(">H", block, at + 4)
        name_bytes = block[at + 6] + 1
        at += 6 + name_bytes + name_bytes % 2
        size = int.from_bytes(block[at : at + 4], "big")
        if resource == _IPTC_RESOURCE:
            return block[at + 4 : at + 4 + size]
        at += 4 + size + size % 2
    return None


def iptc_resource(records: bytes) -> bytes:
    """Return bare records as a Photoshop resource."""
    head = b"8BIM" + struct.pack(">HH", _IPTC_RESOURCE, 0) + struct.pack(">I", len(records))
    return head + records + b"\0" * (len(records) % 2)
