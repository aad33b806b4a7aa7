from __future__ import annotations

import gc
import io
from pathlib import Path

import numpy as np
import pytest
import tifffile

from engine.imaging.codecs.raster_image import RasterFile, RasterImage
from tests.helpers.pictures import filled_raster, noise


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("shape", [(1, 1, 1), (700, 511, 3), (3, 20000, 3), (20000, 3, 1)])
@pytest.mark.parametrize("on_disk", [False, True])
def test_libvips_sees_the_rasters_pixels(
    tmp_path: Path, shape: tuple[int, int, int], dtype: type, on_disk: bool
) -> None:
    pixels = noise(*shape, dtype)
    with filled_raster(pixels, tmp_path, on_disk=on_disk) as raster:
        shown = RasterImage.of(raster)
        gc.collect()

        np.testing.assert_array_equal(shown.image.numpy().reshape(shape), pixels)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_an_independent_reader_takes_it_for_a_tiff(tmp_path: Path, dtype: type) -> None:
    pixels = noise(40, 30, 3, dtype)
    with filled_raster(pixels, tmp_path, on_disk=True) as raster, RasterFile(raster) as file:
        content = io.BytesIO(file.read())

    np.testing.assert_array_equal(tifffile.imread(content), pixels)


def test_it_behaves_like_a_file(tmp_path: Path) -> None:
    with filled_raster(noise(8, 8), tmp_path) as raster, RasterFile(raster) as file:
        whole = file.read()

        assert file.readable()
        assert file.seekable()
        assert file.read(5) == b""
        assert file.seek(-10, io.SEEK_END) == len(whole) - 10
        assert file.read(4) == whole[-10:-6]
        assert file.seek(-1, io.SEEK_CUR) == len(whole) - 7
        assert file.seek(2) == 2
        assert file.read(3) == whole[2:5]


def test_the_scratch_file_is_not_mapped_into_memory(tmp_path: Path) -> None:
    maps = Path("/proc/self/maps")
    with filled_raster(noise(64, 64), tmp_path, on_disk=True) as raster:
        shown = RasterImage.of(raster)
        shown.image.avg()

        assert not maps.exists() or str(raster.scratch_file) not in maps.read_text()
