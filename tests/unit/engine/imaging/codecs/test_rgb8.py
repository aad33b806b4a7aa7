from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.core.cancellation import CancelToken
from engine.core.errors import ImageTooLargeError, JobCancelled, UnreadableImageError
from engine.core.images import ImageUint
from engine.imaging.codecs.rgb8 import load_rgb8
from tests.helpers.pictures import builtin_profile, matrix_profile, noise, vips_image


@pytest.mark.parametrize("channels", [1, 3])
def test_16_bits_are_rounded_and_gray_is_repeated(tmp_path: Path, channels: int) -> None:
    pixels = noise(9, 7, channels, np.uint16)
    vips_image(pixels).pngsave(str(tmp_path / "a.png"))

    loaded = load_rgb8(tmp_path / "a.png")

    assert loaded.dtype == np.uint8
    np.testing.assert_array_equal(loaded, np.rint(pixels / 257).repeat(3 // channels, axis=2))


def test_8_bit_rgb_comes_back_exactly(tmp_path: Path) -> None:
    pixels = noise(9, 7)
    vips_image(pixels).pngsave(str(tmp_path / "a.png"))

    np.testing.assert_array_equal(load_rgb8(tmp_path / "a.png"), pixels)


def test_a_profile_of_srgb_changes_no_pixel_value(tmp_path: Path) -> None:
    pixels = noise(9, 7)
    Image.fromarray(pixels).save(tmp_path / "a.png", icc_profile=builtin_profile("srgb"))

    np.testing.assert_array_equal(load_rgb8(tmp_path / "a.png"), pixels)


def test_another_color_space_is_converted(tmp_path: Path) -> None:
    # Adobe RGB (1998): annex C of its specification gives the matrix to XYZ (D65); the way back
    # is that of IEC 61966-2-1.
    pixels = np.array([[[120, 130, 110], [200, 190, 180], [60, 70, 66]]], np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.png", icc_profile=matrix_profile(2.19921875))
    to_xyz = [[0.57667, 0.18556, 0.18823], [0.29734, 0.62736, 0.07529], [0.02703, 0.07069, 0.99134]]
    to_rgb = [[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.204, 1.057]]
    linear = (pixels[0] / 255) ** 2.19921875 @ np.array(to_xyz).T @ np.array(to_rgb).T
    expected = 255 * np.where(
        linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055
    )

    assert np.abs(load_rgb8(tmp_path / "a.png")[0] - expected).max() <= 1


def test_a_gray_profile_is_converted(tmp_path: Path) -> None:
    profile = matrix_profile(2.2, gray=True)
    Image.new("L", (4, 4), 40).save(tmp_path / "a.png", icc_profile=profile)
    linear = (40 / 255) ** 2.2

    expected = 255 * (1.055 * linear ** (1 / 2.4) - 0.055)
    assert np.abs(load_rgb8(tmp_path / "a.png") - expected).max() <= 1


def test_a_turned_photo_stands_upright(tmp_path: Path) -> None:
    pixels = noise(4, 6)
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(pixels).save(tmp_path / "a.png", exif=exif)

    np.testing.assert_array_equal(load_rgb8(tmp_path / "a.png"), np.rot90(pixels, -1))


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_transparent_photo_stands_on_white_and_hides_its_hidden_colors(
    tmp_path: Path, dtype: type
) -> None:
    white = np.iinfo(dtype).max
    pixels: ImageUint = np.zeros((8, 8, 4), dtype)
    pixels[:, :4] = (white, 0, 0, white)
    pixels[:, 4:] = (0, white, 0, 0)
    pixels[0, 0, 3] = white // 5
    vips_image(pixels).pngsave(str(tmp_path / "a.png"))

    loaded = load_rgb8(tmp_path / "a.png")

    assert (loaded[:, 4:] == 255).all()
    assert (loaded[1:, :4] == (255, 0, 0)).all()
    assert np.abs(loaded[0, 0].astype(int) - (255, 204, 204)).max() <= 1


def test_a_photo_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    vips_image(noise(4, 6)).pngsave(str(tmp_path / "a.png"))

    with pytest.raises(ImageTooLargeError, match=r"a\.png"):
        load_rgb8(tmp_path / "a.png", max_pixels=23)


def test_a_broken_photo_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.ppm").write_bytes(b"P6 x y 255\n")

    with pytest.raises(UnreadableImageError, match=r"a\.ppm: damaged"):
        load_rgb8(tmp_path / "a.ppm")


def test_it_can_be_cancelled(tmp_path: Path) -> None:
    vips_image(noise(4, 6)).pngsave(str(tmp_path / "a.png"))
    token = CancelToken()
    token.cancel()

    with pytest.raises(JobCancelled):
        load_rgb8(tmp_path / "a.png", token=token)
