"""What a file says goes through decoding and encoding, in every format."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from typing_extensions import override

from engine.imaging.codecs.decode import open_photo, read_info
from engine.imaging.codecs.encode import EncodeOptions, SaveReport, save_photo
from engine.imaging.formats import OutputFormat
from engine.imaging.metadata.selection import ResultMetadata
from engine.imaging.metadata.writing import finish_metadata, metadata_stream
from engine.imaging.photo_text import COMMENT, PhotoText
from engine.imaging.raster import Raster
from tests.helpers.metadata_blocks import UNDEFINED, Tag, entries_of, exif_of, xmp_of
from tests.helpers.pictures import filled_raster, noise
from tests.helpers.saved_pictures import opened

BLOCK_FORMATS = [OutputFormat.JPEG, OutputFormat.PNG, OutputFormat.WEBP, OutputFormat.AVIF]
TIFF = "http://ns.adobe.com/tiff/1.0/"


def _enlarged(source: Path, output: OutputFormat, **options: object) -> tuple[Path, SaveReport]:
    """Decode a file and save it twice as large."""
    path = source.with_name(f"result{output.suffix}")
    with open_photo(source, scratch_folder=source.parent) as photo:
        pixels = photo.color.read(photo.color.whole).repeat(2, axis=0).repeat(2, axis=1)
        color: Raster = filled_raster(pixels, source.parent)
        chosen = EncodeOptions(format=output, **options)  # type: ignore[arg-type]
        report = save_photo(color, None, photo.info, path, options=chosen)
        color.close()
    return path, report


def _jpeg(folder: Path, **said: object) -> Path:
    path = folder / "source.jpg"
    Image.fromarray(noise(48, 64)).save(path, "JPEG", **said)
    return path


def _exif_in(path: Path) -> bytes:
    """Return the block as it stands in the file."""
    exif = opened(path).info["exif"]
    return bytes(exif).removeprefix(b"Exif\0\0")


@pytest.mark.parametrize("output", BLOCK_FORMATS)
@pytest.mark.parametrize("order", ["<", ">"])
def test_a_block_comes_back_with_tags_that_no_library_knows(
    tmp_path: Path, output: OutputFormat, order: str
) -> None:
    encoding = "utf-16-le" if order == "<" else "utf-16-be"
    comment = b"UNICODE\0" + "Gr\u00f6\u00dfe \u6728".encode(encoding)
    note = struct.pack(order + "HHHII4x", 1, 6, 2, 9, 400) + b"of a maker"
    block = exif_of(
        [Tag.text(0x010F, "Maker"), Tag.text(0xC614, "own"), Tag.short(0x0112, 6, order=order)],
        exif=[
            Tag(0x9286, UNDEFINED, comment),
            Tag(0xF123, UNDEFINED, b"unheard of"),
            Tag(0x927C, UNDEFINED, note),
        ],
        order=order,
    )

    path, report = _enlarged(_jpeg(tmp_path, exif=b"Exif\0\0" + block), output)

    written = _exif_in(path)
    assert report.notes == ()
    assert written[:2] == block[:2]
    expected, found = entries_of(block), entries_of(written)
    for tag in (0x010F, 0xC614, 0x9286, 0xF123, 0x927C):
        assert found[tag] == expected[tag]
    assert written.index(note) == block.index(note)
    assert found[0x0112][1] == struct.pack(order + "H", 1)
    assert found.keys() == expected.keys()


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_tiff_gets_the_block_in_its_own_byte_order(tmp_path: Path, order: str) -> None:
    encoding = "utf-16-le" if order == "<" else "utf-16-be"
    comment = b"UNICODE\0" + "Gr\u00f6\u00dfe \u6728".encode(encoding)
    block = exif_of(
        [Tag.text(0x010F, "Maker"), Tag.text(0x013C, "host")],
        exif=[Tag(0x9286, UNDEFINED, comment), Tag.ratio(0x829A, 1, 250, order)],
        gps=[Tag.text(0x001D, "2024:05:06")],
        order=order,
    )

    path, report = _enlarged(_jpeg(tmp_path, exif=b"Exif\0\0" + block), OutputFormat.TIFF)

    assert report.notes == ()
    with tifffile.TiffFile(path) as file:
        tags = file.pages.first.tags
        assert (tags[0x010F].value, tags[0x013C].value) == ("Maker", "host")
        inner = tags[0x8769].value
        assert inner["ExposureTime"] == (1, 250)
        assert inner["UserComment"] == "Gr\u00f6\u00dfe \u6728"
        assert tags[0x8825].value["GPSDateStamp"] == "2024:05:06"
    assert path.read_bytes()[:2] == b"II"
    assert b"UNICODE\0" + "Gr\u00f6\u00dfe \u6728".encode("utf-16-le") in path.read_bytes()


@pytest.mark.parametrize("output", list(OutputFormat))
def test_where_nothing_is_stated_nothing_is_written(tmp_path: Path, output: OutputFormat) -> None:
    sources = {"a.png": "PNG", "a.jpg": "JPEG", "a.webp": "WEBP", "a.gif": "GIF"}
    for name, form in sources.items():
        Image.fromarray(noise(8, 8)).save(tmp_path / name, form)
        for keep in (True, False):
            path, report = _enlarged(tmp_path / name, output, keep_metadata=keep)
            content = path.read_bytes()
            assert report.notes == ()
            assert b"Exif" not in content
            assert b"pHYs" not in content
            assert "dpi" not in opened(path).info
            assert read_info(path).dpi is None
            if output is OutputFormat.JPEG:
                assert opened(path).info["jfif_unit"] == 0
            if output is OutputFormat.TIFF:
                with tifffile.TiffFile(path) as file:
                    assert file.pages.first.tags["ResolutionUnit"].value == 1


@pytest.mark.parametrize("output", list(OutputFormat))
@pytest.mark.parametrize("keep", [True, False])
def test_a_resolution_that_is_asked_for_is_written(
    tmp_path: Path, output: OutputFormat, keep: bool
) -> None:
    path, _ = _enlarged(_jpeg(tmp_path), output, dpi=137.5, keep_metadata=keep)

    assert read_info(path).dpi == pytest.approx((137.5, 137.5), rel=1e-4)


@pytest.mark.parametrize("output", list(OutputFormat))
def test_a_block_of_a_resolution_says_nothing_of_colors(
    tmp_path: Path, output: OutputFormat
) -> None:
    Image.fromarray(noise(8, 8)).save(tmp_path / "a.png", dpi=(300, 300))

    path, _ = _enlarged(tmp_path / "a.png", output)

    assert read_info(path).dpi == pytest.approx((300, 300), rel=1e-4)
    exif = opened(path).getexif()
    assert 0x8769 not in exif


@pytest.mark.parametrize("output", list(OutputFormat))
def test_xmp_follows_the_picture_into_any_format(tmp_path: Path, output: OutputFormat) -> None:
    said = (
        f'xmlns:tiff="{TIFF}" tiff:Orientation="6" tiff:ImageWidth="64" tiff:ImageLength="48" '
        'xmlns:GCamera="http://ns.google.com/photos/1.0/camera/" GCamera:MotionPhoto="1" '
        'xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0" '
        'xmlns:own="http://own.example/1/" own:mine="kept"'
    )
    exif = b"Exif\0\0" + exif_of([Tag.short(0x0112, 6)])

    path, report = _enlarged(_jpeg(tmp_path, exif=exif, xmp=xmp_of(said)), output)

    found = read_info(path).xmp
    assert found is not None
    for part in (b'Orientation="1"', b'Width="96"', b'Length="128"', b'own:mine="kept"'):
        assert part in found
    for part in (b"MotionPhoto", b"GCamera", b"hdrgm"):
        assert part not in path.read_bytes()
    assert found.startswith(b"<?xpacket begin")
    assert found.endswith(b'<?xpacket end="w"?>')
    assert len(report.notes) == 0
    assert len(read_info(tmp_path / "source.jpg").notes) == 2


@pytest.mark.parametrize("output", list(OutputFormat))
def test_xmp_longer_than_a_segment_goes_into_any_format(
    tmp_path: Path, output: OutputFormat
) -> None:
    text = PngInfo()
    long = xmp_of(f'xmlns:own="http://own.example/1/" own:long="{"x" * 150_000}" own:short="y"')
    text.add_itxt("XML:com.adobe.xmp", long.decode())
    Image.fromarray(noise(8, 8)).save(tmp_path / "a.png", pnginfo=text)

    path, report = _enlarged(tmp_path / "a.png", output)

    info = read_info(path)
    assert report.notes == info.notes == ()
    assert info.xmp is not None
    assert b"x" * 150_000 in info.xmp
    assert b'own:short="y"' in info.xmp


def test_texts_go_from_png_to_png_and_comments_between_formats(tmp_path: Path) -> None:
    text = PngInfo()
    text.add_text("parameters", "steps: 20")
    text.add_itxt("Comment", "Gr\u00f6\u00dfe \u6728")
    Image.fromarray(noise(8, 8)).save(tmp_path / "a.png", pnginfo=text)

    png, png_report = _enlarged(tmp_path / "a.png", OutputFormat.PNG)
    assert png_report.notes == ()
    assert opened(png).info["parameters"] == "steps: 20"
    jpeg, jpeg_report = _enlarged(tmp_path / "a.png", OutputFormat.JPEG)
    assert opened(jpeg).info["comment"] == "Gr\u00f6\u00dfe \u6728".encode()
    assert jpeg_report.notes == ("JPEG holds no texts such as parameters: they are left out.",)
    back, _ = _enlarged(jpeg, OutputFormat.PNG)
    assert read_info(back).texts == (PhotoText(COMMENT, "Gr\u00f6\u00dfe \u6728"),)


def test_an_animation_becomes_a_still_picture(tmp_path: Path) -> None:
    pictures = [Image.fromarray(noise(8, 8, seed=seed)) for seed in (1, 2)]
    pictures[0].save(tmp_path / "a.png", save_all=True, append_images=pictures[1:])

    path, _ = _enlarged(tmp_path / "a.png", OutputFormat.PNG)

    assert b"acTL" not in path.read_bytes()
    np.testing.assert_array_equal(np.asarray(opened(path))[::2, ::2], noise(8, 8, seed=1))


def test_a_stack_becomes_a_page_that_is_described_as_one(tmp_path: Path) -> None:
    stack = np.stack([noise(8, 8, 1, np.uint16, seed)[..., 0] for seed in (1, 2)])
    tifffile.imwrite(tmp_path / "a.tif", stack, imagej=True)

    path, report = _enlarged(tmp_path / "a.tif", OutputFormat.TIFF)

    assert tifffile.imread(path).shape == (16, 16)
    assert report.notes == ("The description of the file's layout by ImageJ is left out.",)


def test_the_pixels_are_the_same_with_and_without_metadata(tmp_path: Path) -> None:
    source = _jpeg(tmp_path, exif=b"Exif\0\0" + exif_of([Tag.text(0x010F, "M")]), xmp=xmp_of())
    for output in OutputFormat:
        with_them, _ = _enlarged(source, output)
        pixels = np.asarray(Image.open(io.BytesIO(with_them.read_bytes())))
        without, _ = _enlarged(source, output, keep_metadata=False)
        np.testing.assert_array_equal(pixels, np.asarray(opened(without)))


@pytest.mark.parametrize("piece_bytes", [1, 5, 6, 19, 20, 1000])
@pytest.mark.parametrize("has_header", [True, False])
def test_metadata_come_in_however_small_an_encoders_pieces_are(
    piece_bytes: int, has_header: bool
) -> None:
    written = io.BytesIO()
    Image.fromarray(noise(8, 8)).save(written, "JPEG")
    jpeg = written.getvalue()
    # Its JFIF header is 18 bytes long.
    given = jpeg if has_header else jpeg[:2] + jpeg[20:]
    file = io.BytesIO()
    stream = metadata_stream(
        file, OutputFormat.JPEG, ResultMetadata(texts=(PhotoText(COMMENT, "mine"),))
    )

    for at in range(0, len(given), piece_bytes):
        piece = given[at : at + piece_bytes]
        assert stream.write(piece) == len(piece)

    segments = b"\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0" + b"\xff\xfe\0\6mine"
    assert file.getvalue() == jpeg[:2] + segments + jpeg[20:]


class _HugeFile(io.BytesIO):
    """A file of which only the start is there, and which says that it ends at 4 GiB."""

    @override
    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return 2**32 if whence == io.SEEK_END else super().seek(offset, whence)


def test_a_tiff_that_is_too_large_for_its_metadata_says_so() -> None:
    written = io.BytesIO()
    tifffile.imwrite(written, noise(8, 8), photometric="rgb", byteorder="<", metadata=None)
    huge = _HugeFile(written.getvalue())

    notes = finish_metadata(huge, OutputFormat.TIFF, ResultMetadata(dpi=(300, 300)), (8, 8))

    assert notes == ("The metadata do not fit a TIFF of this size: they are left out.",)
    assert huge.getvalue() == written.getvalue()
