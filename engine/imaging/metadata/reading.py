"""Reads the metadata of a photo's file in any format.

The boxes of JPEG XL: ISO/IEC 18181-2, annex A.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from engine.imaging.containers.gif_blocks import read_gif_head
from engine.imaging.containers.heif_boxes import heif_contents
from engine.imaging.containers.iptc import bare_iptc
from engine.imaging.containers.iso_boxes import file_boxes
from engine.imaging.containers.jpeg_segments import (
    EXIF_HEAD,
    JpegHead,
    read_jpeg_head,
    what_follows,
)
from engine.imaging.containers.png_chunks import PngHead, read_png_head
from engine.imaging.containers.webp_chunks import has_credentials
from engine.imaging.metadata import notes
from engine.imaging.metadata.exif import Exif
from engine.imaging.metadata.xmp import XmpPacket
from engine.imaging.metadata.xmp_correction import (
    GAIN_MAP,
    PICTURE,
    VIDEO,
    announced_parts,
    stated_dpi,
)
from engine.imaging.photo_text import COMMENT, PhotoText
from engine.imaging.resolution import Dpi, is_possible

_METERS_PER_INCH: Final = 0.0254
_INCH, _CENTIMETER = 1, 2
_MAX_BOX_BYTES = 64 * 2**20
_JXL_BOXES = frozenset({b"Exif", b"xml ", b"brob", b"jumb"})
_TIFF_CREDENTIALS = 0xCD41
# Entries of TIFF that would be wrong for other pixels, or that only one program reads.
_UNREAD_TAGS: Final = {
    notes.GEOGRAPHY: frozenset({0x830E, 0x8482, 0x85D8, 0x87AF}),
    notes.LAYERS: frozenset({0x935C}),
}
# Copies of EXIF and facts of the file that ImageMagick and thumbnailers write as texts.
_DERIVED_TEXTS = ("exif:", "tiff:", "png:", "jpeg:", "icc:", "photoshop:", "Thumb::")


@dataclass(slots=True)
class FileMetadata:
    """Metadata of a file.

    Attributes:
        exif: EXIF block from its TIFF header on.
        xmp: XMP packet, extended XMP joined to it.
        iptc: IPTC records without any wrapping.
        texts: Comments and other texts.
        dpi: Print resolution across and down, before the picture is turned.
        orientation: How the pixels must be turned, 1 to 8 as in EXIF, or were turned by the
            decoder; None if neither boxes nor EXIF state it.
        parts: Parts besides the picture that are not used.
        pictures: Number of pictures, pages or frames.
        jpeg_quality: Quality of a JPEG, 1 to 100, by its quantization table.
        notes: What was left out while reading.
    """

    exif: bytes | None = None
    xmp: bytes | None = None
    iptc: bytes | None = None
    texts: tuple[PhotoText, ...] = ()
    dpi: Dpi | None = None
    orientation: int | None = None
    parts: set[str] = field(default_factory=set)
    pictures: int = 1
    jpeg_quality: int | None = None
    notes: list[str] = field(default_factory=list)


def read_file_metadata(
    file: BinaryIO,
    file_format: str,
    *,
    page: int = 0,
    end_at: int | None = None,
    exif: bytes | None = None,
    xmp: bytes | None = None,
    pictures: int = 1,
    dpi: Dpi | None = None,
) -> FileMetadata:
    """Return the metadata of a file.

    Args:
        file: The file; its position is restored.
        file_format: Its format, named as in `PhotoInfo.format`.
        page: Page of the photo in a TIFF, counted from 0.
        end_at: Offset of the end marker of a JPEG, if known.
        exif: EXIF block that the decoder found.
        xmp: XMP packet that the decoder found.
        pictures: Number of pictures, pages or frames that the decoder found.
        dpi: Print resolution that the decoder found.
    """
    place = file.tell()
    found = FileMetadata(exif=exif, xmp=xmp, pictures=pictures, dpi=dpi)
    reader = _READERS.get(file_format)
    if reader is not None:
        reader(file, found)
    elif file_format == "jpeg":
        _read_jpeg(file, found, end_at)
    elif file_format == "tiff":
        _read_tiff(file, found, page)
    file.seek(place)
    _complete(found)
    return found


def _complete(found: FileMetadata) -> None:
    """Derive resolution, orientation and notes from the blocks that were found."""
    found.exif = found.exif.removeprefix(EXIF_HEAD) if found.exif else None
    exif = Exif.parse(found.exif) if found.exif else None
    if exif is not None:
        found.orientation = found.orientation or exif.stated_orientation
        found.dpi = found.dpi or exif.dpi
        if exif.damaged:
            found.notes.append(notes.damaged_entries(exif.damaged))
    packet = XmpPacket.parse(found.xmp) if found.xmp else None
    if packet is not None:
        found.parts |= announced_parts(packet)
        found.dpi = found.dpi or stated_dpi(packet)
    if found.dpi is not None and not is_possible(found.dpi):
        found.notes.append(notes.impossible_resolution(max(found.dpi)))
        found.dpi = None
    derived = tuple(text for text in found.texts if text.keyword.startswith(_DERIVED_TEXTS))
    if derived:
        found.texts = tuple(text for text in found.texts if text not in derived)
        found.notes.append(notes.DERIVED_TEXT)
    found.notes[:0] = _part_notes(found)


def _part_notes(found: FileMetadata) -> list[str]:
    said = []
    # The gain map is one of the pictures, and has a note of its own.
    pictures = found.pictures - (GAIN_MAP in found.parts and found.pictures > 1)
    if pictures > 1:
        said.append(notes.only_first(pictures))
    elif PICTURE in found.parts and GAIN_MAP not in found.parts:
        said.append(notes.ANOTHER_PICTURE)
    said += [text for part, text in _PART_NOTES.items() if part in found.parts]
    return said


_DEPTH_MAP, _CREDENTIALS = "depth map", "content credentials"
_PART_NOTES: Final = {
    GAIN_MAP: notes.GAIN_MAP,
    VIDEO: notes.VIDEO,
    _DEPTH_MAP: notes.DEPTH_MAP,
    _CREDENTIALS: notes.CREDENTIALS,
}


def _read_jpeg(file: BinaryIO, found: FileMetadata, end_at: int | None) -> None:
    head = read_jpeg_head(file)
    found.exif, found.iptc = head.exif, bare_iptc(head.photoshop)
    found.xmp = head.xmp
    _join_extended_xmp(head, found)
    found.texts = tuple(PhotoText(COMMENT, _comment(content)) for content in head.comments)
    found.pictures = head.pictures
    found.jpeg_quality = head.luma_table.quality
    if head.others:
        found.notes.append(notes.other_segments(head.others))
    if head.has_gain_map:
        found.parts.add(GAIN_MAP)
    if head.has_credentials:
        found.parts.add(_CREDENTIALS)
    follows = what_follows(file, end_at) if end_at is not None else None
    if follows is not None and head.pictures == 1:
        found.parts.add({"video": VIDEO, "picture": PICTURE}[follows])
    stated = Exif.parse(head.exif) if head.exif else None
    # Cameras and editors write EXIF; JFIF's density is often left over from an encoder.
    if (stated is None or stated.dpi is None) and head.density is not None:
        _take_density(head.density, found)


def _take_density(density: tuple[int, int, int], found: FileMetadata) -> None:
    unit, x, y = density
    if unit in {_INCH, _CENTIMETER} and x and y:
        per_inch = 2.54 if unit == _CENTIMETER else 1.0
        found.dpi = x * per_inch, y * per_inch
    elif x != y and x and y:
        found.notes.append(notes.pixel_aspect(y, x))


def _join_extended_xmp(head: JpegHead, found: FileMetadata) -> None:
    packet = XmpPacket.parse(head.xmp) if head.xmp else None
    digest = packet.extension if packet is not None else None
    if packet is None or digest is None:
        return
    content = head.extended_xmp(digest)
    extended = XmpPacket.parse(content) if content is not None else None
    if extended is None:
        found.notes.append(notes.INCOMPLETE_XMP)
    else:
        packet.join(extended)
    packet.drop_extension()
    found.xmp = packet.to_bytes()


def _comment(content: bytes) -> str:
    content = content.rstrip(b"\0")
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _read_png(file: BinaryIO, found: FileMetadata) -> None:
    head = read_png_head(file)
    # Before PNG had chunks for them, ImageMagick stored the blocks as texts; many files have both.
    found.exif = head.exif or _profile(head, "exif", "app1")
    found.xmp = head.xmp or _profile(head, "xmp")
    found.iptc = bare_iptc(_profile(head, "iptc", "8bim"))
    found.texts = tuple(head.texts)
    found.pictures = head.frames
    found.notes += [notes.UNREAD_TEXT] * (head.unread > 0)
    if head.has_credentials:
        found.parts.add(_CREDENTIALS)
    if head.density is not None:
        x, y, unit = head.density
        if unit == 1 and x and y:
            found.dpi = x * _METERS_PER_INCH, y * _METERS_PER_INCH
        elif x != y and x and y:
            found.notes.append(notes.pixel_aspect(y, x))


def _profile(head: PngHead, *names: str) -> bytes | None:
    return next((head.raw_profiles[name] for name in names if name in head.raw_profiles), None)


def _read_tiff(file: BinaryIO, found: FileMetadata, page: int) -> None:
    exif = Exif.of_tiff(file, page)
    if exif is None:
        found.notes.append(notes.BROKEN_EXIF)
        return
    found.dpi = exif.dpi
    found.iptc = bare_iptc(exif.iptc) or bare_iptc(exif.photoshop)
    block = exif.without_tiff_parts()
    if block.is_note_far:
        block = block.without_maker_note()
        found.notes.append(notes.BOUND_MAKER_NOTE)
    if block.damaged:
        found.notes.append(notes.damaged_entries(block.damaged))
    if _TIFF_CREDENTIALS in exif.unread:
        found.parts.add(_CREDENTIALS)
    found.notes += [note for note, tags in _UNREAD_TAGS.items() if tags & exif.unread]
    found.exif = None if block.is_empty else block.to_bytes()


def _read_gif(file: BinaryIO, found: FileMetadata) -> None:
    head = read_gif_head(file)
    found.texts = tuple(PhotoText(COMMENT, _comment(content)) for content in head.comments)
    found.xmp = head.xmp


def _read_webp(file: BinaryIO, found: FileMetadata) -> None:
    if has_credentials(file):
        found.parts.add(_CREDENTIALS)


def _read_heif(file: BinaryIO, found: FileMetadata) -> None:
    contents = heif_contents(file)
    # The decoder obeys the boxes; the orientation in EXIF is a copy of them, or out of date.
    found.orientation = contents.orientation
    found.parts |= {
        part
        for part, is_there in {
            GAIN_MAP: contents.has_gain_map,
            _DEPTH_MAP: contents.has_depth_map,
            VIDEO: contents.has_video,
            PICTURE: contents.is_sequence,
            _CREDENTIALS: contents.has_credentials,
        }.items()
        if is_there
    }


def _read_jxl(file: BinaryIO, found: FileMetadata) -> None:
    for kind, start, size in file_boxes(file):
        if kind not in _JXL_BOXES:
            continue
        file.seek(start)
        name, content = kind, file.read(min(size, _MAX_BOX_BYTES))
        if kind == b"brob":
            # A box packed with Brotli: its real name, then the packed content.
            name, content = content[:4], _unpacked(content[4:], found)
        if name == b"Exif" and len(content) > 4:
            # The first four bytes are the offset of the block behind them.
            found.exif = content[4 + int.from_bytes(content[:4], "big") :]
        elif name == b"xml " and content:
            found.xmp = content
        elif name == b"jumb":
            found.parts.add(_CREDENTIALS)


def _unpacked(content: bytes, found: FileMetadata) -> bytes:
    try:
        codecs = importlib.import_module("imagecodecs")
        return bytes(codecs.brotli_decode(content, out=_MAX_BOX_BYTES))
    except (ImportError, RuntimeError):
        found.notes.append(notes.PACKED_METADATA)
        return b""


_READERS: Final[dict[str, Callable[[BinaryIO, FileMetadata], None]]] = {
    "png": _read_png,
    "gif": _read_gif,
    "webp": _read_webp,
    "avif": _read_heif,
    "heic": _read_heif,
    "jxl": _read_jxl,
}
