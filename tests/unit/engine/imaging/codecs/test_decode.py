from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest
import pyvips
import tifffile
from PIL import Image, ImageOps

from engine.core.errors import (
    UnsupportedFormatError,
)
from engine.imaging.codecs.decode import DecodeLimits, open_photo, read_info
from tests.helpers.pictures import (
    builtin_profile,
    exif_block,
    jpeg_bytes,
    matrix_profile,
    noise,
    vips_image,
)
from tests.helpers.saved_pictures import decoded

ON_DISK = DecodeLimits(memory_limit_bytes=0)


@pytest.mark.parametrize("limits", [None, ON_DISK])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("suffix", [".png", ".tif"])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_lossless_files_are_read_exactly(
    tmp_path: Path, suffix: str, dtype: type, channels: int, limits: DecodeLimits | None
) -> None:
    pixels = noise(23, 17, channels, dtype)
    if channels in {2, 4}:
        pixels[..., -1] |= 1
    path = tmp_path / f"photo{suffix}"
    vips_image(pixels).write_to_file(str(path))

    info, color, alpha = decoded(path, tmp_path, limits=limits)

    kept = 1 if channels < 3 else 3
    assert (info.width_px, info.height_px, info.channels) == (17, 23, kept)
    assert info.bit_depth == 8 * pixels.itemsize
    assert info.notes == ()
    np.testing.assert_array_equal(color, pixels[:, :, :kept])
    if channels in {2, 4}:
        assert alpha is not None
        np.testing.assert_array_equal(alpha, pixels[:, :, kept:])
    else:
        assert alpha is None
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("suffix", [".jpg", ".webp", ".avif", ".gif", ".bmp", ".ppm"])
def test_every_other_format_is_read(tmp_path: Path, suffix: str) -> None:
    pixels = np.full((20, 30, 3), (200, 100, 50), np.uint8)
    path = tmp_path / f"photo{suffix}"
    Image.fromarray(pixels).save(path)

    info, color, _ = decoded(path, tmp_path)

    assert (info.width_px, info.height_px) == (30, 20)
    assert np.abs(color.astype(int) - pixels).max() <= 4
    assert read_info(path) == info


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif"])
def test_orientation_is_applied_once(tmp_path: Path, suffix: str, orientation: int) -> None:
    ramp = np.linspace(0, 255, 40 * 24).reshape(40, 24, 1).repeat(3, 2).astype(np.uint8)
    ramp[:20, :12, 0] = 255
    picture = Image.fromarray(ramp)
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / f"photo{suffix}"
    if suffix == ".tif":
        picture.save(path, tiffinfo={0x0112: orientation})
    elif suffix == ".webp":
        picture.save(path, exif=exif, lossless=True)
    else:
        picture.save(path, exif=exif)
    picture.getexif()[0x0112] = orientation
    upright = np.asarray(ImageOps.exif_transpose(picture))

    info, color, _ = decoded(path, tmp_path)

    assert (info.height_px, info.width_px) == upright.shape[:2]
    assert np.abs(color.astype(int) - upright).mean() < 5


def test_resolution_turns_with_the_picture(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (4, 3)).save(tmp_path / "a.png", exif=exif, dpi=(200, 100))

    assert read_info(tmp_path / "a.png").dpi == pytest.approx((100, 200), rel=1e-3)


@pytest.mark.parametrize("size", [(1, 1), (20000, 3), (3, 20000), (31, 1), (1, 31)])
def test_odd_sizes_are_read(tmp_path: Path, size: tuple[int, int]) -> None:
    pixels = noise(size[1], size[0])
    vips_image(pixels).pngsave(str(tmp_path / "a.png"))

    _, color, _ = decoded(tmp_path / "a.png", tmp_path, limits=ON_DISK)

    np.testing.assert_array_equal(color, pixels)


@pytest.mark.parametrize(
    "name", ["Größe 图像 фото.png", "🙂.png", "a[page=2].png", "%s -o *?.png", "x" * 250 + ".png"]
)
def test_any_name_is_opened(tmp_path: Path, name: str) -> None:
    pixels = noise(4, 5)
    (tmp_path / name).write_bytes(vips_image(pixels).pngsave_buffer())

    np.testing.assert_array_equal(decoded(tmp_path / name, tmp_path)[1], pixels)


def test_a_very_long_path_is_opened(tmp_path: Path) -> None:
    folder = tmp_path
    while len(str(folder)) < 3700:
        folder /= "d" * 200
    folder.mkdir(parents=True)
    pixels = noise(4, 5)
    (folder / "a.png").write_bytes(vips_image(pixels).pngsave_buffer())

    np.testing.assert_array_equal(decoded(folder / "a.png", tmp_path)[1], pixels)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_a_name_that_is_no_text_is_opened(tmp_path: Path) -> None:
    pixels = noise(4, 5)
    path = tmp_path / os.fsdecode(b"caf\xe9.png")
    path.write_bytes(vips_image(pixels).pngsave_buffer())

    np.testing.assert_array_equal(decoded(path, tmp_path)[1], pixels)


def test_a_wrong_suffix_is_noted_and_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(jpeg_bytes(noise(8, 8)))

    info = read_info(tmp_path / "a.png")

    assert info.format == "jpeg"
    assert info.notes == ("The file is named .png but holds JPEG.",)


def test_a_palette_is_expanded(tmp_path: Path) -> None:
    picture = Image.new("P", (6, 4), 1)
    picture.putpalette([0, 0, 0, 10, 200, 30])
    picture.save(tmp_path / "a.png", transparency=b"\xff\x80")

    info, color, alpha = decoded(tmp_path / "a.png", tmp_path)

    assert info.channels == 3
    assert (color == (10, 200, 30)).all()
    assert alpha is not None
    assert (alpha == 128).all()


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_one_bit_is_expanded_to_gray(tmp_path: Path, suffix: str) -> None:
    bits = np.eye(9, dtype=bool)
    Image.fromarray(bits).save(tmp_path / f"a{suffix}")

    info, color, _ = decoded(tmp_path / f"a{suffix}", tmp_path)

    assert info.channels == 1
    np.testing.assert_array_equal(color[:, :, 0], bits * np.uint8(255))


@pytest.mark.parametrize("suffix", [".gif", ".webp", ".tif"])
def test_the_first_frame_is_used_with_a_note(tmp_path: Path, suffix: str) -> None:
    frames = [Image.new("RGB", (8, 6), (value, value, value)) for value in (250, 0, 90)]
    frames[0].save(tmp_path / f"a{suffix}", save_all=True, append_images=frames[1:])

    info, color, _ = decoded(tmp_path / f"a{suffix}", tmp_path)

    assert (info.width_px, info.height_px) == (8, 6)
    assert info.notes == ("Only the first of 3 pages or frames is used.",)
    assert color.mean() > 245


def test_associated_alpha_is_taken_apart(tmp_path: Path) -> None:
    pixels = np.full((6, 6, 4), 50, np.uint8)
    pixels[..., 3] = 100
    tifffile.imwrite(tmp_path / "a.tif", pixels, photometric="rgb", extrasamples=["assocalpha"])

    _, color, alpha = decoded(tmp_path / "a.tif", tmp_path)

    assert alpha is not None
    assert (alpha == 100).all()
    assert np.abs(color.astype(int) - 50 * 255 // 100).max() <= 1


def test_color_is_bled_under_transparency(tmp_path: Path) -> None:
    pixels = np.zeros((40, 40, 4), np.uint8)
    pixels[10:30, 10:30] = (255, 120, 40, 255)
    vips_image(pixels).pngsave(str(tmp_path / "a.png"))

    _, color, alpha = decoded(tmp_path / "a.png", tmp_path)

    assert (color == (255, 120, 40)).all()
    assert alpha is not None
    np.testing.assert_array_equal(alpha, pixels[:, :, 3:])


@pytest.mark.parametrize("profile", [builtin_profile("p3"), matrix_profile(2.2)])
def test_a_profile_like_srgb_is_kept_and_no_pixel_value_changes(
    tmp_path: Path, profile: bytes
) -> None:
    pixels = noise(9, 9)
    image = vips_image(pixels)
    image.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
    image.tiffsave(str(tmp_path / "a.tif"))

    info, color, _ = decoded(tmp_path / "a.tif", tmp_path)

    assert info.icc == profile
    assert info.notes == ()
    np.testing.assert_array_equal(color, pixels)


def test_a_linear_profile_is_converted_to_16_bit_srgb(tmp_path: Path) -> None:
    # Half the light is 188 in sRGB.
    pixels = np.full((4, 4, 3), 128, np.uint8)
    image = vips_image(pixels)
    image.set_type(pyvips.GValue.blob_type, "icc-profile-data", matrix_profile(1.0, name="Linear"))
    image.tiffsave(str(tmp_path / "a.tif"))

    info, color, _ = decoded(tmp_path / "a.tif", tmp_path)

    assert (info.bit_depth, info.icc, info.color_space) == (16, None, "sRGB")
    assert info.notes == ("Converted from Linear: its tone curve is far from sRGB's.",)
    assert np.abs(color / 257 - 188).max() < 1


@pytest.mark.parametrize("icc", [None, builtin_profile("cmyk")])
def test_cmyk_is_converted_to_srgb_with_a_note(tmp_path: Path, icc: bytes | None) -> None:
    picture = Image.new("CMYK", (8, 8), (0, 255, 255, 0))
    picture.save(tmp_path / "a.tif", icc_profile=icc)

    info, color, _ = decoded(tmp_path / "a.tif", tmp_path)

    assert (info.channels, info.icc, info.color_space) == (3, None, "sRGB")
    assert info.notes[0].startswith("Converted from CMYK")
    assert color[0, 0, 0] > 200
    assert color[0, 0, 1:].max() < 80


@pytest.mark.parametrize(
    ("dtype", "said"),
    [(np.float32, "32-bit floating point"), (np.uint32, "32-bit"), (np.int16, "signed 16-bit")],
)
def test_other_kinds_of_samples_are_refused_by_name(tmp_path: Path, dtype: type, said: str) -> None:
    tifffile.imwrite(tmp_path / "a.tif", np.zeros((4, 4), dtype))

    with pytest.raises(UnsupportedFormatError, match=f"a.tif: holds {said} samples"):
        read_info(tmp_path / "a.tif")


def test_lab_is_refused_by_name(tmp_path: Path) -> None:
    pyvips.Image.black(4, 4, bands=3).copy(interpretation="lab").cast("uchar").copy(
        interpretation="lab"
    ).tiffsave(str(tmp_path / "a.tif"))

    with pytest.raises(UnsupportedFormatError, match=r"a\.tif"):
        open_photo(tmp_path / "a.tif", scratch_folder=tmp_path)


def test_metadata_is_found_in_a_jpeg(tmp_path: Path) -> None:
    block = exif_block(width=8, height=8)
    (tmp_path / "a.jpg").write_bytes(jpeg_bytes(noise(8, 8), exif=block, xmp=b"<x:xmpmeta/>"))

    info = read_info(tmp_path / "a.jpg")

    assert info.exif == block
    assert info.xmp == b"<x:xmpmeta/>"
    assert info.dpi == pytest.approx((240, 240))
