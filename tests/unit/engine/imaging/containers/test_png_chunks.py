from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngImageFile, PngInfo

from engine.imaging.containers.png_chunks import png_chunks, read_png_head, with_png_chunks
from engine.imaging.photo_text import PhotoText
from tests.helpers.metadata_blocks import Tag, exif_of, xmp_of
from tests.helpers.pictures import noise

EXIF = exif_of([Tag.text(0x010F, "Maker")])


def _png(info: PngInfo | None = None, **said: object) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(noise(8, 8)).save(stream, "PNG", pnginfo=info, **said)
    return stream.getvalue()


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + check


def _with(*chunks: bytes, at: int = 33) -> io.BytesIO:
    png = _png()
    return io.BytesIO(png[:at] + b"".join(chunks) + png[at:])


def test_what_another_writer_wrote_is_read() -> None:
    info = PngInfo()
    info.add_text("parameters", "a red block, steps: 20")
    info.add_text("Title", "mine" * 100, zip=True)
    info.add_itxt("Description", "Gr\u00f6\u00dfe \u6728", "de", "Beschreibung", zip=True)
    info.add_itxt("XML:com.adobe.xmp", xmp_of().decode())

    head = read_png_head(io.BytesIO(_png(info, exif=EXIF, dpi=(300, 200))))

    assert head.texts == [
        PhotoText("parameters", "a red block, steps: 20"),
        PhotoText("Title", "mine" * 100),
        PhotoText("Description", "Gr\u00f6\u00dfe \u6728", "de", "Beschreibung"),
    ]
    assert head.xmp == xmp_of()
    assert head.exif == EXIF
    assert head.density == (11811, 7874, 1)
    assert (head.frames, head.unread, head.has_credentials) == (1, 0, False)


def test_what_is_written_is_read_by_another_reader() -> None:
    texts = (
        PhotoText("parameters", "caf\u00e9"),
        PhotoText("Title", "\u6728"),
        PhotoText("Title", "wood", "en", "Title"),
    )
    chunks = png_chunks(
        dpi=(300.0, 200.0), exif=EXIF, xmp=xmp_of(), iptc=b"8BIM" + bytes(100), texts=texts
    )
    png = _png(dpi=(72, 72))

    written = with_png_chunks(png, chunks)

    assert written is not None
    image = Image.open(io.BytesIO(written))
    np.testing.assert_array_equal(np.asarray(image), noise(8, 8))
    assert image.info["dpi"] == pytest.approx((300, 200), rel=1e-4)
    assert image.getexif()[0x010F] == "Maker"
    assert image.info["XML:com.adobe.xmp"] == xmp_of().decode()
    assert isinstance(image, PngImageFile)
    assert image.text["parameters"] == "caf\u00e9"
    assert image.text["Title"] == "wood"
    assert getattr(image.text["Title"], "lang", None) == "en"
    profile = str(image.text["Raw profile type iptc"])
    assert profile.split()[:2] == ["iptc", "104"]
    assert bytes.fromhex("".join(profile.split()[2:])) == b"8BIM" + bytes(100)
    again = read_png_head(io.BytesIO(written))
    assert tuple(again.texts) == texts
    assert again.raw_profiles == {"iptc": b"8BIM" + bytes(100)}


def test_a_resolution_that_was_not_asked_for_goes() -> None:
    written = with_png_chunks(_png(dpi=(72, 72)), b"")

    assert written is not None
    assert b"pHYs" not in written


@pytest.mark.parametrize("size", [0, 7, 30, 33, 40])
def test_a_start_that_is_too_short_is_waited_for(size: int) -> None:
    assert with_png_chunks(_png()[:size], b"") is None


def test_texts_behind_the_pixels_are_read() -> None:
    head = read_png_head(_with(_chunk(b"tEXt", b"Comment\0mine"), at=len(_png()) - 12))

    assert head.texts == [PhotoText("Comment", "mine")]


def test_frames_and_credentials_are_seen() -> None:
    head = read_png_head(_with(_chunk(b"acTL", struct.pack(">II", 7, 0)), _chunk(b"caBX", b"c2pa")))

    assert head.frames == 7
    assert head.has_credentials


@pytest.mark.parametrize("kind", [b"tEXt", b"zTXt"])
@pytest.mark.parametrize(
    ("name", "title"), [("exif", "exif"), ("APP1", "app1"), ("iptc", "IPTC profile")]
)
def test_raw_profiles_of_other_programs_are_read(kind: bytes, name: str, title: str) -> None:
    content = b"Exif\0\0" + EXIF
    text = f"\n{title}\n{len(content):8}\n{content.hex()}\n".encode()
    packed = b"\0" + zlib.compress(text) if kind == b"zTXt" else text
    keyword = f"Raw profile type {name}".encode() + b"\0"

    head = read_png_head(_with(_chunk(kind, keyword + packed)))

    assert head.raw_profiles == {name.lower(): content}
    assert head.texts == []


@pytest.mark.parametrize(
    "chunk",
    [
        _chunk(b"zTXt", b"Title\0\0rubbish"),
        _chunk(b"zTXt", b"Title\0\0" + zlib.compress(b"cut off")[:-5]),
        _chunk(b"iTXt", b"Title\0\0\0no more"),
        _chunk(b"tEXt", b"Raw profile type exif\0\nexif\n 99\n00"),
        _chunk(b"tEXt", b"Raw profile type exif\0rubbish"),
        _chunk(b"zTXt", b"Title\0\0" + zlib.compress(bytes(70 * 2**20))),
    ],
)
def test_a_damaged_text_is_counted_and_the_others_are_read(chunk: bytes) -> None:
    head = read_png_head(_with(chunk, _chunk(b"tEXt", b"Comment\0mine")))

    assert head.unread == 1
    assert head.texts == [PhotoText("Comment", "mine")]


@pytest.mark.parametrize(
    "chunk",
    [
        _chunk(b"pHYs", b"123"),
        _chunk(b"acTL", b""),
        # Longer than any text is, and longer than what is left of the file.
        b"\xff\xff\xff\xfftEXtrubbish",
        b"\0\1\0\0tEXtComment\0mine",
    ],
)
def test_what_makes_no_sense_says_nothing(chunk: bytes) -> None:
    head = read_png_head(_with(chunk))

    assert (head.density, head.frames, head.texts) == (None, 1, [])


def test_a_packet_in_a_plain_text_keeps_its_bytes() -> None:
    packet = xmp_of('xmlns:own="http://own.example/1/" own:word="\u6728"')

    head = read_png_head(_with(_chunk(b"tEXt", b"XML:com.adobe.xmp\0" + packet)))

    assert head.xmp == packet


def test_a_search_through_chunks_without_end_is_given_up() -> None:
    signature, empty = _png()[:8], _chunk(b"junk", b"")
    first, last = _chunk(b"tEXt", b"Title\0first"), _chunk(b"tEXt", b"Title\0last")

    head = read_png_head(io.BytesIO(signature + first + empty * 999_998 + last + last))

    assert [text.text for text in head.texts] == ["first", "last"]
