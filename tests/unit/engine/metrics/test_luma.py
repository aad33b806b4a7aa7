"""Luma is BT.601 in studio swing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.core.images import ImageF32
from engine.metrics.luma import to_luma


@pytest.mark.parametrize(
    ("color", "luma"),
    [((0, 0, 0), 16), ((1, 1, 1), 235), ((1, 0, 0), 81.481), ((0, 0, 1), 40.966)],
)
def test_primaries_have_their_studio_levels(color: tuple[int, ...], luma: float) -> None:
    pixel = np.array([[color]], np.float32)

    assert to_luma(pixel)[0, 0] * 255 == pytest.approx(luma, abs=1e-3)


def test_gray_counts_as_equal_red_green_and_blue() -> None:
    gray: ImageF32 = np.full((2, 3, 1), 0.4, np.float32)

    assert np.allclose(to_luma(gray), to_luma(np.repeat(gray, 3, axis=2)), atol=1e-6)


@pytest.mark.needs_data
def test_bicubic_reaches_the_published_figures(data_folder: Path) -> None:

    from engine.data.downsampling import crop_to_multiple, downsample_bicubic
    from engine.data.photo_files import find_photos
    from engine.imaging.codecs.rgb8 import load_rgb8
    from engine.imaging.pixel_values import to_float, to_uint
    from engine.imaging.resample.bicubic import resize_bicubic
    from engine.metrics.psnr import psnr_db
    from engine.metrics.ssim import ssim

    psnr, similarity = [], []
    for path in find_photos(data_folder / "bench" / "set5"):
        hr = crop_to_multiple(load_rgb8(path), 4)
        lr = to_float(downsample_bicubic(hr, 4))
        grown = resize_bicubic(lr, height_px=hr.shape[0], width_px=hr.shape[1])
        sr = to_luma(to_float(to_uint(grown, np.uint8)))
        psnr.append(psnr_db(sr, to_luma(to_float(hr)), border_px=4))
        similarity.append(ssim(sr, to_luma(to_float(hr)), border_px=4))

    # Set5 x4 bicubic is 28.43 dB / 0.8111 in an independent measurement.
    assert np.mean(psnr) == pytest.approx(28.43, abs=0.02)
    assert np.mean(similarity) == pytest.approx(0.8111, abs=0.0005)
