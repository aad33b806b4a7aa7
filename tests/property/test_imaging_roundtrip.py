from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.core.images import ImageUint
from engine.core.tiling import Region
from engine.imaging.codecs.decode import DecodeLimits, open_photo
from engine.imaging.codecs.encode import EncodeOptions, save_photo
from engine.imaging.formats import OutputFormat
from engine.imaging.raster import Raster
from tests.helpers.pictures import filled_raster, info_of, noise

SIDES = st.integers(1, 40)
DTYPES = st.sampled_from([np.uint8, np.uint16])


@given(
    size=st.tuples(SIDES, SIDES),
    channels=st.sampled_from([1, 2, 3, 4]),
    dtype=DTYPES,
    output=st.sampled_from([OutputFormat.PNG, OutputFormat.TIFF]),
    on_disk=st.booleans(),
)
def test_decoding_an_encoded_picture_gives_the_picture(
    size: tuple[int, int], channels: int, dtype: type, output: OutputFormat, on_disk: bool
) -> None:
    codes = noise(*size, channels, dtype)
    kept = 1 if channels < 3 else 3
    if channels > kept:
        # Color under full transparency is ours to change.
        codes[..., kept] |= 1
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / f"a{output.suffix}"
        with filled_raster(codes[:, :, :kept], folder, on_disk=on_disk) as color:
            alpha = None
            if channels > kept:
                alpha = filled_raster(codes[:, :, kept:], folder, on_disk=on_disk)
            save_photo(color, alpha, info_of(codes), path, options=EncodeOptions(format=output))
            if alpha is not None:
                alpha.close()

        limits = DecodeLimits(memory_limit_bytes=0 if on_disk else 2**30)
        with open_photo(path, scratch_folder=folder, limits=limits) as photo:
            parts = [raster.read(raster.whole) for raster in (photo.color, photo.alpha) if raster]

    read = np.concatenate(parts, axis=2)
    assert read.dtype == codes.dtype
    np.testing.assert_array_equal(read, codes)


@given(data=st.data(), height=SIDES, width=SIDES, dtype=DTYPES, on_disk=st.booleans())
def test_a_raster_is_an_array(
    data: st.DataObject, height: int, width: int, dtype: type, on_disk: bool
) -> None:
    expected: ImageUint = np.zeros((height, width, 3), dtype)
    with tempfile.TemporaryDirectory() as name:
        raster = Raster.create(
            height_px=height,
            width_px=width,
            channels=3,
            dtype=dtype,
            scratch_folder=Path(name),
            memory_limit_bytes=0 if on_disk else 2**30,
        )
        with raster:
            for seed in range(3):
                left = data.draw(st.integers(0, width - 1))
                top = data.draw(st.integers(0, height - 1))
                region = Region(
                    left=left,
                    top=top,
                    width=data.draw(st.integers(1, width - left)),
                    height=data.draw(st.integers(1, height - top)),
                )
                patch = noise(region.height, region.width, 3, dtype, seed)
                raster.write(region, patch)
                window = np.s_[top : region.bottom, left : region.right]
                expected[window] = patch
                np.testing.assert_array_equal(raster.read(region), patch)
            np.testing.assert_array_equal(raster.read(raster.whole), expected)
