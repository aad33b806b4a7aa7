from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tifffile
from typing_extensions import override

from engine.core.cancellation import CancelToken
from engine.core.errors import DiskFullError, FormatLimitError, JobCancelled, OutputError
from engine.core.images import ImageUint
from engine.core.leftovers import remove_leftovers
from engine.imaging.codecs import encode
from engine.imaging.codecs.decode import open_photo, read_info
from engine.imaging.codecs.encode import EncodeOptions, SaveReport, save_photo
from engine.imaging.codecs.progress_watch import ProgressWatch
from engine.imaging.formats import OutputFormat
from engine.imaging.metadata.notes import BOUND_MAKER_NOTE
from engine.imaging.vips import FileTarget
from tests.helpers.metadata_blocks import xmp_of
from tests.helpers.pictures import (
    exif_block,
    filled_raster,
    info_of,
    noise,
    pixels_of,
)
from tests.helpers.saved_pictures import opened, saved

LOSSLESS = [OutputFormat.PNG, OutputFormat.TIFF]


@pytest.mark.parametrize("output", LOSSLESS)
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("on_disk", [False, True])
def test_lossless_formats_keep_every_pixel_value(
    tmp_path: Path, output: OutputFormat, dtype: type, channels: int, on_disk: bool
) -> None:
    pixels = noise(19, 23, channels, dtype)
    path = tmp_path / f"a{output.suffix}"

    report = saved(pixels, path, EncodeOptions(format=output), on_disk=on_disk)

    np.testing.assert_array_equal(pixels_of(path), pixels)
    assert report == SaveReport(path=path, size_bytes=path.stat().st_size, notes=())
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("compression", ["none", "lzw", "deflate"])
def test_an_independent_reader_agrees_on_tiff(tmp_path: Path, compression: str) -> None:
    pixels = noise(40, 30, 3, np.uint16)

    saved(
        pixels,
        tmp_path / "a.tif",
        EncodeOptions(format=OutputFormat.TIFF, tiff_compression=compression),  # type: ignore[arg-type]
        info_of(pixels, exif=exif_block()),
    )

    np.testing.assert_array_equal(tifffile.imread(tmp_path / "a.tif"), pixels)


@pytest.mark.parametrize("output", [OutputFormat.JPEG, OutputFormat.WEBP, OutputFormat.AVIF])
@pytest.mark.parametrize("channels", [1, 3])
def test_lossy_formats_come_close(tmp_path: Path, output: OutputFormat, channels: int) -> None:
    ramp = np.linspace(30, 220, 64 * 48).reshape(48, 64, 1).repeat(channels, 2).astype(np.uint8)

    saved(ramp, tmp_path / f"a{output.suffix}", EncodeOptions(format=output))

    read = np.asarray(opened(tmp_path / f"a{output.suffix}").convert("L"))
    assert np.abs(read.astype(int) - ramp[:, :, 0]).mean() < 2


@pytest.mark.parametrize("output", [OutputFormat.WEBP, OutputFormat.AVIF])
def test_webp_and_avif_can_be_lossless(tmp_path: Path, output: OutputFormat) -> None:
    pixels = noise(16, 16)

    saved(pixels, tmp_path / f"a{output.suffix}", EncodeOptions(format=output, lossless=True))

    np.testing.assert_array_equal(pixels_of(tmp_path / f"a{output.suffix}"), pixels)


@pytest.mark.parametrize("output", list(OutputFormat))
def test_pixels_that_were_lost_on_the_disk_are_an_error_and_leave_no_file(
    tmp_path: Path, output: OutputFormat
) -> None:
    pixels = noise(300, 200)
    with filled_raster(pixels, tmp_path, on_disk=True) as raster:
        assert raster.scratch_file is not None
        os.truncate(raster.scratch_file, pixels.nbytes // 2)

        with pytest.raises(OutputError, match="cut short"):
            save_photo(
                raster,
                None,
                info_of(pixels),
                tmp_path / f"a{output.suffix}",
                options=EncodeOptions(format=output),
            )

    assert list(tmp_path.iterdir()) == []


def test_gray_stays_gray(tmp_path: Path) -> None:
    for output in (OutputFormat.JPEG, OutputFormat.PNG, OutputFormat.TIFF):
        path = tmp_path / f"a{output.suffix}"
        saved(noise(8, 8, 1), path, EncodeOptions(format=output))
        assert opened(path).mode == "L"


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_jpeg_puts_transparency_on_white_with_a_note(tmp_path: Path, dtype: type) -> None:
    pixels: ImageUint = np.zeros((8, 8, 4), dtype)
    pixels[:, 4:, 3] = np.iinfo(dtype).max

    report = saved(pixels, tmp_path / "a.jpg", EncodeOptions(format=OutputFormat.JPEG))

    read = pixels_of(tmp_path / "a.jpg")
    assert (read[:, :4] > 250).all()
    assert (read[:, 4:] < 5).all()
    assert report.notes[0] == "JPEG has no transparency: transparent areas become white."


def test_16_bits_are_rounded_to_8_and_8_are_spread_to_16(tmp_path: Path) -> None:
    pixels = np.arange(65536, dtype=np.uint16).reshape(256, 256, 1)

    saved(pixels, tmp_path / "a.png", EncodeOptions(format=OutputFormat.PNG, bit_depth=8))
    saved(
        (pixels >> 8).astype(np.uint8),
        tmp_path / "b.png",
        EncodeOptions(format=OutputFormat.PNG, bit_depth=16),
    )

    np.testing.assert_array_equal(pixels_of(tmp_path / "a.png"), np.round(pixels / 257))
    np.testing.assert_array_equal(pixels_of(tmp_path / "b.png"), (pixels >> 8) * 257)


@pytest.mark.parametrize(
    ("output", "said"),
    [
        (OutputFormat.JPEG, "JPEG keeps 8 bits of 16 per channel."),
        (OutputFormat.AVIF, "AVIF keeps 12 bits of 16 per channel."),
    ],
)
def test_lost_bits_are_noted(tmp_path: Path, output: OutputFormat, said: str) -> None:
    report = saved(
        noise(8, 8, 3, np.uint16), tmp_path / f"a{output.suffix}", EncodeOptions(format=output)
    )

    assert report.notes == (said,)


def test_avif_comes_back_within_12_bits_with_full_white(tmp_path: Path) -> None:
    pixels = np.full((16, 16, 3), 65535, np.uint16)
    pixels[:8] = 0
    saved(pixels, tmp_path / "a.avif", EncodeOptions(format=OutputFormat.AVIF, lossless=True))

    with open_photo(tmp_path / "a.avif", scratch_folder=tmp_path) as photo:
        read = photo.color.read(photo.color.whole)

    assert photo.info.bit_depth == 16
    np.testing.assert_array_equal(read, pixels)


def test_progress_runs_from_start_to_end(tmp_path: Path) -> None:
    pixels = noise(600, 500)
    told: list[float] = []
    with filled_raster(pixels, tmp_path, on_disk=True) as color:
        save_photo(
            color,
            None,
            info_of(pixels),
            tmp_path / "a.png",
            options=EncodeOptions(format=OutputFormat.PNG),
            progress=told.append,
        )

    assert told == sorted(told)
    assert told[-1] == 1
    assert len(told) > 1


@pytest.mark.parametrize("output", list(OutputFormat))
def test_cancelling_leaves_nothing(tmp_path: Path, output: OutputFormat) -> None:
    token = CancelToken()
    pixels = noise(300, 300)
    with filled_raster(pixels, tmp_path, on_disk=True) as color, pytest.raises(JobCancelled):
        save_photo(
            color,
            None,
            info_of(pixels),
            tmp_path / f"a{output.suffix}",
            options=EncodeOptions(format=output),
            progress=lambda _: token.cancel(),
            token=token,
        )

    assert not list(tmp_path.iterdir())


def test_an_existing_result_survives_a_failed_one(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"precious")
    token = CancelToken()
    token.cancel()
    with filled_raster(noise(300, 300), tmp_path) as color, pytest.raises(JobCancelled):
        save_photo(
            color,
            None,
            info_of(noise(300, 300)),
            tmp_path / "a.png",
            options=EncodeOptions(format=OutputFormat.PNG),
            token=token,
        )

    assert (tmp_path / "a.png").read_bytes() == b"precious"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_format_limit_is_found_before_anything_is_written(tmp_path: Path) -> None:
    pixels = noise(1, 16_384)

    with pytest.raises(FormatLimitError, match="16384x1 px do not fit WEBP"):
        saved(pixels, tmp_path / "a.webp", EncodeOptions(format=OutputFormat.WEBP))

    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("output", list(OutputFormat))
def test_a_disk_that_fills_up_is_named_and_nothing_is_left(
    tmp_path: Path, output: OutputFormat, monkeypatch: pytest.MonkeyPatch
) -> None:
    class FullFile(io.BytesIO):
        @override
        def write(self, _: object) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    class Target(FileTarget):
        def __init__(self, _: object) -> None:
            super().__init__(FullFile())

    monkeypatch.setattr(encode, "FileTarget", Target)

    with pytest.raises(DiskFullError, match=f"a{output.suffix}: the disk is full"):
        saved(noise(64, 64), tmp_path / f"a{output.suffix}", EncodeOptions(format=output))

    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    pixels = noise(4, 4)

    with filled_raster(pixels, tmp_path) as color, pytest.raises(OutputError, match="cannot be"):
        save_photo(
            color,
            None,
            info_of(pixels),
            tmp_path / "file" / "a.png",
            options=EncodeOptions(format=OutputFormat.PNG),
        )


def test_an_encoder_that_fails_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(
        encode._SAVERS, OutputFormat.JPEG, lambda *_: ("jpegsave_target", {"subsample_mode": "?"})
    )

    with pytest.raises(OutputError, match=r"a\.jpg: jpegsave_target failed .*another format"):
        saved(noise(4, 4), tmp_path / "a.jpg", EncodeOptions(format=OutputFormat.JPEG))


def test_a_tiff_beyond_4_gb_is_a_bigtiff(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encode, "_BIGTIFF_FROM_BYTES", 100)
    pixels = noise(8, 8)

    report = saved(
        pixels,
        tmp_path / "a.tif",
        EncodeOptions(format=OutputFormat.TIFF),
        info_of(pixels, exif=exif_block(), xmp=xmp_of()),
    )

    assert (tmp_path / "a.tif").read_bytes()[:4] == b"II+\0"
    np.testing.assert_array_equal(pixels_of(tmp_path / "a.tif"), pixels)
    assert report.notes == (BOUND_MAKER_NOTE,)
    with tifffile.TiffFile(tmp_path / "a.tif") as file:
        assert file.pages.first.tags[0x010F].value == "Maker"
        assert file.pages.first.tags[0x8769].value["DateTimeOriginal"] == "2024:05:06 07:08:09"
        assert file.pages.first.tags[0x02BC].value == xmp_of()
    info = read_info(tmp_path / "a.tif")
    assert info.notes == ()
    assert info.exif is not None
    assert b"2024:05:06" in info.exif


def test_a_process_killed_while_writing_leaves_no_result(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from engine.imaging.codecs.encode import *\n"
        "from tests.helpers.pictures import *\n"
        "pixels = noise(1500, 1500)\n"
        "folder = Path(sys.argv[1])\n"
        "def tell(part):\n"
        "    sys.stdout.write('half')\n"
        "    sys.stdout.flush()\n"
        "    sys.stdin.read()\n"
        "save_photo(filled_raster(pixels, folder, on_disk=True), None, info_of(pixels),\n"
        "    folder / 'a.png', options=EncodeOptions(format=OutputFormat.PNG), progress=tell)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.read(4) == b"half"
        process.kill()
        process.wait()

    left = sorted(tmp_path.iterdir())
    assert not (tmp_path / "a.png").exists()
    assert len(left) == 2
    assert sorted(remove_leftovers(tmp_path)) == left


def test_a_stop_that_comes_too_late_for_libvips_still_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The last rows can be written before libvips looks at the request again.
    def attach(watch: ProgressWatch, _: object) -> None:
        watch.error = JobCancelled("The work was cancelled.")

    monkeypatch.setattr(ProgressWatch, "attach", attach)

    with pytest.raises(JobCancelled):
        saved(noise(4, 4), tmp_path / "a.png", EncodeOptions(format=OutputFormat.PNG))

    assert not list(tmp_path.iterdir())
