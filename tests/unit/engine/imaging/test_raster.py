from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from engine.core.errors import DiskFullError, OutputError
from engine.core.images import ImageUint
from engine.core.leftovers import remove_leftovers
from engine.core.tiling import Region
from engine.imaging.raster import Raster
from tests.helpers.pictures import filled_raster, noise


def _create(folder: Path, *, on_disk: bool, dtype: type = np.uint8) -> Raster:
    return Raster.create(
        height_px=9,
        width_px=7,
        channels=3,
        dtype=dtype,
        scratch_folder=folder,
        memory_limit_bytes=0 if on_disk else 1000,
    )


@pytest.mark.parametrize("on_disk", [False, True])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_what_is_written_is_read_again_and_the_rest_is_black(
    tmp_path: Path, on_disk: bool, dtype: type
) -> None:
    patch = noise(4, 3, dtype=dtype)
    with _create(tmp_path, on_disk=on_disk, dtype=dtype) as raster:
        raster.write(Region(left=2, top=5, width=3, height=4), patch)

        whole = raster.read(raster.whole)

    expected: ImageUint = np.zeros((9, 7, 3), dtype)
    expected[5:, 2:5] = patch
    np.testing.assert_array_equal(whole, expected)


@pytest.mark.parametrize("on_disk", [False, True])
def test_a_read_is_a_copy(tmp_path: Path, on_disk: bool) -> None:
    with _create(tmp_path, on_disk=on_disk) as raster:
        raster.read(raster.whole)[:] = 9

        assert not raster.read(raster.whole).any()


def test_rows_that_are_not_contiguous_are_written_right(tmp_path: Path) -> None:
    pixels = noise(7, 9)
    with _create(tmp_path, on_disk=True) as raster:
        raster.write(raster.whole, pixels.transpose(1, 0, 2))

        np.testing.assert_array_equal(raster.read(raster.whole), pixels.transpose(1, 0, 2))


def test_a_raster_says_what_it_is(tmp_path: Path) -> None:
    with _create(tmp_path, on_disk=True, dtype=np.uint16) as raster:
        assert (raster.height_px, raster.width_px, raster.channels) == (9, 7, 3)
        assert raster.dtype == np.uint16
        assert raster.max_value == 65535
        assert raster.scratch_file is not None
        assert raster.scratch_file.stat().st_size == 9 * 7 * 3 * 2


@pytest.mark.parametrize(
    "region",
    [
        Region(left=-1, top=0, width=1, height=1),
        Region(left=0, top=-1, width=1, height=1),
        Region(left=7, top=0, width=1, height=1),
        Region(left=0, top=9, width=1, height=1),
        Region(left=0, top=0, width=0, height=1),
    ],
)
def test_a_region_must_lie_inside(tmp_path: Path, region: Region) -> None:
    with _create(tmp_path, on_disk=False) as raster, pytest.raises(ValueError, match="leaves"):
        raster.read(region)


@pytest.mark.parametrize("pixels", [noise(9, 7, 1), noise(9, 7, 3, np.uint16)])
def test_codes_of_another_kind_are_refused(
    tmp_path: Path, pixels: np.typing.NDArray[np.uint8]
) -> None:
    with _create(tmp_path, on_disk=False) as raster, pytest.raises(ValueError, match="fit"):
        raster.write(raster.whole, pixels)


@pytest.mark.parametrize(("height", "channels"), [(0, 3), (1, 2)])
def test_impossible_sizes_are_refused(tmp_path: Path, height: int, channels: int) -> None:
    with pytest.raises(ValueError, match="no raster"):
        Raster.create(
            height_px=height, width_px=1, channels=channels, dtype=np.uint8, scratch_folder=tmp_path
        )


@pytest.mark.parametrize("on_disk", [False, True])
def test_a_closed_raster_is_gone(tmp_path: Path, on_disk: bool) -> None:
    raster = _create(tmp_path, on_disk=on_disk)

    raster.close()
    raster.close()

    assert not list(tmp_path.iterdir())
    with pytest.raises(ValueError, match="closed"):
        raster.read(raster.whole)


def test_threads_do_not_mix_their_tiles(tmp_path: Path) -> None:
    pixels = noise(64, 64)
    with filled_raster(np.zeros_like(pixels), tmp_path, on_disk=True) as raster:

        def fill(left: int) -> None:
            for top in range(64):
                tile = Region(left=left, top=top, width=16, height=1)
                raster.write(tile, pixels[top : top + 1, left : left + 16])
                assert (raster.read(tile) == pixels[top : top + 1, left : left + 16]).all()

        threads = [threading.Thread(target=fill, args=(left,)) for left in range(0, 64, 16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        np.testing.assert_array_equal(raster.read(raster.whole), pixels)


def test_a_disk_without_the_room_is_told_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=10)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)

    with pytest.raises(DiskFullError, match="189 B of scratch space are needed, 10 B are free"):
        _create(tmp_path, on_disk=True)
    assert not list(tmp_path.iterdir())


def test_a_disk_that_fills_up_is_named(tmp_path: Path) -> None:
    class FullFile:
        def seek(self, _: int) -> None: ...

        def write(self, _: memoryview) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

        def close(self) -> None: ...

    raster = _create(tmp_path, on_disk=True)
    raster._store._file.close()  # type: ignore[attr-defined]
    raster._store._file = FullFile()  # type: ignore[attr-defined]

    with raster, pytest.raises(DiskFullError, match="disk is full"):
        raster.write(raster.whole, noise(9, 7))


def test_a_scratch_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(OutputError, match="cannot be written"):
        _create(tmp_path / "file" / "folder", on_disk=True)


def test_a_scratch_file_that_was_cut_short_gives_no_pixels(tmp_path: Path) -> None:
    pixels = noise(20, 30)
    with filled_raster(pixels, tmp_path, on_disk=True) as raster:
        assert raster.scratch_file is not None
        os.truncate(raster.scratch_file, 19 * 90)

        np.testing.assert_array_equal(
            raster.read(Region(left=0, top=0, width=30, height=19)), pixels[:19]
        )
        with pytest.raises(OutputError, match="cut short"):
            raster.read(raster.whole)
        with pytest.raises(OutputError, match="cut short"):
            raster.read(Region(left=5, top=19, width=3, height=1))


def test_the_scratch_file_of_a_killed_process_is_removed_at_the_next_start(tmp_path: Path) -> None:
    program = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from engine.imaging.raster import Raster\n"
        "Raster.create(height_px=9, width_px=9, channels=1, dtype='uint8',"
        " scratch_folder=Path(sys.argv[1]), memory_limit_bytes=0)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False)
    (left,) = tmp_path.iterdir()

    assert remove_leftovers(tmp_path) == (left,)
    assert not list(tmp_path.iterdir())
