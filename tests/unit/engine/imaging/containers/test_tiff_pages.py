from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import tifffile

from engine.core.errors import UnsupportedFormatError
from engine.core.images import ImageUint
from engine.imaging.codecs.decode import open_photo, read_info
from engine.imaging.containers.tiff_pages import photo_page, tiff_pages
from engine.imaging.photo import PhotoInfo
from tests.helpers.pictures import noise, vips_image


def _decoded(path: Path) -> tuple[PhotoInfo, ImageUint, ImageUint | None]:
    with open_photo(path, scratch_folder=path.parent) as photo:
        alpha = photo.alpha.read(photo.alpha.whole) if photo.alpha is not None else None
        return photo.info, photo.color.read(photo.color.whole), alpha


@pytest.mark.parametrize("is_big", [False, True])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize(
    ("extras", "alpha_at"),
    [
        (["unassalpha"], 0),
        (["unspecified", "unassalpha"], 1),
        (["unassalpha", "unspecified"], 0),
        (["unspecified", "unspecified", "unassalpha"], 2),
    ],
)
def test_alpha_is_the_extra_sample_that_is_said_to_be(
    tmp_path: Path, is_big: bool, dtype: type, extras: list[str], alpha_at: int
) -> None:
    # Gray or RGB, little-endian or big-endian, by what else is tried.
    colors = 1 if alpha_at == 1 else 3
    pixels = noise(9, 7, colors + len(extras), dtype) | dtype(1)
    for extra in range(len(extras)):
        if extra != alpha_at:
            pixels[..., colors + extra] = 0
    path = tmp_path / "a.tif"
    tifffile.imwrite(
        path,
        pixels,
        photometric="minisblack" if colors == 1 else "rgb",
        planarconfig="contig",
        extrasamples=extras,
        byteorder=">" if dtype is np.uint16 else "<",
        bigtiff=is_big,
    )

    info, color, alpha = _decoded(path)

    assert info.has_alpha
    assert read_info(path).has_alpha
    np.testing.assert_array_equal(color, pixels[..., :colors])
    assert alpha is not None
    np.testing.assert_array_equal(alpha[..., 0], pixels[..., colors + alpha_at])


def test_associated_alpha_is_taken_apart_wherever_it_stands(tmp_path: Path) -> None:
    pixels = np.full((6, 6, 5), 50, np.uint8)
    pixels[..., 3] = 7
    pixels[..., 4] = 100
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, pixels, photometric="rgb", extrasamples=["unspecified", "assocalpha"])

    _, color, alpha = _decoded(path)

    assert alpha is not None
    assert (alpha == 100).all()
    assert np.abs(color.astype(int) - 50 * 255 / 100).max() <= 1


def test_an_unspecified_channel_of_zeros_hides_nothing(tmp_path: Path) -> None:
    pixels = noise(9, 7, 4)
    pixels[..., 3] = 0
    tifffile.imwrite(tmp_path / "a.tif", pixels, photometric="rgb", extrasamples=["unspecified"])

    info, color, alpha = _decoded(tmp_path / "a.tif")

    assert (alpha, info.has_alpha) == (None, False)
    np.testing.assert_array_equal(color, pixels[..., :3])
    assert info.notes == (
        "An extra channel of zeros is not used as transparency: nothing would be visible.",
    )


def test_an_unspecified_channel_that_is_not_zero_is_alpha(tmp_path: Path) -> None:
    pixels = noise(9, 7, 4)
    tifffile.imwrite(tmp_path / "a.tif", pixels, photometric="rgb", extrasamples=["unspecified"])

    info, _, alpha = _decoded(tmp_path / "a.tif")

    assert info.notes == ()
    assert alpha is not None
    np.testing.assert_array_equal(alpha, pixels[..., 3:])


def test_alpha_that_is_said_to_be_all_zero_is_believed(tmp_path: Path) -> None:
    pixels = noise(9, 7, 4)
    pixels[..., 3] = 0
    tifffile.imwrite(tmp_path / "a.tif", pixels, photometric="rgb", extrasamples=["unassalpha"])

    assert _decoded(tmp_path / "a.tif")[2] is not None


@pytest.mark.parametrize("reduced_first", [1, 2])
def test_a_reduced_copy_is_no_photo(tmp_path: Path, reduced_first: int) -> None:
    pixels = noise(48, 64)
    with tifffile.TiffWriter(tmp_path / "a.tif") as tiff:
        for step in range(reduced_first):
            tiff.write(noise(12 + step, 16), photometric="rgb", subfiletype=1)
        tiff.write(pixels, photometric="rgb")

    info, color, _ = _decoded(tmp_path / "a.tif")

    assert (info.width_px, info.height_px, info.notes) == (64, 48, ())
    np.testing.assert_array_equal(color, pixels)
    assert read_info(tmp_path / "a.tif") == info


def test_a_pyramid_is_one_picture(tmp_path: Path) -> None:
    pixels = noise(48, 64)
    with tifffile.TiffWriter(tmp_path / "a.tif") as tiff:
        tiff.write(pixels, photometric="rgb", tile=(16, 16))
        for level in (2, 4):
            tiff.write(
                np.ascontiguousarray(pixels[::level, ::level]),
                photometric="rgb",
                tile=(16, 16),
                subfiletype=1,
            )

    info, color, _ = _decoded(tmp_path / "a.tif")

    assert info.notes == ()
    np.testing.assert_array_equal(color, pixels)


def test_pages_that_are_pictures_are_counted_and_masks_are_named(tmp_path: Path) -> None:
    with tifffile.TiffWriter(tmp_path / "a.tif") as tiff:
        tiff.write(noise(4, 4), photometric="rgb")
        tiff.write(noise(2, 2), photometric="rgb", subfiletype=1)
        tiff.write(noise(4, 4), photometric="rgb")
        tiff.write(np.eye(4, dtype=bool), photometric="minisblack", subfiletype=4)

    assert read_info(tmp_path / "a.tif").notes == (
        "Only the first of 2 pages or frames is used.",
        "The transparency mask on a page of its own is not used.",
    )


def test_a_file_of_reduced_copies_says_so(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", noise(4, 6), photometric="rgb", subfiletype=1)

    info = read_info(tmp_path / "a.tif")

    assert (info.width_px, info.height_px) == (6, 4)
    assert info.notes == (
        "All pages of the file are marked as reduced copies: the first one is used.",
    )


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"compression": "zstd"}, "Zstandard in TIFF"),
        ({"compression": "lzma"}, "LZMA in TIFF"),
        ({"compression": "jpeg2000"}, "JPEG 2000 in TIFF"),
        ({"compression": "jpegxl"}, "JPEG XL in TIFF"),
        ({"compression": "png"}, "PNG in TIFF"),
        ({"compression": "jpegxr"}, "JPEG XR in TIFF"),
        ({"compression": "lerc"}, "LERC in TIFF"),
        ({"planarconfig": "separate", "tile": (16, 16)}, "TIFF with tiles of single channels"),
    ],
)
def test_a_variant_that_is_not_read_is_named_not_called_damaged(
    tmp_path: Path, options: dict[str, object], named: str
) -> None:
    pixels = noise(32, 32)
    if "planarconfig" in options:
        pixels = np.moveaxis(pixels, 2, 0).astype(np.uint16)
    tifffile.imwrite(tmp_path / "a.tif", pixels, photometric="rgb", **options)  # type: ignore[arg-type]

    with pytest.raises(UnsupportedFormatError, match=rf"a\.tif: {named} is not read; save it as"):
        open_photo(tmp_path / "a.tif", scratch_folder=tmp_path)


@pytest.mark.parametrize("bits", [6, 10, 12, 14])
def test_other_bits_are_named_not_called_damaged(tmp_path: Path, bits: int) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, np.zeros((8, 8), np.uint16), photometric="minisblack")
    with tifffile.TiffFile(path, mode="r+") as tiff:
        tiff.pages.first.tags["BitsPerSample"].overwrite(bits)

    with pytest.raises(
        UnsupportedFormatError, match=rf"a\.tif: TIFF of {bits} bits a sample is not"
    ):
        open_photo(path, scratch_folder=tmp_path)


def test_channels_that_differ_in_their_bits_are_named_not_called_damaged(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, noise(8, 8), photometric="rgb")
    with tifffile.TiffFile(path, mode="r+") as tiff:
        tiff.pages.first.tags["BitsPerSample"].overwrite((8, 8, 16))

    with pytest.raises(
        UnsupportedFormatError, match=r"a\.tif: TIFF whose channels differ in their bits is not"
    ):
        open_photo(path, scratch_folder=tmp_path)


def test_colors_that_would_be_taken_for_others_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, noise(8, 8), photometric="ycbcr")

    with pytest.raises(UnsupportedFormatError, match=r"a\.tif: TIFF in YCbCr colors without JPEG"):
        read_info(path)

    inks = (332, 3, 1, 2, True)
    tifffile.imwrite(path, noise(8, 8, 4), photometric="separated", extratags=[inks])
    with pytest.raises(UnsupportedFormatError, match=r"a\.tif: TIFF in other inks than CMYK"):
        read_info(path)


def test_ycbcr_in_jpeg_is_read(tmp_path: Path) -> None:
    pixels = np.full((16, 16, 3), (200, 100, 50), np.uint8)
    vips_image(pixels).tiffsave(str(tmp_path / "a.tif"), compression="jpeg", Q=80)
    with tifffile.TiffFile(tmp_path / "a.tif") as tiff:
        assert tiff.pages.first.tags["PhotometricInterpretation"].value == 6

    assert np.abs(_decoded(tmp_path / "a.tif")[1].astype(int) - pixels).max() <= 3


@pytest.mark.parametrize(("channels", "said"), [(5, "1 extra ink is"), (6, "2 extra inks are")])
def test_a_fifth_ink_is_no_transparency(tmp_path: Path, channels: int, said: str) -> None:
    pixels = noise(8, 8, channels)
    tifffile.imwrite(tmp_path / "a.tif", pixels, photometric="separated")

    info, _, alpha = _decoded(tmp_path / "a.tif")

    assert alpha is None
    assert info.notes[0] == f"{said} dropped."


@pytest.mark.parametrize(("dtype", "named"), [(np.complex64, "64 bits"), (np.uint64, "64 bits")])
def test_other_kinds_of_samples_are_named(tmp_path: Path, dtype: type, named: str) -> None:
    tifffile.imwrite(tmp_path / "a.tif", np.ones((8, 8), dtype))

    with pytest.raises(UnsupportedFormatError, match=rf"a\.tif: TIFF of {named} a sample is not"):
        read_info(tmp_path / "a.tif")


def test_a_mask_alone_is_named(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", np.eye(8, dtype=bool), photometric="mask")

    with pytest.raises(UnsupportedFormatError, match=r"a\.tif: TIFF of a mask is not read"):
        open_photo(tmp_path / "a.tif", scratch_folder=tmp_path)


def test_any_bytes_have_pages() -> None:
    stream = io.BytesIO()
    tifffile.imwrite(stream, noise(4, 6), photometric="rgb")
    content = stream.getvalue()
    rng = np.random.default_rng(0)
    for _ in range(500):
        broken = bytearray(content)
        for at in rng.integers(0, 200, 5):
            broken[at] = rng.integers(0, 256)
        pages = tiff_pages(io.BytesIO(broken[: rng.integers(0, len(broken))]))
        assert photo_page(pages) >= 0
        assert all(page.unread_variant != "" for page in pages)


def test_a_list_of_pages_that_bites_its_tail_ends() -> None:
    directory = b"\x01\0" + b"\0\1\3\0\1\0\0\0\4\0\0\0" + (8).to_bytes(4, "little")

    assert len(tiff_pages(io.BytesIO(b"II*\0" + (8).to_bytes(4, "little") + directory))) == 1
