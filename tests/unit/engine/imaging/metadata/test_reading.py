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
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from engine.imaging.codecs.decode import open_photo, read_info
from engine.imaging.metadata.reading import read_file_metadata
from engine.imaging.photo import PhotoInfo
from engine.imaging.photo_text import COMMENT, PhotoText
from tests.helpers.metadata_blocks import Tag, exif_of, xmp_of
from tests.helpers.pictures import noise

TIFF_NAMES = 'xmlns:tiff="http://ns.adobe.com/tiff/1.0/"'


def _picture(seed: int = 0, size: int = 16) -> Image.Image:
    return Image.fromarray(noise(size, size, seed=seed))


def _saved(folder: Path, name: str, **said: object) -> Path:
    path = folder / name
    _picture().save(path, **said)  # type: ignore[arg-type]
    return path


def _decoded(path: Path) -> PhotoInfo:
    with open_photo(path, scratch_folder=path.parent) as photo:
        return photo.info


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
    assert read_info(_saved(tmp_path, name, **said)).dpi is None


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
    assert read_info(_saved(tmp_path, name, **said)).dpi == pytest.approx(dpi, rel=1e-3)


def _resolution(x: int, order: str = "<") -> bytes:
    tags = [Tag.ratio(0x011A, x, 1, order), Tag.ratio(0x011B, x, 1, order)]
    return b"Exif\0\0" + exif_of([*tags, Tag.short(0x0128, 2, order=order)], order=order)


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.avif", "a.heic"])
@pytest.mark.parametrize("order", ["<", ">"])
def test_exif_states_a_resolution_in_any_format(tmp_path: Path, name: str, order: str) -> None:
    if name == "a.heic":
        pillow_heif.from_pillow(_picture()).save(tmp_path / name, exif=_resolution(150, order))
    else:
        _saved(tmp_path, name, exif=_resolution(150, order))

    assert read_info(tmp_path / name).dpi == (150, 150)


def test_exif_counts_more_than_a_left_over_density(tmp_path: Path) -> None:
    path = _saved(tmp_path, "a.jpg", exif=_resolution(300), dpi=(72, 72))

    assert read_info(path).dpi == (300, 300)


def test_xmp_states_a_resolution_where_nothing_else_does(tmp_path: Path) -> None:
    said = f'{TIFF_NAMES} tiff:XResolution="300/1" tiff:YResolution="300/1"'
    path = _saved(tmp_path, "a.webp", xmp=xmp_of(said))

    assert read_info(path).dpi == (300, 300)


def test_an_impossible_resolution_is_left_out_with_a_note(tmp_path: Path) -> None:
    info = read_info(_saved(tmp_path, "a.jpg", exif=_resolution(2**32 - 1)))

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
    path = _saved(tmp_path, "a.png")
    _insert_chunk(path, b"pHYs", struct.pack(">IIB", *density, 0))

    info = read_info(path)

    assert (info.dpi, info.notes) == (None, ())


def test_pixels_that_are_no_squares_are_said(tmp_path: Path) -> None:
    jpeg = bytearray(_saved(tmp_path, "a.jpg").read_bytes())
    at = jpeg.index(b"JFIF\0") + 7
    struct.pack_into(">BHH", jpeg, at, 0, 2, 1)
    (tmp_path / "a.jpg").write_bytes(jpeg)
    _insert_chunk(_saved(tmp_path, "a.png"), b"pHYs", struct.pack(">IIB", 1, 3, 0))

    found = [read_info(tmp_path / name) for name in ("a.jpg", "a.png")]

    assert [info.dpi for info in found] == [None, None]
    assert [info.notes for info in found] == [
        ("The file says that its pixels are 1:2: they are taken as square.",),
        ("The file says that its pixels are 3:1: they are taken as square.",),
    ]


def test_of_avif_and_heic_the_boxes_count_and_not_exif(tmp_path: Path) -> None:
    exif = b"Exif\0\0" + exif_of([Tag.short(0x0112, 6), Tag.text(0x010F, "Maker")])
    _picture(size=64).save(tmp_path / "a.avif", exif=exif)
    pillow_heif.from_pillow(_picture(size=64)).save(tmp_path / "a.heic", exif=exif)
    for name in ("a.avif", "a.heic"):
        content = (tmp_path / name).read_bytes()
        at = content.find(b"\0\0\0\x09irot") + 8
        assert read_info(tmp_path / name).orientation == (6 if at > 8 else 1)
        if at > 8:
            (tmp_path / name).write_bytes(content[:at] + b"\0" + content[at + 1 :])
        assert read_info(tmp_path / name).orientation == 1


def test_comments_are_read(tmp_path: Path) -> None:
    for name in ("a.jpg", "a.gif"):
        path = _saved(tmp_path, name, comment="Gr\u00f6\u00dfe".encode())
        assert read_info(path).texts == (PhotoText(COMMENT, "Gr\u00f6\u00dfe"),)
    latin = _saved(tmp_path, "b.jpg", comment="Gr\u00f6\u00dfe".encode("latin-1"))
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

    info = read_info(_saved(tmp_path, "a.png", pnginfo=said))

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

    info = read_info(_saved(tmp_path, "a.png", pnginfo=said))

    assert info.texts == (PhotoText("Title", "mine"),)
    assert info.notes == ("Texts that repeat the sizes of the photo are left out.",)


def test_extended_xmp_is_joined_or_its_absence_said(tmp_path: Path) -> None:
    own = 'xmlns:own="http://own.example/1/"'
    extended = xmp_of(f'{own} own:Long="{"x" * 1000}"', is_wrapped=False)
    note = 'xmlns:xmpNote="http://ns.adobe.com/xmp/note/" xmpNote:HasExtendedXMP='
    main = xmp_of(note + '"' + "A" * 32 + '"')
    name = b"http://ns.adobe.com/xmp/extension/\0" + b"A" * 32
    part = name + struct.pack(">II", len(extended), 0) + extended
    jpeg = _saved(tmp_path, "a.jpg", xmp=main).read_bytes()
    segment = struct.pack(">BBH", 0xFF, 0xE1, len(part) + 2) + part
    (tmp_path / "whole.jpg").write_bytes(jpeg[:2] + segment + jpeg[2:])

    whole, lacking = read_info(tmp_path / "whole.jpg"), read_info(tmp_path / "a.jpg")

    assert whole.xmp is not None
    assert b"x" * 1000 in whole.xmp
    assert whole.notes == ()
    assert lacking.notes == ("A part of the XMP is missing in the file: the rest is kept.",)
    for info in (whole, lacking):
        assert b"HasExtendedXMP" not in (info.xmp or b"")


ONE_OF_TWO = "Only the first of 2 pages or frames is used."
FIRST = "Only the first picture of the file is used."


@pytest.mark.parametrize(
    ("name", "form", "note"),
    [
        ("a.jpg", "MPO", ONE_OF_TWO),
        ("a.png", "PNG", ONE_OF_TWO),
        ("a.webp", "WEBP", ONE_OF_TWO),
        ("a.gif", "GIF", ONE_OF_TWO),
        ("a.tif", "TIFF", ONE_OF_TWO),
        ("a.avif", "AVIF", FIRST),
    ],
)
def test_further_pictures_are_said(tmp_path: Path, name: str, form: str, note: str) -> None:
    path = tmp_path / name
    _picture().save(path, form, save_all=True, append_images=[_picture(1)])

    assert read_info(path).notes == (note,)
    assert _decoded(path).notes == (note,)


def test_a_heic_with_two_pictures_says_so(tmp_path: Path) -> None:
    file = pillow_heif.from_pillow(_picture(size=64))
    file.add_from_pillow(_picture(1, size=64))
    file.save(tmp_path / "a.heic")

    assert read_info(tmp_path / "a.heic").notes == (ONE_OF_TWO,)


GAIN_MAP = "The gain map for HDR screens is left out: the result is for standard screens."
VIDEO = "The video of this motion photo is left out."


def test_a_gain_map_is_said_once(tmp_path: Path) -> None:
    said = 'xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0"'
    path = _saved(tmp_path, "a.jpg", xmp=xmp_of(said))
    gain_map = io.BytesIO()
    _picture().convert("L").save(gain_map, "JPEG")
    path.write_bytes(path.read_bytes() + gain_map.getvalue())

    assert _decoded(path).notes == (GAIN_MAP,)


@pytest.mark.parametrize("is_announced", [True, False])
def test_a_video_is_said_once(tmp_path: Path, is_announced: bool) -> None:
    said = 'xmlns:GCamera="http://ns.google.com/photos/1.0/camera/" GCamera:MotionPhoto="1"'
    path = _saved(tmp_path, "a.jpg", xmp=xmp_of(said) if is_announced else b"")
    path.write_bytes(path.read_bytes() + b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(200))

    assert _decoded(path).notes == (VIDEO,)


def test_a_picture_that_follows_unannounced_is_said(tmp_path: Path) -> None:
    path = _saved(tmp_path, "a.jpg")
    path.write_bytes(path.read_bytes() * 2)

    assert _decoded(path).notes == (FIRST,)


def test_damaged_entries_are_counted(tmp_path: Path) -> None:
    block = bytearray(exif_of([Tag.text(0x010E, "a caption"), Tag.text(0x010F, "a maker")]))
    struct.pack_into("<I", block, 10 + 8, 2**31)
    path = _saved(tmp_path, "a.jpg", exif=b"Exif\0\0" + bytes(block))

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


def test_places_on_earth_and_layers_of_a_tiff_are_said(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(
        path,
        noise(8, 8),
        photometric="rgb",
        extratags=[(33550, 12, 3, (1.0, 1.0, 0.0), True), (37724, 7, 4, b"8BPS", True)],
    )

    assert read_info(path).notes == (
        "The geographic reference of the pixels is left out.",
        "Photoshop's layers are left out.",
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
    gif = _saved(tmp_path, "a.gif").read_bytes()
    # Behind the color table, with the trailer that GIF's blocks need.
    trailer = bytes([1, *range(255, -1, -1), 0])
    block = b"\x21\xff\x0bXMP DataXMP" + xmp_of() + trailer
    at = 13 + 3 * 2 ** ((gif[10] & 7) + 1)
    (tmp_path / "a.gif").write_bytes(gif[:at] + block + gif[at:])

    found = read_info(tmp_path / "a.gif").xmp

    assert found == xmp_of()


CREDENTIALS = "Content credentials (C2PA) are left out: they are valid for the original only."


def _segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def test_content_credentials_are_said_of_a_jpeg(tmp_path: Path) -> None:
    path = _saved(tmp_path, "a.jpg")
    jpeg = path.read_bytes()
    path.write_bytes(jpeg[:2] + _segment(0xEB, b"JP\0\1\0\0\0\1jumbc2pa") + jpeg[2:])

    assert read_info(path).notes == (CREDENTIALS,)


def test_content_credentials_are_said_of_a_png(tmp_path: Path) -> None:
    path = _saved(tmp_path, "a.png")
    _insert_chunk(path, b"caBX", b"\0\0\0\x0cjumbc2pa")

    assert read_info(path).notes == (CREDENTIALS,)


def test_content_credentials_are_said_of_a_webp(tmp_path: Path) -> None:
    path = _saved(tmp_path, "a.webp", exif=_resolution(72))
    webp = path.read_bytes() + b"C2PA" + struct.pack("<I", 8) + b"jumbc2pa"
    path.write_bytes(webp[:4] + struct.pack("<I", len(webp) - 8) + webp[8:])

    assert read_info(path).notes == (CREDENTIALS,)


def test_content_credentials_are_said_of_a_tiff(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    credentials = (0xCD41, 7, 8, b"jumbc2pa", True)
    tifffile.imwrite(path, noise(8, 8), photometric="rgb", metadata=None, extratags=[credentials])

    assert read_info(path).notes == (CREDENTIALS,)


def test_content_credentials_are_said_of_a_jpeg_xl(tmp_path: Path) -> None:
    path = tmp_path / "a.jxl"
    start = _box(b"JXL ", b"\r\n\x87\n") + _box(b"ftyp", b"jxl \0\0\0\0jxl ")
    picture = _box(b"jxlc", bytes(imagecodecs.jpegxl_encode(noise(16, 16))))
    path.write_bytes(start + _box(b"jumb", _box(b"jumd", b"c2pa")) + picture)

    assert read_info(path).notes == (CREDENTIALS,)


def test_a_gain_map_that_a_segment_announces_is_said(tmp_path: Path) -> None:
    path = _saved(tmp_path, "a.jpg")
    jpeg = path.read_bytes()
    announced = _segment(0xE2, b"urn:iso:std:iso:ts:21496:-1\0\0\0\0\0")
    path.write_bytes(jpeg[:2] + announced + jpeg[2:])

    assert read_info(path).notes == (GAIN_MAP,)
