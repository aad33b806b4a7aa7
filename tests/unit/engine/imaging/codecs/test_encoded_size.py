from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from engine.core.images import ImageUint
from engine.imaging.codecs.encode import EncodeOptions, save_photo
from engine.imaging.codecs.encoded_size import EncodedSize, forecast_encoding
from engine.imaging.formats import OutputFormat
from engine.imaging.photo import PhotoInfo
from engine.imaging.raster import Raster

_JPEG = EncodeOptions(format=OutputFormat.JPEG)
_PNG = EncodeOptions(format=OutputFormat.PNG)
_TIFF = EncodeOptions(format=OutputFormat.TIFF)
_WEBP = EncodeOptions(format=OutputFormat.WEBP)


def _photo(width_px: int, height_px: int) -> ImageUint:
    """Return shapes, slopes and texture at all sizes, as photos have them."""
    rng = np.random.default_rng(8)
    picture = np.full((height_px, width_px, 3), 120.0)
    for size in (2, 4, 8, 16, 32, 64):
        shape = (max(height_px // size, 2), max(width_px // size, 2), 3)
        layer = rng.normal(0, 3.0 * size**0.6, shape)
        layer = 0.7 * layer.mean(axis=2, keepdims=True) + 0.3 * layer
        picture += cv2.resize(layer, (width_px, height_px), interpolation=cv2.INTER_CUBIC)
    picture += rng.normal(0, 1.0, picture.shape)
    return picture.clip(0, 255).astype(np.uint8)


def _saved_bytes(pixels: ImageUint, options: EncodeOptions, folder: Path) -> int:
    height_px, width_px, channels = pixels.shape
    with Raster.create(
        height_px=height_px,
        width_px=width_px,
        channels=channels,
        dtype=pixels.dtype,
        scratch_folder=folder,
    ) as raster:
        raster.write(raster.whole, pixels)
        path = folder / f"result{options.format.suffix}"
        info = PhotoInfo(
            path=path,
            format="png",
            width_px=width_px,
            height_px=height_px,
            channels=channels,
            has_alpha=False,
            bit_depth=8 * pixels.itemsize,
            color_space="sRGB",
        )
        return save_photo(raster, None, info, path, options=options).size_bytes


def _told(pixels: ImageUint, options: EncodeOptions, factor: float = 1.0) -> EncodedSize:
    return forecast_encoding(
        options,
        width_px=pixels.shape[1],
        height_px=pixels.shape[0],
        channels=pixels.shape[2],
        bit_depth=8 * pixels.itemsize,
        factor=factor,
    )


@pytest.mark.parametrize("factor", [1, 4])
@pytest.mark.parametrize(
    "options",
    [
        *(replace(_JPEG, quality=quality) for quality in (50, 85, 92, 97)),
        _PNG,
        _TIFF,
        replace(_TIFF, tiff_compression="none"),
        _WEBP,
        replace(_WEBP, lossless=True),
    ],
    ids=lambda options: f"{options.format.value}-{options.quality}-{options.lossless}",
)
def test_files_of_photos_are_about_as_large_as_told(
    tmp_path: Path, options: EncodeOptions, factor: int
) -> None:
    small = _photo(480 // factor, 360 // factor)
    large = cv2.resize(small, (480, 360), interpolation=cv2.INTER_CUBIC)
    pixels = np.asarray(large, np.uint8)

    saved = _saved_bytes(pixels, options, tmp_path)

    assert saved / 2.5 <= _told(pixels, options, factor).about_bytes <= saved * 2.5


@pytest.mark.parametrize("gray", [0, 255])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("output", list(OutputFormat))
def test_no_file_is_smaller_than_the_least(
    tmp_path: Path, output: OutputFormat, channels: int, gray: int
) -> None:
    for kind, white in ((np.uint8, 1), (np.uint16, 257)):
        pixels = np.full((600, 600, channels), gray * white, kind)
        options = EncodeOptions(format=output, quality=1)

        assert _saved_bytes(pixels, options, tmp_path) >= _told(pixels, options).least_bytes


def test_what_is_stored_as_it_is_is_known_to_the_byte(tmp_path: Path) -> None:
    pixels = _photo(200, 100)
    options = replace(_TIFF, tiff_compression="none")

    told = _told(pixels, options)

    assert told.least_bytes == pixels.nbytes
    assert told.least_bytes <= _saved_bytes(pixels, options, tmp_path) <= told.about_bytes


def test_the_estimate_follows_what_is_asked_for() -> None:
    def about(options: EncodeOptions, **changes: object) -> int:
        values = {"width_px": 1000, "height_px": 800, "channels": 3, "bit_depth": 8}
        return forecast_encoding(options, **{**values, **changes}).about_bytes  # type: ignore[arg-type]

    sizes = [about(replace(_JPEG, quality=quality)) for quality in range(1, 101)]
    assert sizes == sorted(sizes)
    assert about(_JPEG, factor=4) < about(_JPEG, factor=2) < about(_JPEG)
    assert about(_JPEG, is_vivid=True) > about(_JPEG)
    assert about(_JPEG, is_matched=True) > about(_JPEG)
    assert about(_JPEG, has_alpha=True) == about(_JPEG)
    assert about(_PNG, has_alpha=True) > about(_PNG)
    assert about(_PNG, bit_depth=16) > 2 * about(_PNG)
    assert about(replace(_PNG, bit_depth=8), bit_depth=16) == about(_PNG)
    assert about(replace(_PNG, bit_depth=16)) == about(_PNG, bit_depth=16)
    assert about(_WEBP, bit_depth=16) == about(_WEBP)
    assert about(replace(_WEBP, lossless=True)) > about(_WEBP)
