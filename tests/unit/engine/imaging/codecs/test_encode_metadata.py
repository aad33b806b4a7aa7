"""Profiles and metadata go into the file and come back."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.imaging.codecs.decode import read_info
from engine.imaging.codecs.encode import EncodeOptions
from engine.imaging.formats import OutputFormat
from engine.imaging.metadata.notes import BOUND_MAKER_NOTE
from tests.helpers.metadata_blocks import xmp_of
from tests.helpers.pictures import builtin_profile, exif_block, info_of, matrix_profile, noise
from tests.helpers.saved_pictures import opened, saved


@pytest.mark.parametrize("output", list(OutputFormat))
@pytest.mark.parametrize(
    "profile", [builtin_profile("p3"), builtin_profile("srgb"), matrix_profile(2.2)]
)
@pytest.mark.parametrize("keep", [True, False])
def test_the_profile_is_always_written_back(
    tmp_path: Path, output: OutputFormat, profile: bytes, keep: bool
) -> None:
    pixels = noise(8, 8)
    path = tmp_path / f"a{output.suffix}"

    saved(
        pixels, path, EncodeOptions(format=output, keep_metadata=keep), info_of(pixels, icc=profile)
    )

    assert opened(path).info["icc_profile"] == profile


@pytest.mark.parametrize("output", [OutputFormat.JPEG, OutputFormat.PNG, OutputFormat.TIFF])
def test_a_gray_profile_is_written_back(tmp_path: Path, output: OutputFormat) -> None:
    pixels = noise(8, 8, 1)
    profile = matrix_profile(2.2, gray=True)
    path = tmp_path / f"a{output.suffix}"

    saved(pixels, path, EncodeOptions(format=output), info_of(pixels, icc=profile))

    assert opened(path).info["icc_profile"] == profile
    assert read_info(path).icc == profile


@pytest.mark.parametrize("output", list(OutputFormat))
def test_metadata_is_kept_with_size_and_orientation_corrected(
    tmp_path: Path, output: OutputFormat
) -> None:
    pixels = noise(96, 128)
    block = exif_block(orientation=6, width=48, height=64)
    path = tmp_path / f"a{output.suffix}"

    report = saved(
        pixels,
        path,
        EncodeOptions(format=output, dpi=300),
        info_of(pixels, exif=block, xmp=xmp_of(), orientation=6, dpi=(240.0, 240.0)),
    )

    exif = opened(path).getexif()
    inner = exif.get_ifd(0x8769)
    assert report.notes == (() if output is not OutputFormat.TIFF else (BOUND_MAKER_NOTE,))
    assert (exif[0x010F], exif[0x8298], exif[0x0112]) == ("Maker", "A. Author", 1)
    assert (exif[0x0100], exif[0x0101]) == (128, 96)
    assert (inner[0xA002], inner[0xA003]) == (128, 96)
    assert (0x927C in inner) == (output is not OutputFormat.TIFF)
    assert exif.get_ifd(0x8825)[2] == (48.0, 12.0, 30.0)
    assert exif[0x011A] == pytest.approx(300)
    info = read_info(path)
    assert info.xmp == xmp_of()
    assert info.dpi == pytest.approx((300, 300), rel=1e-3)


@pytest.mark.parametrize("output", list(OutputFormat))
def test_metadata_can_be_left_out_but_not_a_resolution_with_a_place_of_its_own(
    tmp_path: Path, output: OutputFormat
) -> None:
    pixels = noise(8, 8)
    path = tmp_path / f"a{output.suffix}"

    saved(
        pixels,
        path,
        EncodeOptions(format=output, keep_metadata=False),
        info_of(pixels, exif=exif_block(), xmp=xmp_of(), iptc=b"\x1c", dpi=(200.0, 200.0)),
    )

    assert b"Maker" not in path.read_bytes()
    assert b"xmpmeta" not in path.read_bytes()
    if output in {OutputFormat.WEBP, OutputFormat.AVIF}:
        # EXIF would be the only place.
        assert b"Exif" not in path.read_bytes()
        assert read_info(path).dpi is None
    else:
        assert read_info(path).dpi == pytest.approx((200, 200), rel=1e-3)


def test_a_picture_without_metadata_gets_none(tmp_path: Path) -> None:
    pixels = noise(8, 8)

    for output in OutputFormat:
        path = tmp_path / f"a{output.suffix}"
        saved(pixels, path, EncodeOptions(format=output))
        assert b"Exif" not in path.read_bytes(), output


@pytest.mark.parametrize("output", list(OutputFormat))
def test_iptc_is_kept_where_the_format_can(tmp_path: Path, output: OutputFormat) -> None:
    pixels = noise(8, 8)
    records = b"\x1c\x02\x50\x00\x09A. Author"
    path = tmp_path / f"a{output.suffix}"

    report = saved(pixels, path, EncodeOptions(format=output), info_of(pixels, iptc=records))

    if output in {OutputFormat.JPEG, OutputFormat.PNG, OutputFormat.TIFF}:
        found = read_info(path).iptc
        assert found is not None
        assert found.rstrip(b"\0") == records
        assert report.notes == ()
    else:
        assert report.notes == (f"{output.name} holds no IPTC block: it is dropped.",)
