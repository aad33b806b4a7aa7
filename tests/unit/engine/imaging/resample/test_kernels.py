"""Bicubic resampling agrees with its definition and with figures worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.imaging.resample.kernels import AxisWeights, axis_weights, resize_bicubic


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


@given(in_px=st.integers(1, 50), out_px=st.integers(1, 50))
def test_weights_of_every_pixel_sum_to_one(in_px: int, out_px: int) -> None:
    weights = axis_weights(in_px, out_px)

    assert np.allclose(weights.weights.sum(axis=1), 1)
    assert weights.indices.min() >= 0
    assert weights.indices.max() < in_px


def test_halving_uses_the_eight_tap_kernel_of_the_papers() -> None:
    weights = axis_weights(16, 8)

    # Keys' kernel stretched twice, at distances 0.25, 0.75, 1.25 and 1.75.
    expected = np.array([-3, -9, 29, 111, 111, 29, -9, -3]) / 256
    assert np.allclose(weights.weights[4], expected)


def test_a_flat_picture_stays_flat() -> None:
    flat = np.full((7, 5, 3), 0.3, np.float32)

    assert np.allclose(resize_bicubic(flat, height_px=21, width_px=2), 0.3, atol=1e-6)


def test_the_order_of_the_axes_does_not_matter() -> None:
    image = np.random.default_rng(0).random((12, 30), dtype=np.float32)

    wide = resize_bicubic(image, height_px=3, width_px=60)
    tall = resize_bicubic(image.T.copy(), height_px=60, width_px=3)

    assert np.allclose(wide, tall.T, atol=1e-6)


@pytest.mark.parametrize(("in_px", "out_px"), [(0, 4), (4, 0)])
def test_lengths_below_one_are_refused(in_px: int, out_px: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        axis_weights(in_px, out_px)


@pytest.mark.parametrize(("in_px", "out_px"), [(7, 28), (40, 9), (12, 12), (5, 1), (1, 6)])
def test_weights_of_a_part_are_those_of_the_whole(in_px: int, out_px: int) -> None:
    def matrix(weights: AxisWeights) -> np.ndarray:
        dense = np.zeros((weights.indices.shape[0], in_px))
        np.add.at(dense, (np.arange(len(dense))[:, None], weights.indices), weights.weights)
        return dense

    whole = matrix(axis_weights(in_px, out_px))
    for start in range(out_px):
        for stop in range(start + 1, out_px + 1):
            part = axis_weights(in_px, out_px, wanted=range(start, stop))
            np.testing.assert_array_equal(matrix(part), whole[start:stop])
