from __future__ import annotations

import io
import re
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from PIL import Image

from engine.core.errors import UnreadableImageError, UnsupportedFormatError
from engine.core.images import ImageUint
from engine.imaging.codecs.decode import open_photo, read_info
from engine.imaging.containers.jpeg_integrity import JpegStructure, WatchedJpeg, jpeg_structure
from engine.imaging.photo import PhotoInfo
from tests.helpers.pictures import jpeg_bytes, noise


def _decoded(content: bytes, folder: Path) -> tuple[PhotoInfo, ImageUint]:
    path = folder / "a.jpg"
    path.write_bytes(content)
    with open_photo(path, scratch_folder=folder) as photo:
        return photo.info, photo.color.read(photo.color.whole)


def _pixels(content: bytes) -> ImageUint:
    return np.asarray(Image.open(io.BytesIO(content)))


def _progressive(pixels: ImageUint) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "JPEG", quality=90, progressive=True)
    return stream.getvalue()


def _scans(content: bytes) -> list[int]:
    return [match.start() for match in re.finditer(rb"\xff\xda", content)]


@pytest.mark.parametrize("progressive", [False, True])
def test_a_file_without_its_end_marker_is_read_with_a_note(
    tmp_path: Path, progressive: bool
) -> None:
    pixels = noise(48, 64)
    content = _progressive(pixels) if progressive else jpeg_bytes(pixels)

    info, read = _decoded(content[:-2], tmp_path)

    np.testing.assert_array_equal(read, _pixels(content))
    assert info.notes == ("The file lacks its end marker; all its pixels are there.",)


@pytest.mark.parametrize("end", [b"", b"\xff\xd9"])
@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("progressive", [False, True])
def test_a_picture_that_is_cut_is_damaged_whether_or_not_it_is_ended(
    tmp_path: Path, kept: float, end: bytes, progressive: bool
) -> None:
    pixels = noise(64, 64)
    content = _progressive(pixels) if progressive else jpeg_bytes(pixels)
    first = _scans(content)[0] + 20

    with pytest.raises(UnreadableImageError, match=r"a\.jpg: damaged or incomplete"):
        _decoded(content[: first + int((len(content) - first) * kept)] + end, tmp_path)


def test_a_hole_in_the_middle_is_damage(tmp_path: Path) -> None:
    content = jpeg_bytes(noise(64, 64))
    middle = len(content) // 2

    with pytest.raises(UnreadableImageError, match="damaged or incomplete"):
        _decoded(content[:middle] + content[middle + 3000 :], tmp_path)


def test_more_rows_than_there_are_is_damage(tmp_path: Path) -> None:
    content = bytearray(jpeg_bytes(noise(56, 640)))
    frame = content.index(b"\xff\xc0")
    content[frame + 5 : frame + 7] = (20_000).to_bytes(2, "big")

    with pytest.raises(UnreadableImageError, match="damaged or incomplete"):
        _decoded(bytes(content), tmp_path)


def test_a_part_lost_to_zeros_is_noted_or_refused(tmp_path: Path) -> None:
    content = jpeg_bytes(noise(256, 256))
    noted = refused = 0
    for start in range(2000, 60_000, 5000):
        broken = content[:start] + b"\0" * 8000 + content[start + 8000 :]
        try:
            notes = _decoded(broken, tmp_path)[0].notes
        except UnreadableImageError:
            refused += 1
        else:
            noted += any("check whether a part of the picture is missing" in note for note in notes)
    assert noted + refused == 12


@pytest.mark.parametrize("filling", [b"\0" * 1000, b"odd bytes" * 30])
@pytest.mark.parametrize("progressive", [False, True])
def test_a_whole_picture_with_stray_bytes_before_its_end_is_read_with_a_note(
    tmp_path: Path, filling: bytes, progressive: bool
) -> None:
    pixels = noise(48, 64)
    content = _progressive(pixels) if progressive else jpeg_bytes(pixels)

    info, read = _decoded(content[:-2] + filling + content[-2:], tmp_path)

    np.testing.assert_array_equal(read, _pixels(content))
    assert len(info.notes) == 1
    assert "check whether a part of the picture is missing" in info.notes[0]


def test_stray_bytes_between_the_heads_segments_do_no_harm(tmp_path: Path) -> None:
    content = jpeg_bytes(noise(48, 64))
    at = content.index(b"\xff\xdb")

    _, read = _decoded(content[:at] + b"\x01\x02\x03" + content[at:], tmp_path)

    np.testing.assert_array_equal(read, _pixels(content))


@pytest.mark.parametrize("trailer", [b"\0" * 5000, b"\xff\xd8 another picture", b"text" * 99])
def test_what_follows_the_end_is_not_the_pictures(tmp_path: Path, trailer: bytes) -> None:
    content = jpeg_bytes(noise(48, 64))

    info, read = _decoded(content + trailer, tmp_path)

    np.testing.assert_array_equal(read, _pixels(content))
    assert info.notes == ()


@pytest.mark.parametrize("interval", [1, 3])
def test_restart_markers_are_no_ends(tmp_path: Path, interval: int) -> None:
    stream = io.BytesIO()
    Image.fromarray(noise(48, 64)).save(stream, "JPEG", restart_marker_blocks=interval)

    info, read = _decoded(stream.getvalue(), tmp_path)

    np.testing.assert_array_equal(read, _pixels(stream.getvalue()))
    assert info.notes == ()


def test_a_progressive_picture_without_its_last_scans_is_noted(tmp_path: Path) -> None:
    content = _progressive(noise(64, 64))
    last = _scans(content)[-1]
    # The tables of a scan stand before it.
    start = content.rindex(b"\xff\xc4", 0, last)

    info, _ = _decoded(content[:start] + b"\xff\xd9", tmp_path)

    assert info.notes == ("The file ends before its finest details: the picture may look coarse.",)


@pytest.mark.parametrize("bits", [12, 16])
def test_deep_jpegs_are_named_not_called_damaged(tmp_path: Path, bits: int) -> None:
    pixels = noise(16, 16, 3, np.uint16) >> np.uint16(16 - bits)
    content = imagecodecs.jpeg8_encode(pixels, bitspersample=bits, lossless=bits == 16)
    (tmp_path / "a.jpg").write_bytes(content)

    for read in (read_info, lambda path: open_photo(path, scratch_folder=tmp_path)):
        with pytest.raises(UnsupportedFormatError, match=rf"a\.jpg: {bits}-bit JPEG is not read"):
            read(tmp_path / "a.jpg")


@pytest.mark.parametrize(
    ("marker", "variant"),
    [
        (0xC3, "lossless JPEG"),
        (0xC5, "hierarchical JPEG"),
        (0xC7, "hierarchical lossless JPEG"),
        (0xC9, "arithmetic-coded JPEG"),
        (0xCA, "arithmetic-coded JPEG"),
        (0xCB, "arithmetic-coded lossless JPEG"),
        (0xCF, "hierarchical JPEG"),
        (0xC0, None),
        (0xC2, None),
    ],
)
def test_the_frame_tells_the_kind_of_jpeg(marker: int, variant: str | None) -> None:
    content = jpeg_bytes(noise(16, 16)).replace(b"\xff\xc0", bytes([0xFF, marker]), 1)

    assert jpeg_structure(io.BytesIO(content), scans=False).unread_variant == variant


def test_a_jpeg_of_a_kind_that_is_not_read_is_named_not_called_damaged(tmp_path: Path) -> None:
    content = jpeg_bytes(noise(16, 16)).replace(b"\xff\xc0", b"\xff\xc5", 1)

    with pytest.raises(UnsupportedFormatError, match=r"a\.jpg: hierarchical JPEG is not read"):
        _decoded(content, tmp_path)


def test_a_jpeg_without_a_frame_is_of_no_kind() -> None:
    assert jpeg_structure(io.BytesIO(b"\xff\xd8\xff\xd9"), scans=False).unread_variant is None


def test_any_bytes_have_a_structure() -> None:
    rng = np.random.default_rng(0)
    content = jpeg_bytes(noise(16, 16))
    for _ in range(300):
        broken = bytearray(content)
        for at in rng.integers(0, len(broken), 5):
            broken[at] = rng.integers(0, 256)
        jpeg_structure(io.BytesIO(broken[: rng.integers(0, len(broken))]), scans=True)


def test_endless_markers_end() -> None:
    with pytest.raises(ValueError, match="markers"):
        jpeg_structure(io.BytesIO(b"\xff\xd8" + b"\xff\x01" * 200_000), scans=True)


@pytest.mark.parametrize("size", [1, 3, 50, 51, 52, 60, -1])
def test_the_end_marker_is_lent_however_the_file_is_read(size: int) -> None:
    content = bytes(range(50))
    file = WatchedJpeg(io.BytesIO(content), JpegStructure())
    read = b""
    while chunk := file.read(size):
        read += chunk

    assert read == content + b"\xff\xd9"
    assert file.seek(-2, io.SEEK_END) == 50
    assert file.read(1) + file.read(5) == b"\xff\xd9"
