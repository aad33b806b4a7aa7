from __future__ import annotations

import struct

import pytest

from engine.imaging.formats import OutputFormat
from engine.imaging.metadata.notes import LONG_COMMENT, LONG_MAKER_NOTE
from engine.imaging.metadata.selection import ResultMetadata, select_metadata
from engine.imaging.photo import PhotoInfo
from engine.imaging.photo_text import COMMENT, PhotoText
from tests.helpers.metadata_blocks import ASCII, UNDEFINED, Tag, exif_of, xmp_of
from tests.helpers.pictures import info_of, noise


def _saved(
    output: OutputFormat, *, keep: bool = True, wanted_dpi: float | None = None, **said: object
) -> ResultMetadata:
    info: PhotoInfo = info_of(noise(4, 4), **said)
    return select_metadata(info, output, size=(8, 8), wanted_dpi=wanted_dpi, keep=keep)


def test_a_broken_exif_block_is_dropped_with_a_note() -> None:
    metadata = _saved(OutputFormat.PNG, exif=b"rubbish")

    assert metadata.exif is None
    assert metadata.notes == ["The EXIF block is broken and is dropped."]


@pytest.mark.parametrize(
    "packet", [b"rubbish", b"<x/>", b'<!DOCTYPE x [<!ENTITY a "a">]><x>&a;</x>', b"\xff<rdf/>"]
)
def test_a_broken_xmp_packet_is_dropped_with_a_note(packet: bytes) -> None:
    metadata = _saved(OutputFormat.PNG, xmp=packet)

    assert metadata.xmp is None
    assert metadata.notes == ["The XMP packet is broken and is dropped."]


def test_iptc_too_long_for_jpeg_is_dropped_with_a_note() -> None:
    metadata = _saved(OutputFormat.JPEG, iptc=b"\x1c" * 70_000)

    assert metadata.iptc is None
    assert metadata.notes == ["IPTC is longer than JPEG can hold: it is dropped."]
    assert _saved(OutputFormat.TIFF, iptc=b"\x1c" * 70_000).notes == []


def test_of_exif_too_long_for_jpeg_the_maker_note_goes_first() -> None:
    note = Tag(0x927C, UNDEFINED, b"Apple iOS\0" + bytes(70_000))
    block = exif_of([Tag.text(0x010F, "Maker")], exif=[note])

    metadata = _saved(OutputFormat.JPEG, exif=block)

    assert metadata.exif is not None
    assert b"Maker" in metadata.exif.to_bytes()
    assert metadata.notes == [LONG_MAKER_NOTE]
    assert _saved(OutputFormat.PNG, exif=block).notes == []


def test_exif_too_long_for_jpeg_is_dropped_with_a_note() -> None:
    metadata = _saved(OutputFormat.JPEG, exif=exif_of([Tag(0x010F, ASCII, b"x" * 70_000)]))

    assert metadata.exif is None
    assert metadata.notes == ["EXIF is longer than JPEG can hold: it is dropped."]


def test_texts_that_a_format_cannot_hold_are_named() -> None:
    texts = (PhotoText("parameters", "steps: 20"), PhotoText(COMMENT, "mine"))

    assert _saved(OutputFormat.PNG, texts=texts).texts == texts
    jpeg = _saved(OutputFormat.JPEG, texts=texts)
    assert jpeg.texts == texts[1:]
    assert jpeg.notes == ["JPEG holds no texts such as parameters: they are left out."]
    webp = _saved(OutputFormat.WEBP, texts=texts)
    assert webp.texts == ()
    assert webp.notes == ["WEBP holds no texts such as parameters, Comment: they are left out."]


def test_a_comment_longer_than_a_segment_is_dropped_with_a_note() -> None:
    metadata = _saved(OutputFormat.JPEG, texts=(PhotoText(COMMENT, "\u00e9" * 33_000),))

    assert metadata.texts == ()
    assert metadata.notes == [LONG_COMMENT]


@pytest.mark.parametrize("output", list(OutputFormat))
def test_without_metadata_an_exif_block_is_made_only_for_a_resolution_that_is_asked_for(
    output: OutputFormat,
) -> None:
    has_no_other_place = output in {OutputFormat.WEBP, OutputFormat.AVIF}
    exif, dpi = exif_of([Tag.text(0x010F, "Maker")]), (200.0, 200.0)

    bare = _saved(output, keep=False, exif=exif, dpi=dpi)
    asked = _saved(output, keep=False, wanted_dpi=300, exif=exif, dpi=dpi)

    assert bare.exif is None
    assert bare.dpi == pytest.approx((200, 200))
    assert asked.dpi == pytest.approx((300, 300))
    assert (asked.exif is not None) == has_no_other_place
    assert asked.exif is None or b"Maker" not in asked.exif.to_bytes()


def test_the_type_of_file_in_xmp_is_that_of_the_result() -> None:
    packet = xmp_of('xmlns:dc="http://purl.org/dc/elements/1.1/" dc:format="image/heic"')

    metadata = _saved(OutputFormat.WEBP, xmp=packet)

    assert metadata.xmp is not None
    assert b'dc:format="image/webp"' in metadata.xmp


def test_the_resolution_of_a_block_is_written_as_fractions() -> None:
    metadata = _saved(OutputFormat.WEBP, dpi=(300.0, 72.5))

    assert metadata.exif is not None
    assert struct.pack("<4I", 300, 1, 145, 2) in metadata.exif.to_bytes()


def test_xmp_that_cannot_be_divided_for_jpeg_is_dropped_with_a_note() -> None:
    properties = "".join(f"<own:n{number}>{number:08}</own:n{number}>" for number in range(5000))
    packet = xmp_of('xmlns:own="http://own.example/1/"', properties)

    metadata = _saved(OutputFormat.JPEG, xmp=packet)

    assert (metadata.xmp, metadata.extended_xmp) == (None, None)
    assert metadata.notes == ["XMP is longer than JPEG can hold: it is dropped."]
    whole = _saved(OutputFormat.PNG, xmp=packet)
    assert whole.xmp is not None
    assert b"<own:n4999>00004999</own:n4999>" in whole.xmp
    assert whole.notes == []
