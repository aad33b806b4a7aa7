"""Writes metadata into results, past libvips.

libvips writes the pixels and the profile. Its EXIF goes through libexif, which loses unknown tags
and adds a resolution and a color space where the photo states none. So the metadata of JPEG and
PNG are inserted in front of the pixels while the file is written, and those of TIFF, WebP and
AVIF are added to the finished file.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import BinaryIO, Final, TypeAlias, cast

from typing_extensions import Buffer

from engine.imaging.containers.avif_items import add_avif_metadata
from engine.imaging.containers.iptc import iptc_resource
from engine.imaging.containers.jpeg_segments import jpeg_segments
from engine.imaging.containers.png_chunks import png_chunks, with_png_chunks
from engine.imaging.containers.tiff_append import append_entries, layout_of
from engine.imaging.containers.tiff_directory import BYTE, LONG, RATIONAL, SHORT, Directory, Entry
from engine.imaging.containers.webp_chunks import add_webp_metadata
from engine.imaging.formats import OutputFormat
from engine.imaging.metadata import notes as metadata_notes
from engine.imaging.metadata.exif import RESOLUTION_UNIT, X_RESOLUTION, Y_RESOLUTION, Exif
from engine.imaging.metadata.exif_byte_order import IPTC
from engine.imaging.metadata.selection import ResultMetadata, photoshop_block
from engine.imaging.vips import pyvips, set_blob

_XMP_TAG = 0x02BC
_NO_UNIT: Final = 1
_START_OF_IMAGE_BYTES, _APP0 = 2, 0xFFE0

_Rewrite: TypeAlias = Callable[[bytes], bytes | None]
"""Returns the new start of a file for the old one, None if that is still too short."""


def with_profile(image: pyvips.Image, metadata: ResultMetadata) -> pyvips.Image:
    """Return ``image`` with the profile for libvips to write and no other metadata."""
    bare = image.copy()
    if metadata.icc:
        set_blob(bare, "icc-profile-data", metadata.icc)
    return bare


def metadata_stream(
    file: BinaryIO, output_format: OutputFormat, metadata: ResultMetadata
) -> BinaryIO:
    """Return the stream for an encoder, which inserts the metadata of JPEG and PNG on the way."""
    exif = metadata.exif.to_bytes() if metadata.exif is not None else None
    if output_format is OutputFormat.JPEG:
        segments = jpeg_segments(
            dpi=metadata.dpi,
            exif=exif,
            xmp=metadata.xmp,
            extended_xmp=metadata.extended_xmp,
            photoshop=photoshop_block(metadata.iptc) if metadata.iptc else None,
            comments=tuple(text.text.encode() for text in metadata.texts),
        )
        return cast("BinaryIO", _HeadRewriter(file, lambda head: _with_segments(head, segments)))
    if output_format is OutputFormat.PNG:
        chunks = png_chunks(
            dpi=metadata.dpi,
            exif=exif,
            xmp=metadata.xmp,
            iptc=iptc_resource(metadata.iptc) if metadata.iptc else None,
            texts=metadata.texts,
        )
        return cast("BinaryIO", _HeadRewriter(file, lambda head: with_png_chunks(head, chunks)))
    return file


def finish_metadata(
    file: BinaryIO, output_format: OutputFormat, metadata: ResultMetadata, size: tuple[int, int]
) -> tuple[str, ...]:
    """Add the metadata of the formats that `metadata_stream` does not insert.

    Returns:
        Notes on what could not be added.
    """
    if output_format is OutputFormat.TIFF:
        return _finish_tiff(file, metadata)
    exif = metadata.exif.to_bytes() if metadata.exif is not None else None
    if output_format is OutputFormat.WEBP:
        add_webp_metadata(file, size=size, exif=exif, xmp=metadata.xmp)
        return ()
    is_added = output_format is not OutputFormat.AVIF or add_avif_metadata(
        file, exif=exif, xmp=metadata.xmp
    )
    return () if is_added else (metadata_notes.UNKNOWN_AVIF,)


class _HeadRewriter:
    """Passes the written bytes to a file, with the start rewritten once it is complete."""

    def __init__(self, file: BinaryIO, rewrite: _Rewrite) -> None:
        self._file = file
        self._rewrite = rewrite
        self._head: bytes | None = b""

    def write(self, chunk: Buffer) -> int:
        """Write ``chunk``, once the start of the file is complete."""
        if self._head is None:
            return self._file.write(chunk)
        content = bytes(chunk)
        self._head += content
        rewritten = self._rewrite(self._head)
        if rewritten is not None:
            self._file.write(rewritten)
            self._head = None
        return len(content)


def _with_segments(head: bytes, segments: bytes) -> bytes | None:
    """Insert segments behind the start marker, replacing the encoder's own JFIF segment."""
    start = _START_OF_IMAGE_BYTES
    if len(head) < start + 4:
        return None
    marker, size = struct.unpack_from(">HH", head, start)
    end = start + 2 + size if marker == _APP0 else start
    return head[:start] + segments + head[end:] if len(head) >= end else None


def _finish_tiff(file: BinaryIO, metadata: ResultMetadata) -> tuple[str, ...]:
    layout = layout_of(file)
    exif, notes = (metadata.exif or Exif()).in_order_of(layout)
    entries: Directory = dict(exif.entries)
    if metadata.dpi is None:
        # TIFF requires these tags; without a unit they state no length.
        one = Entry(RATIONAL, 1, layout.pack("2I", 1, 1))
        entries[X_RESOLUTION] = entries[Y_RESOLUTION] = one
        entries[RESOLUTION_UNIT] = Entry(SHORT, 1, layout.pack("H", _NO_UNIT))
    else:
        resolution, _ = Exif.of_resolution(metadata.dpi).in_order_of(layout)
        entries.update(resolution.entries)
    if metadata.xmp:
        entries[_XMP_TAG] = Entry(BYTE, len(metadata.xmp), metadata.xmp)
    if metadata.iptc:
        # Readers expect LONGs, though the records are bytes.
        padded = metadata.iptc + b"\0" * (-len(metadata.iptc) % 4)
        entries[IPTC] = Entry(LONG, len(padded) // 4, padded)
    is_added = append_entries(file, layout, entries)
    return notes if is_added else (metadata_notes.HUGE_TIFF,)
