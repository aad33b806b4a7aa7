from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.core.errors import OutputError
from engine.core.images import ImageUint
from engine.imaging.codecs.decode import open_photo, read_info
from engine.imaging.codecs.encode import EncodeOptions
from engine.imaging.codecs.gray_output import write_gray_avif
from engine.imaging.color.icc import tone_distance
from engine.imaging.formats import OutputFormat
from engine.imaging.vips import pyvips
from tests.helpers.pictures import exif_block, info_of, matrix_profile, noise
from tests.helpers.saved_pictures import opened, saved

AVIF = OutputFormat.AVIF


@pytest.mark.parametrize("on_disk", [False, True])
@pytest.mark.parametrize("size", [(40, 30), (1, 1), (31, 17)])
def test_gray_stays_gray_and_is_exact_without_loss(
    tmp_path: Path, size: tuple[int, int], on_disk: bool
) -> None:
    pixels = noise(*size, 1)

    saved(pixels, tmp_path / "a.avif", EncodeOptions(format=AVIF, lossless=True), on_disk=on_disk)

    assert opened(tmp_path / "a.avif").mode == "L"
    with open_photo(tmp_path / "a.avif", scratch_folder=tmp_path) as photo:
        assert photo.info.channels == 1
        np.testing.assert_array_equal(photo.color.read(photo.color.whole), pixels)


def test_profile_and_metadata_go_along(tmp_path: Path) -> None:
    pixels = noise(20, 30, 1)
    profile = matrix_profile(2.2, gray=True)
    info = info_of(
        pixels, icc=profile, exif=exif_block(), xmp=b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>"
    )

    saved(pixels, tmp_path / "a.avif", EncodeOptions(format=AVIF), info)

    with open_photo(tmp_path / "a.avif", scratch_folder=tmp_path) as photo:
        assert photo.info.icc == profile
        assert photo.info.exif is not None
        assert b"A. Author" in photo.info.exif


def test_quality_makes_files_smaller(tmp_path: Path) -> None:
    ramp = np.linspace(0, 250, 64 * 64).reshape(64, 64, 1) + noise(64, 64, 1) % 20
    pixels = ramp.clip(0, 255).astype(np.uint8)
    sizes = [
        saved(pixels, tmp_path / f"{quality}.avif", EncodeOptions(format=AVIF, quality=quality))
        for quality in (30, 90)
    ]

    assert sizes[0].size_bytes < sizes[1].size_bytes


def test_gray_with_more_bits_or_alpha_is_written_too(tmp_path: Path) -> None:
    for pixels in (noise(20, 30, 1, np.uint16), noise(20, 30, 2)):
        saved(pixels, tmp_path / "a.avif", EncodeOptions(format=AVIF))
        with open_photo(tmp_path / "a.avif", scratch_folder=tmp_path) as photo:
            assert (photo.info.width_px, photo.info.height_px) == (30, 20)


@pytest.mark.parametrize("output", list(OutputFormat))
@pytest.mark.parametrize(
    "pixels", [noise(20, 30, 1), noise(20, 30, 2), noise(20, 30, 1, np.uint16)]
)
def test_the_curve_of_a_gray_profile_goes_along_in_every_format(
    tmp_path: Path, output: OutputFormat, pixels: ImageUint
) -> None:
    profile = matrix_profile(1.8, gray=True, name="Own gray")
    path = tmp_path / f"a{output.suffix}"

    saved(pixels, path, EncodeOptions(format=output), info_of(pixels, icc=profile))

    info = read_info(path)
    assert (info.color_space, info.notes) == ("Own gray", ())
    assert info.icc is not None
    assert tone_distance(info.icc) == pytest.approx(tone_distance(profile), abs=0.2)


def test_a_gray_profile_without_a_curve_is_dropped_with_a_note(tmp_path: Path) -> None:
    pixels = noise(20, 30, 1)
    profile = matrix_profile(1.8, gray=True).replace(b"kTRC", b"none")

    report = saved(
        pixels,
        tmp_path / "a.webp",
        EncodeOptions(format=OutputFormat.WEBP),
        info_of(pixels, icc=profile),
    )

    assert "The gray color profile does not fit the format: it is dropped." in report.notes


def test_what_cannot_be_encoded_is_named(tmp_path: Path) -> None:
    huge = pyvips.Image.black(70_000, 1)

    with (tmp_path / "a").open("wb") as file, pytest.raises(OutputError, match="AVIF failed"):
        write_gray_avif(huge, file, Path("a.avif"), quality=90, speed=6)
