"""Selects and corrects the metadata that a result of a given format gets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from engine.imaging.containers.iptc import PHOTOSHOP_SIGNATURE, iptc_resource
from engine.imaging.containers.jpeg_segments import EXIF_HEAD, MAX_SEGMENT_BYTES, holds_resolution
from engine.imaging.formats import OutputFormat
from engine.imaging.metadata import notes as metadata_notes
from engine.imaging.metadata.exif import Exif
from engine.imaging.metadata.pixel_mapping import PixelMapping
from engine.imaging.metadata.xmp import XmpPacket
from engine.imaging.metadata.xmp_correction import correct_colors, correct_xmp
from engine.imaging.orientation import upright_size
from engine.imaging.photo import PhotoInfo
from engine.imaging.photo_text import COMMENT, PhotoText
from engine.imaging.resolution import Dpi

_MIME_TYPES: Final = {
    OutputFormat.JPEG: "image/jpeg",
    OutputFormat.PNG: "image/png",
    OutputFormat.TIFF: "image/tiff",
    OutputFormat.WEBP: "image/webp",
    OutputFormat.AVIF: "image/avif",
}
# Formats that can state a resolution in EXIF only.
_RESOLUTION_IN_EXIF = frozenset({OutputFormat.WEBP, OutputFormat.AVIF})


@dataclass(slots=True)
class ResultMetadata:
    """Metadata of one result.

    Attributes:
        icc: Color profile.
        dpi: Print resolution across and down.
        exif: EXIF.
        xmp: XMP packet.
        extended_xmp: The XMP that does not fit the packet of a JPEG.
        iptc: Bare IPTC records.
        texts: Comments and other texts.
        notes: What is left out.
    """

    icc: bytes | None = None
    dpi: Dpi | None = None
    exif: Exif | None = None
    xmp: bytes | None = None
    extended_xmp: bytes | None = None
    iptc: bytes | None = None
    texts: tuple[PhotoText, ...] = ()
    notes: list[str] = field(default_factory=list)


def select_metadata(
    info: PhotoInfo,
    output_format: OutputFormat,
    *,
    size: tuple[int, int],
    wanted_dpi: float | None,
    keep: bool,
) -> ResultMetadata:
    """Select and correct the metadata of a result.

    Args:
        info: Facts of the photo's file.
        output_format: Format of the result.
        size: Width and height of the result.
        wanted_dpi: Print resolution the user asked for; None keeps the photo's.
        keep: Whether to keep metadata. If not, the resolution is still written where the format
            has its own field for it, or the user asked for it.
    """
    dpi = (wanted_dpi, wanted_dpi) if wanted_dpi else info.dpi
    saved = ResultMetadata(icc=info.icc, dpi=dpi)
    if keep:
        # `upright_size` is its own inverse: applied to the upright sides, it gives the stored ones.
        mapping = PixelMapping(
            stored_size=upright_size(info.width_px, info.height_px, info.orientation or 1),
            orientation=info.orientation or 1,
            size=size,
        )
        _choose_exif(info, saved, mapping)
        _choose_xmp(info, saved, mapping, output_format)
        saved.iptc = info.iptc
        saved.texts = info.texts
        _fit(saved, output_format)
    if dpi is not None and saved.exif is None and (keep or wanted_dpi is not None):
        # JFIF holds whole numbers of dots per inch only, so 72.009 needs EXIF.
        needs_exif = output_format in _RESOLUTION_IN_EXIF or (
            output_format is OutputFormat.JPEG and not holds_resolution(dpi)
        )
        saved.exif = Exif.of_resolution(dpi) if needs_exif else None
    return saved


def _choose_exif(info: PhotoInfo, saved: ResultMetadata, mapping: PixelMapping) -> None:
    if not info.exif:
        return
    exif = Exif.parse(info.exif)
    if exif is None:
        saved.notes.append(metadata_notes.BROKEN_EXIF)
        return
    corrected, notes = exif.corrected(mapping, saved.dpi, is_srgb=info.icc is None)
    saved.notes += notes
    saved.exif = None if corrected.is_empty else corrected


def _choose_xmp(
    info: PhotoInfo, saved: ResultMetadata, mapping: PixelMapping, output_format: OutputFormat
) -> None:
    if not info.xmp:
        return
    packet = XmpPacket.parse(info.xmp)
    if packet is None:
        saved.notes.append(metadata_notes.BROKEN_XMP)
        return
    saved.notes += correct_xmp(
        packet,
        mapping,
        dpi=saved.dpi,
        mime_type=_MIME_TYPES[output_format],
        is_orientation_known=info.orientation is not None,
    )
    correct_colors(packet, info.color_space if info.icc else None, is_gray=info.channels == 1)
    saved.xmp = packet.to_bytes()
    if output_format is OutputFormat.JPEG:
        parts = packet.split()
        if parts is None:
            saved.notes.append(metadata_notes.too_long("XMP", "JPEG"))
        saved.xmp, saved.extended_xmp = parts or (None, None)


def _fit(saved: ResultMetadata, output_format: OutputFormat) -> None:
    """Remove what the format cannot hold."""
    name = output_format.name
    if saved.iptc and output_format in _RESOLUTION_IN_EXIF:
        saved.notes.append(metadata_notes.no_place("IPTC", name))
        saved.iptc = None
    if output_format is OutputFormat.JPEG:
        _fit_jpeg(saved)
    elif saved.texts and output_format is not OutputFormat.PNG:
        _drop_texts(saved, (), name)


def _fit_jpeg(saved: ResultMetadata) -> None:
    if saved.exif is not None and _is_too_long(saved.exif):
        # Maker notes are the longest entries, and matter least to other programs.
        slim = saved.exif.without_maker_note()
        fits = not _is_too_long(slim)
        saved.exif = slim if fits else None
        too_long = metadata_notes.too_long("EXIF", "JPEG")
        saved.notes.append(metadata_notes.LONG_MAKER_NOTE if fits else too_long)
    if saved.iptc and len(photoshop_block(saved.iptc)) > MAX_SEGMENT_BYTES:
        saved.iptc = None
        saved.notes.append(metadata_notes.too_long("IPTC", "JPEG"))
    comments = tuple(text for text in saved.texts if text.keyword == COMMENT)
    _drop_texts(saved, comments, "JPEG")
    fitting = tuple(text for text in comments if len(text.text.encode()) <= MAX_SEGMENT_BYTES)
    if fitting != comments:
        saved.texts = fitting
        saved.notes.append(metadata_notes.LONG_COMMENT)


def _is_too_long(exif: Exif) -> bool:
    return len(EXIF_HEAD + exif.to_bytes()) > MAX_SEGMENT_BYTES


def _drop_texts(saved: ResultMetadata, kept: tuple[PhotoText, ...], format_name: str) -> None:
    dropped = tuple(dict.fromkeys(text.keyword for text in saved.texts if text not in kept))
    if dropped:
        saved.notes.append(metadata_notes.no_texts(dropped, format_name))
    saved.texts = kept


def photoshop_block(records: bytes) -> bytes:
    """Return IPTC records in the wrapping of a JPEG."""
    return PHOTOSHOP_SIGNATURE + iptc_resource(records)
