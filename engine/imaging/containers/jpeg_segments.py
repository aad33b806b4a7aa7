"""Reads and writes the segments of metadata in front of the pixels of a JPEG.

Formats: ITU-T T.81, annex B; JFIF 1.02; Exif 3.0, section 4.7; XMP specification, part 3,
section 1.1.3 (extended XMP); CIPA DC-007 (multi-picture format); ISO 21496-1 (gain maps);
C2PA specification, annex A (content credentials).
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from engine.imaging.containers.iptc import PHOTOSHOP_SIGNATURE
from engine.imaging.containers.jpeg_quality import LumaTable
from engine.imaging.containers.tiff_directory import DirectoryReader, Layout, NoDirectoryError
from engine.imaging.resolution import Dpi

_APP0, _APP1, _APP2, _APP11, _APP13, _COM = 0xE0, 0xE1, 0xE2, 0xEB, 0xED, 0xFE
_START_OF_SCAN = 0xDA
_APPLICATIONS = range(0xE0, 0xF0)
# Profiles are read by libvips; the others state how the pixels are stored, or hold a thumbnail.
_KNOWN_HEADS = (b"JFIF\0", b"JFXX\0", b"ICC_PROFILE\0", b"Adobe", b"Ducky", b"FPXR\0")
_JFIF = b"JFIF\0"
EXIF_HEAD: Final = b"Exif\0\0"
_XMP_HEAD = b"http://ns.adobe.com/xap/1.0/\0"
_EXTENSION_HEAD = b"http://ns.adobe.com/xmp/extension/\0"
_MPF_HEAD = b"MPF\0"
_GAIN_MAP_HEAD = b"urn:iso:std:iso:ts:21496:-1\0"
MAX_SEGMENT_BYTES: Final = 65_533
MAX_XMP_BYTES: Final = MAX_SEGMENT_BYTES - len(_XMP_HEAD)
_EXTENSION_BYTES = 65_000
_MAX_HEADER_BYTES, _MAX_SEGMENTS = 256 * 2**20, 20_000
_MPF_ENTRIES = 0xB002
# Types of pictures in a multi-picture file that are smaller copies of the first.
_LARGE_THUMBNAILS = frozenset({0x010001, 0x010002})
_START = b"\xff\xd8\xff"
_TAIL_BYTES = 2**20
_VIDEO = re.compile(rb"ftyp(?:isom|iso\d|mp4\d|avc1|qt  |M4V |3gp\d|hev1|hvc1|MSNV|XAVC)")


@dataclass(slots=True)
class JpegHead:
    """Metadata in the segments of a JPEG.

    Attributes:
        exif: EXIF block from its TIFF header on.
        xmp: XMP packet.
        extensions: Parts of extended XMP by digest, then by offset.
        extension_bytes: Length of each extended XMP by digest.
        photoshop: Photoshop's resources, from their signature on.
        comments: The comments.
        density: Unit (0 none, 1 inch, 2 centimeter) and pixels per unit, across and down.
        pictures: Number of pictures without smaller copies; 1 if it announces no others.
        has_gain_map: Whether it announces a gain map.
        has_credentials: Whether it holds content credentials.
        others: Names of other segments.
        luma_table: Its quantization table, which says with what quality it was compressed.
    """

    exif: bytes | None = None
    xmp: bytes | None = None
    extensions: dict[bytes, dict[int, bytes]] = field(default_factory=dict)
    extension_bytes: dict[bytes, int] = field(default_factory=dict)
    photoshop: bytes | None = None
    comments: list[bytes] = field(default_factory=list)
    density: tuple[int, int, int] | None = None
    pictures: int = 1
    has_gain_map: bool = False
    has_credentials: bool = False
    others: list[str] = field(default_factory=list)
    luma_table: LumaTable = field(default_factory=LumaTable)

    def extended_xmp(self, digest: bytes) -> bytes | None:
        """Return the extended XMP of that digest, None if a part of it is missing."""
        whole = bytearray()
        for at, part in sorted(self.extensions.get(digest, {}).items()):
            if at != len(whole):
                return None
            whole += part
        return bytes(whole) if whole and len(whole) == self.extension_bytes[digest] else None

    def _take(self, marker: int, content: bytes) -> None:
        self.luma_table.take(marker, content)
        if marker == _APP0 and content.startswith(_JFIF) and len(content) >= 12:
            self.density = self.density or struct.unpack_from(">BHH", content, 7)
        elif marker == _APP1 and content.startswith(EXIF_HEAD):
            self.exif = self.exif or content.removeprefix(EXIF_HEAD)
        elif marker == _APP1 and content.startswith(_XMP_HEAD):
            self.xmp = self.xmp or content.removeprefix(_XMP_HEAD)
        elif marker == _APP1 and content.startswith(_EXTENSION_HEAD):
            self._take_extension(content.removeprefix(_EXTENSION_HEAD))
        elif marker == _APP2 and content.startswith(_MPF_HEAD):
            self.pictures = _pictures(content.removeprefix(_MPF_HEAD))
        elif marker == _APP2 and content.startswith(_GAIN_MAP_HEAD):
            self.has_gain_map = True
        elif marker == _APP11 and b"c2pa" in content:
            self.has_credentials = True
        elif marker == _APP13 and content.startswith(PHOTOSHOP_SIGNATURE):
            # Resources beyond 64 KB continue in further segments.
            more = content.removeprefix(PHOTOSHOP_SIGNATURE)
            self.photoshop = (self.photoshop or PHOTOSHOP_SIGNATURE) + more
        elif marker == _COM:
            self.comments.append(content)
        elif marker in _APPLICATIONS and not content.startswith(_KNOWN_HEADS):
            self._take_other(marker, content)

    def _take_other(self, marker: int, content: bytes) -> None:
        words = re.match(rb"[\w .:/-]{3,30}", content)
        name = words[0].decode().strip() if words else f"APP{marker - _APP0}"
        if name not in self.others:
            self.others.append(name)

    def _take_extension(self, content: bytes) -> None:
        if len(content) < 40:
            return
        # digest | total size | offset of this part | part
        #   32       4            4
        digest = content[:32]
        total, at = struct.unpack_from(">II", content, 32)
        self.extension_bytes[digest] = total
        self.extensions.setdefault(digest, {})[at] = content[40:]


def read_jpeg_head(file: BinaryIO) -> JpegHead:
    """Return the metadata in front of the pixels, up to invalid data.

    Args:
        file: The file; its position changes.
    """
    found = JpegHead()
    for marker, content in _segments(file):
        found._take(marker, content)  # noqa: SLF001 - it builds itself here
    return found


def _segments(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    # FF D8 | FF marker | size | content | FF marker | size | content | ... | FF DA pixels
    #                       2    size - 2: the size counts itself
    file.seek(2)
    taken_bytes = 0
    for _ in range(_MAX_SEGMENTS):
        head = file.read(2)
        while head == b"\xff\xff":
            # Any number of fill bytes FF may precede a marker.
            head = head[1:] + file.read(1)
        size = int.from_bytes(file.read(2), "big")
        if len(head) < 2 or head[0] != 0xFF or head[1] == _START_OF_SCAN or size < 2:
            return
        content = file.read(size - 2)
        taken_bytes += size
        if len(content) < size - 2 or taken_bytes > _MAX_HEADER_BYTES:
            return
        yield head[1], content


def _pictures(block: bytes) -> int:
    layout = Layout.of_header(block)
    if layout is None:
        return 1
    reader = DirectoryReader(
        lambda at, size: block[at : at + size], layout, frozenset({_MPF_ENTRIES})
    )
    try:
        entries = reader.page().get(_MPF_ENTRIES)
    except NoDirectoryError:
        return 1
    if entries is None:
        return 1
    # Entries of 16 bytes: attributes with the type in the lower 24 bits, size, offset, two more.
    kinds = [
        layout.unpack("I", entries.value[at : at + 4])[0] & 0xFFFFFF
        for at in range(0, len(entries.value) - 15, 16)
    ]
    return max(sum(kind not in _LARGE_THUMBNAILS for kind in kinds), 1)


def what_follows(file: BinaryIO, end_at: int) -> str | None:
    """Return what follows the picture unannounced: ``video``, ``picture`` or None.

    Args:
        file: The file; its position changes.
        end_at: Offset of its end marker.
    """
    file.seek(end_at + 2)
    tail = file.read(_TAIL_BYTES)
    if tail.lstrip(b"\0").startswith(_START):
        return "picture"
    return "video" if _VIDEO.search(tail) else None


def jpeg_segments(
    *,
    dpi: Dpi | None,
    exif: bytes | None,
    xmp: bytes | None,
    extended_xmp: bytes | None,
    photoshop: bytes | None,
    comments: tuple[bytes, ...],
) -> bytes:
    """Return the segments to follow a JPEG's start marker.

    Args:
        dpi: Print resolution; left out if it does not fit (`holds_resolution`).
        exif: EXIF block from its TIFF header on.
        xmp: XMP packet; with ``extended_xmp`` it holds the digest that `extension_digest` gives.
        extended_xmp: The XMP that does not fit the packet.
        photoshop: Photoshop's resources, from their signature on.
        comments: Comments.
    """
    # JFIF requires a density; without a unit it is only the aspect ratio of the pixels.
    density = struct.pack(">BHH", 0, 1, 1)
    if dpi is not None and holds_resolution(dpi):
        density = struct.pack(">BHH", 1, *(round(value) for value in dpi))
    parts = [_segment(_APP0, _JFIF + b"\x01\x01" + density + b"\0\0")]
    if exif:
        parts.append(_segment(_APP1, EXIF_HEAD + exif))
    if xmp:
        parts.append(_segment(_APP1, _XMP_HEAD + xmp))
    if extended_xmp:
        head = _EXTENSION_HEAD + extension_digest(extended_xmp)
        for at in range(0, len(extended_xmp), _EXTENSION_BYTES):
            place = struct.pack(">II", len(extended_xmp), at)
            parts.append(_segment(_APP1, head + place + extended_xmp[at : at + _EXTENSION_BYTES]))
    if photoshop:
        parts.append(_segment(_APP13, photoshop))
    parts += [_segment(_COM, comment) for comment in comments]
    return b"".join(parts)


def holds_resolution(dpi: Dpi) -> bool:
    """Return whether JFIF's integer density states ``dpi`` to a thousandth."""
    return all(
        1 <= round(value) < 2**16 and abs(round(value) - value) <= value / 1000 for value in dpi
    )


def extension_digest(extended_xmp: bytes) -> bytes:
    """Return the digest by which a packet refers to its extended XMP: MD5, upper case."""
    return hashlib.md5(extended_xmp, usedforsecurity=False).hexdigest().upper().encode()


def _segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content
