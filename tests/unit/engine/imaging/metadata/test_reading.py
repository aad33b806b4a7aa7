from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Literal

import imagecodecs
import pillow_heif
import pytest
import tifffile
from PIL.PngImagePlugin import PngInfo

from engine.imaging.codecs.decode import read_info
from engine.imaging.metadata.reading import read_file_metadata
from engine.imaging.photo_text import COMMENT, PhotoText
from tests.helpers.metadata_blocks import Tag, exif_of, xmp_of
from tests.helpers.pictures import noise
from tests.helpers.saved_pictures import pillow_saved, small_picture

TIFF_NAMES = 'xmlns:tiff="http://ns.adobe.com/tiff/1.0/"'


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a.jpg", {}),
        ("a.jpg", {"dpi": (0, 0)}),
        ("a.png", {}),
        ("a.webp", {}),
        ("a.avif", {}),
        ("a.gif", {}),
        ("a.bmp", {"dpi": (0, 0)}),
        ("a.ppm", {}),
        ("a.jpg", {"exif": b"Exif\0\0" + exif_of([Tag.text(0x010F, "Maker")])}),
    ],
)
def test_no_resolution_is_invented(tmp_path: Path, name: str, said: dict[str, object]) -> None:
    assert read_info(pillow_saved(tmp_path, name, **said)).dpi is None


@pytest.mark.parametrize("unit", ["NONE", 1])
def test_a_tiff_without_a_unit_states_no_resolution(tmp_path: Path, unit: str | int) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(
        path, noise(8, 8), photometric="rgb", resolution=(300, 300), resolutionunit=unit
    )

    assert read_info(path).dpi is None


@pytest.mark.parametrize(
    ("name", "said", "dpi"),
    [
        ("a.jpg", {"dpi": (300, 200)}, (300, 200)),
        ("a.png", {"dpi": (300, 200)}, (300, 200)),
        ("a.tif", {"dpi": (300, 200)}, (300, 200)),
        ("a.bmp", {"dpi": (300, 200)}, (300, 200)),
    ],
)
def test_a_resolution_that_is_stated_is_read(
    tmp_path: Path, name: str, said: dict[str, object], dpi: tuple[float, float]
) -> None:
    assert read_info(pillow_saved(tmp_path, name, **said)).dpi == pytest.approx(dpi, rel=1e-3)


def _resolution(x: int, order: str = "<") -> bytes:
    tags = [Tag.ratio(0x011A, x, 1, order), Tag.ratio(0x011B, x, 1, order)]
    return b"Exif\0\0" + exif_of([*tags, Tag.short(0x0128, 2, order=order)], order=order)


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.avif", "a.heic"])
@pytest.mark.parametrize("order", ["<", ">"])
def test_exif_states_a_resolution_in_any_format(tmp_path: Path, name: str, order: str) -> None:
    if name == "a.heic":
        pillow_heif.from_pillow(small_picture()).save(tmp_path / name, exif=_resolution(150, order))
    else:
        pillow_saved(tmp_path, name, exif=_resolution(150, order))

    assert read_info(tmp_path / name).dpi == (150, 150)


def test_exif_counts_more_than_a_left_over_density(tmp_path: Path) -> None:
    path = pillow_saved(tmp_path, "a.jpg", exif=_resolution(300), dpi=(72, 72))

    assert read_info(path).dpi == (300, 300)


def test_xmp_states_a_resolution_where_nothing_else_does(tmp_path: Path) -> None:
    said = f'{TIFF_NAMES} tiff:XResolution="300/1" tiff:YResolution="300/1"'
    path = pillow_saved(tmp_path, "a.webp", xmp=xmp_of(said))

    assert read_info(path).dpi == (300, 300)


def test_an_impossible_resolution_is_left_out_with_a_note(tmp_path: Path) -> None:
    info = read_info(pillow_saved(tmp_path, "a.jpg", exif=_resolution(2**32 - 1)))

    assert info.dpi is None
    assert info.notes == ("A print resolution of 4.29497e+09 dpi is impossible: it is left out.",)


def _insert_chunk(path: Path, name: bytes, content: bytes) -> None:
    """Put a chunk behind the header of a PNG."""
    png = path.read_bytes()
    checked = name + content
    chunk = struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))
    path.write_bytes(png[:33] + chunk + png[33:])


@pytest.mark.parametrize("density", [(1, 1), (300, 300), (0, 3)])
def test_a_png_that_only_says_that_its_pixels_are_squares_states_nothing(
    tmp_path: Path, density: tuple[int, int]
) -> None:
    path = pillow_saved(tmp_path, "a.png")
    _insert_chunk(path, b"pHYs", struct.pack(">IIB", *density, 0))

    info = read_info(path)

    assert (info.dpi, info.notes) == (None, ())


def test_pixels_that_are_no_squares_are_said(tmp_path: Path) -> None:
    jpeg = bytearray(pillow_saved(tmp_path, "a.jpg").read_bytes())
    at = jpeg.index(b"JFIF\0") + 7
    struct.pack_into(">BHH", jpeg, at, 0, 2, 1)
    (tmp_path / "a.jpg").write_bytes(jpeg)
    _insert_chunk(pillow_saved(tmp_path, "a.png"), b"pHYs", struct.pack(">IIB", 1, 3, 0))

    found = [read_info(tmp_path / name) for name in ("a.jpg", "a.png")]

    assert [info.dpi for info in found] == [None, None]
    assert [info.notes for info in found] == [
        ("The file says that its pixels are 1:2: they are taken as square.",),
        ("The file says that its pixels are 3:1: they are taken as square.",),
    ]


def test_of_avif_and_heic_the_boxes_count_and_not_exif(tmp_path: Path) -> None:
    exif = b"Exif\0\0" + exif_of([Tag.short(0x0112, 6), Tag.text(0x010F, "Maker")])
    small_picture(size=64).save(tmp_path / "a.avif", exif=exif)
    pillow_heif.from_pillow(small_picture(size=64)).save(tmp_path / "a.heic", exif=exif)
    for name in ("a.avif", "a.heic"):
        content = (tmp_path / name).read_bytes()
        at = content.find(b"\0\0\0\x09irot") + 8
        assert read_info(tmp_path / name).orientation == (6 if at > 8 else 1)
        if at > 8:
            (tmp_path / name).write_bytes(content[:at] + b"\0" + content[at + 1 :])
        assert read_info(tmp_path / name).orientation == 1


def test_comments_are_read(tmp_path: Path) -> None:
    for name in ("a.jpg", "a.gif"):
        path = pillow_saved(tmp_path, name, comment="Gr\u00f6\u00dfe".encode())
        assert read_info(path).texts == (PhotoText(COMMENT, "Gr\u00f6\u00dfe"),)
    latin = pillow_saved(tmp_path, "b.jpg", comment="Gr\u00f6\u00dfe".encode("latin-1"))
    assert read_info(latin).texts == (PhotoText(COMMENT, "Gr\u00f6\u00dfe"),)


def test_exif_iptc_and_xmp_of_imagemagick_are_read(tmp_path: Path) -> None:
    said = PngInfo()
    blocks = {
        "exif": exif_of([Tag.text(0x010F, "Maker"), Tag.short(0x0112, 6)]),
        "iptc": b"8BIM\4\4\0\0\0\0\0\5\x1c\2abc\0",
        "xmp": xmp_of(),
    }
    for name, content in blocks.items():
        said.add_text(f"Raw profile type {name}", f"\n{name}\n{len(content)}\n{content.hex()}\n")

    info = read_info(pillow_saved(tmp_path, "a.png", pnginfo=said))

    assert info.exif == blocks["exif"]
    assert info.orientation == 6
    assert info.iptc == b"\x1c\2abc"
    assert info.xmp == blocks["xmp"]
    assert info.texts == ()


def test_texts_that_repeat_the_sizes_of_the_photo_are_left_out(tmp_path: Path) -> None:
    said = PngInfo()
    said.add_text("exif:PixelXDimension", "16")
    said.add_text("png:IHDR.width,height", "16, 16")
    said.add_text("Title", "mine")

    info = read_info(pillow_saved(tmp_path, "a.png", pnginfo=said))

    assert info.texts == (PhotoText("Title", "mine"),)
    assert info.notes == ("Texts that repeat the sizes of the photo are left out.",)


def test_extended_xmp_is_joined_or_its_absence_said(tmp_path: Path) -> None:
    own = 'xmlns:own="http://own.example/1/"'
    extended = xmp_of(f'{own} own:Long="{"x" * 1000}"', is_wrapped=False)
    note = 'xmlns:xmpNote="http://ns.adobe.com/xmp/note/" xmpNote:HasExtendedXMP='
    main = xmp_of(note + '"' + "A" * 32 + '"')
    name = b"http://ns.adobe.com/xmp/extension/\0" + b"A" * 32
    part = name + struct.pack(">II", len(extended), 0) + extended
    jpeg = pillow_saved(tmp_path, "a.jpg", xmp=main).read_bytes()
    segment = struct.pack(">BBH", 0xFF, 0xE1, len(part) + 2) + part
    (tmp_path / "whole.jpg").write_bytes(jpeg[:2] + segment + jpeg[2:])

    whole, lacking = read_info(tmp_path / "whole.jpg"), read_info(tmp_path / "a.jpg")

    assert whole.xmp is not None
    assert b"x" * 1000 in whole.xmp
    assert whole.notes == ()
    assert lacking.notes == ("A part of the XMP is missing in the file: the rest is kept.",)
    for info in (whole, lacking):
        assert b"HasExtendedXMP" not in (info.xmp or b"")


def test_damaged_entries_are_counted(tmp_path: Path) -> None:
    block = bytearray(exif_of([Tag.text(0x010E, "a caption"), Tag.text(0x010F, "a maker")]))
    struct.pack_into("<I", block, 10 + 8, 2**31)
    path = pillow_saved(tmp_path, "a.jpg", exif=b"Exif\0\0" + bytes(block))

    info = read_info(path)

    assert info.notes == ("A damaged entry of the EXIF block is left out.",)


@pytest.mark.parametrize("is_big", [False, True])
@pytest.mark.parametrize("order", ["<", ">"])
def test_a_tiff_with_a_damaged_entry_keeps_the_others(
    tmp_path: Path, is_big: bool, order: Literal["<", ">"]
) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(
        path,
        noise(8, 8),
        photometric="rgb",
        byteorder=order,
        bigtiff=is_big,
        metadata=None,
        description="a caption that is long",
        extratags=[(0x010F, 2, 0, "Maker and more", True)],
    )
    with tifffile.TiffFile(path) as file:
        tag = file.pages.first.tags[0x010F]
        place = tag.offset + (12 if is_big else 8)
    content = bytearray(path.read_bytes())
    struct.pack_into(order + ("Q" if is_big else "I"), content, place, 10**8)
    path.write_bytes(content)

    info = read_info(path)

    assert info.notes == ("A damaged entry of the EXIF block is left out.",)
    assert b"a caption that is long" in (info.exif or b"")


def test_a_far_maker_note_of_a_tiff_is_left_out_with_a_note(tmp_path: Path) -> None:
    stream = io.BytesIO()
    tifffile.imwrite(stream, noise(200, 200), photometric="rgb", metadata=None, byteorder="<")
    stream.seek(0)
    with tifffile.TiffFile(stream) as file:
        at = file.pages.first.tags[0x0131].offset
    content = bytearray(stream.getvalue())
    place = len(content)
    note_at = place + 2 + 12 + 4
    content += struct.pack("<HHHIII", 1, 0x927C, 7, 18, note_at, 0) + b"bound to its place"
    # In place of the name of the program.
    struct.pack_into("<HHII", content, at, 0x8769, 4, 1, place)
    (tmp_path / "a.tif").write_bytes(content)

    info = read_info(tmp_path / "a.tif")

    assert info.notes == (
        "The maker note is valid only at its original place in the file: it is left out.",
    )


def _box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content) + 8, name) + content


def test_boxes_of_jpeg_xl_are_read(tmp_path: Path) -> None:
    exif = exif_of([Tag.text(0x010F, "Maker")])
    picture = imagecodecs.jpegxl_encode(noise(16, 16))
    start = _box(b"JXL ", b"\r\n\x87\n") + _box(b"ftyp", b"jxl \0\0\0\0jxl ")
    plain = _box(b"Exif", b"\0\0\0\2ab" + exif) + _box(b"xml ", xmp_of())
    packed = _brob(b"Exif", b"\0\0\0\0" + exif) + _brob(b"xml ", xmp_of())
    for name, boxes in {"plain": plain, "packed": packed, "none": b""}.items():
        (tmp_path / f"{name}.jxl").write_bytes(start + _box(b"jxlc", bytes(picture)) + boxes)
    (tmp_path / "bare.jxl").write_bytes(bytes(picture))

    found = {
        name: read_info(tmp_path / f"{name}.jxl") for name in ("plain", "packed", "none", "bare")
    }

    for name in ("plain", "packed"):
        assert found[name].exif == exif
        assert found[name].xmp == xmp_of()
    for name in ("none", "bare"):
        assert found[name].exif is None
        assert found[name].xmp is None


def _brob(name: bytes, content: bytes) -> bytes:
    return _box(b"brob", name + bytes(imagecodecs.brotli_encode(content)))


def test_a_packed_box_that_cannot_be_read_is_said() -> None:
    boxes = _box(b"JXL ", b"\r\n\x87\n") + _box(b"brob", b"xml rubbish")

    found = read_file_metadata(io.BytesIO(boxes), "jxl")

    assert found.xmp is None
    assert found.notes == [
        "Metadata that are packed with Brotli cannot be read: they are left out."
    ]


def test_xmp_of_a_gif_is_read(tmp_path: Path) -> None:
    gif = pillow_saved(tmp_path, "a.gif").read_bytes()
    # Behind the color table, with the trailer that GIF's blocks need.
    trailer = bytes([1, *range(255, -1, -1), 0])
    block = b"\x21\xff\x0bXMP DataXMP" + xmp_of() + trailer
    at = 13 + 3 * 2 ** ((gif[10] & 7) + 1)
    (tmp_path / "a.gif").write_bytes(gif[:at] + block + gif[at:])

    found = read_info(tmp_path / "a.gif").xmp

    assert found == xmp_of()
