from __future__ import annotations

from pathlib import Path

import pytest

from engine.core.errors import FormatLimitError
from engine.imaging.formats import (
    FORMAT_SUFFIXES,
    PHOTO_SUFFIXES,
    RAW_SUFFIXES,
    OutputFormat,
    check_format_limits,
)


@pytest.mark.parametrize("output", list(OutputFormat))
def test_a_format_is_known_by_its_own_suffix(output: OutputFormat) -> None:
    assert OutputFormat.of_suffix(output.suffix.upper()) is output


@pytest.mark.parametrize("suffix", [".heic", ".nef", "", ".mpo", ".MPO", ".apng", ".btf", ".jif"])
def test_other_suffixes_stand_for_no_output(suffix: str) -> None:
    assert OutputFormat.of_suffix(suffix) is None


@pytest.mark.parametrize(
    ("suffix", "output"),
    [(".jpg", "JPEG"), (".jpe", "JPEG"), (".JFIF", "JPEG"), (".tif", "TIFF"), (".tiff", "TIFF")],
)
def test_a_result_may_have_any_common_suffix_of_its_format(suffix: str, output: str) -> None:
    assert OutputFormat.of_suffix(suffix) is OutputFormat[output]


def test_no_suffix_stands_for_two_formats() -> None:
    listed = [suffix for suffixes in FORMAT_SUFFIXES.values() for suffix in suffixes]

    assert len(listed) == len(set(listed)) == len(PHOTO_SUFFIXES)
    assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in listed)
    assert RAW_SUFFIXES < PHOTO_SUFFIXES


def test_every_format_that_is_written_can_be_read() -> None:
    assert {output.value for output in OutputFormat} <= FORMAT_SUFFIXES.keys()


@pytest.mark.parametrize(
    ("output", "limit"),
    [(OutputFormat.WEBP, 16383), (OutputFormat.JPEG, 65500), (OutputFormat.AVIF, 16384)],
)
def test_a_side_may_be_as_long_as_the_limit_and_no_longer(output: OutputFormat, limit: int) -> None:
    check_format_limits(output, width_px=limit, height_px=1, path=Path("a"))

    with pytest.raises(FormatLimitError, match=f"a: 1x{limit + 1} px do not fit"):
        check_format_limits(output, width_px=1, height_px=limit + 1, path=Path("a"))


def test_png_and_tiff_hold_what_jpeg_cannot() -> None:
    for output in (OutputFormat.PNG, OutputFormat.TIFF):
        check_format_limits(output, width_px=100_000, height_px=100_000, path=Path("a"))
