"""Bicubic resampling agrees with its definition, for whole pictures and for regions of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.tiling import Region
from engine.imaging.resample.bicubic import RegionResampler, resize_bicubic, source_window


def _reference(signal: np.ndarray, out_px: int) -> np.ndarray:
    """Resample one row by summing the stretched kernel, pixel by pixel."""
    in_px = len(signal)
    ratio = out_px / in_px
    stretch = min(ratio, 1.0)
    result = []
    for u in range(out_px):
        center = (u + 0.5) / ratio - 0.5
        total = weight_sum = 0.0
        for position in range(int(center - 4 / stretch) - 2, int(center + 4 / stretch) + 3):
            x = abs(center - position) * stretch
            if x <= 1:
                weight = 1.5 * x**3 - 2.5 * x**2 + 1
            elif x <= 2:
                weight = -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2
            else:
                weight = 0.0
            inside = position % (2 * in_px)
            inside = inside if inside < in_px else 2 * in_px - 1 - inside
            total += weight * float(signal[inside])
            weight_sum += weight
        result.append(total / weight_sum)
    return np.array(result)


@given(
    in_px=st.integers(1, 40),
    out_px=st.integers(1, 90),
    seed=st.integers(0, 1000),
)
def test_a_row_equals_the_sum_over_the_kernel(in_px: int, out_px: int, seed: int) -> None:
    row = np.random.default_rng(seed).random((1, in_px, 1), dtype=np.float32)

    resized = resize_bicubic(row, height_px=1, width_px=out_px)

    assert np.allclose(resized[0, :, 0], _reference(row[0, :, 0], out_px), atol=2e-5)


@pytest.mark.parametrize(("in_px", "out_px"), [(300, 75), (300, 1100), (500, 499)])
def test_sides_of_several_blocks_equal_the_sum_over_the_kernel(in_px: int, out_px: int) -> None:
    column = np.random.default_rng(2).random((in_px, 1, 1), dtype=np.float32)

    resized = resize_bicubic(column, height_px=out_px, width_px=1)

    assert np.allclose(resized[:, 0, 0], _reference(column[:, 0, 0], out_px), atol=2e-5)


def test_a_flat_picture_stays_flat() -> None:
    flat = np.full((7, 5, 3), 0.3, np.float32)

    assert np.allclose(resize_bicubic(flat, height_px=21, width_px=2), 0.3, atol=1e-6)


def test_the_order_of_the_axes_does_not_matter() -> None:
    image = np.random.default_rng(0).random((12, 30), dtype=np.float32)

    wide = resize_bicubic(image, height_px=3, width_px=60)
    tall = resize_bicubic(image.T.copy(), height_px=60, width_px=3)

    assert wide.shape == (3, 60)
    assert np.allclose(wide, tall.T, atol=1e-6)


@pytest.mark.parametrize(("height_px", "width_px"), [(0, 4), (4, 0)])
def test_sides_below_one_are_refused(height_px: int, width_px: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        resize_bicubic(np.zeros((3, 3, 1), np.float32), height_px=height_px, width_px=width_px)


@pytest.mark.parametrize("size", [(90, 64), (17, 11), (45, 32)])
def test_a_region_is_computed_from_its_window_alone(size: tuple[int, int]) -> None:
    image = np.random.default_rng(1).random((32, 45, 3), dtype=np.float32)
    whole = resize_bicubic(image, height_px=size[1], width_px=size[0])
    region = Region(left=size[0] // 3, top=size[1] // 2, width=size[0] // 4, height=3)

    resampler = RegionResampler(region, source=(45, 32), size=size)
    window = resampler.window
    part = image[window.top : window.bottom, window.left : window.right]

    expected = whole[region.top : region.bottom, region.left : region.right]
    assert np.allclose(resampler.apply(part), expected, atol=1e-6)
    assert window == source_window(region, source=(45, 32), size=size)


def test_the_window_reaches_two_pixels_to_either_side() -> None:
    # Columns 40 to 47 of the doubled picture lie between the centers of source pixels 19 and 24.
    window = source_window(
        Region(left=40, top=0, width=8, height=200), source=(100, 100), size=(200, 200)
    )

    assert (window.left, window.right) == (18, 26)
    assert (window.top, window.bottom) == (0, 100)
