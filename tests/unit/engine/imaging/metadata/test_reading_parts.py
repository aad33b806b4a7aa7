"""What a file holds beside its picture is named as left out."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import imagecodecs
import pillow_heif
import pytest
import tifffile

from engine.imaging.codecs.decode import open_photo, read_info
from engine.imaging.photo import PhotoInfo
from tests.helpers.metadata_blocks import Tag, exif_of, xmp_of
from tests.helpers.pictures import noise
from tests.helpers.saved_pictures import pillow_saved, small_picture


def _decoded(path: Path) -> PhotoInfo:
    with open_photo(path, scratch_folder=path.parent) as photo:
        return photo.info


def _resolution(x: int, order: str = "<") -> bytes:
    tags = [Tag.ratio(0x011A, x, 1, order), Tag.ratio(0x011B, x, 1, order)]
    return b"Exif\0\0" + exif_of([*tags, Tag.short(0x0128, 2, order=order)], order=order)


def _insert_chunk(path: Path, name: bytes, content: bytes) -> None:
    """Put a chunk behind the header of a PNG."""
    png = path.read_bytes()
    checked = name + content
    chunk = struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))
    path.write_bytes(png[:33] + chunk + png[33:])


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
    small_picture().save(path, form, save_all=True, append_images=[small_picture(1)])

    assert read_info(path).notes == (note,)
    assert _decoded(path).notes == (note,)


def test_a_heic_with_two_pictures_says_so(tmp_path: Path) -> None:
    file = pillow_heif.from_pillow(small_picture(size=64))
    file.add_from_pillow(small_picture(1, size=64))
    file.save(tmp_path / "a.heic")

    assert read_info(tmp_path / "a.heic").notes == (ONE_OF_TWO,)


GAIN_MAP = "The gain map for HDR screens is left out: the result is for standard screens."
VIDEO = "The video of this motion photo is left out."


def test_a_gain_map_is_said_once(tmp_path: Path) -> None:
    said = 'xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0"'
    path = pillow_saved(tmp_path, "a.jpg", xmp=xmp_of(said))
    gain_map = io.BytesIO()
    small_picture().convert("L").save(gain_map, "JPEG")
    path.write_bytes(path.read_bytes() + gain_map.getvalue())

    assert _decoded(path).notes == (GAIN_MAP,)


@pytest.mark.parametrize("is_announced", [True, False])
def test_a_video_is_said_once(tmp_path: Path, is_announced: bool) -> None:
    said = 'xmlns:GCamera="http://ns.google.com/photos/1.0/camera/" GCamera:MotionPhoto="1"'
    path = pillow_saved(tmp_path, "a.jpg", xmp=xmp_of(said) if is_announced else b"")
    path.write_bytes(path.read_bytes() + b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(200))

    assert _decoded(path).notes == (VIDEO,)


def test_a_picture_that_follows_unannounced_is_said(tmp_path: Path) -> None:
    path = pillow_saved(tmp_path, "a.jpg")
    path.write_bytes(path.read_bytes() * 2)

    assert _decoded(path).notes == (FIRST,)


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


CREDENTIALS = "Content credentials (C2PA) are left out: they are valid for the original only."


def _segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def test_content_credentials_are_said_of_a_jpeg(tmp_path: Path) -> None:
    path = pillow_saved(tmp_path, "a.jpg")
    jpeg = path.read_bytes()
    path.write_bytes(jpeg[:2] + _segment(0xEB, b"JP\0\1\0\0\0\1jumbc2pa") + jpeg[2:])

    assert read_info(path).notes == (CREDENTIALS,)


def test_content_credentials_are_said_of_a_png(tmp_path: Path) -> None:
    path = pillow_saved(tmp_path, "a.png")
    _insert_chunk(path, b"caBX", b"\0\0\0\x0cjumbc2pa")

    assert read_info(path).notes == (CREDENTIALS,)


def test_content_credentials_are_said_of_a_webp(tmp_path: Path) -> None:
    path = pillow_saved(tmp_path, "a.webp", exif=_resolution(72))
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
    path = pillow_saved(tmp_path, "a.jpg")
    jpeg = path.read_bytes()
    announced = _segment(0xE2, b"urn:iso:std:iso:ts:21496:-1\0\0\0\0\0")
    path.write_bytes(jpeg[:2] + announced + jpeg[2:])

    assert read_info(path).notes == (GAIN_MAP,)
