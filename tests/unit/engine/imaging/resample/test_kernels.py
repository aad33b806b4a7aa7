"""Weights of bicubic resampling agree with figures worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.imaging.resample.kernels import axis_weights


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


def test_the_same_length_leaves_every_pixel_alone() -> None:
    assert np.array_equal(axis_weights(7, 7).dense(), np.eye(7))


def test_borders_repeat_the_outermost_pixel() -> None:
    dense = axis_weights(3, 6).dense(range(3))

    # Output pixel 0 lies at -0.25: taps -2, -1, 0, 1 are mirrored to 1, 0, 0, 1.
    near, far = 0.8671875, 0.2265625
    outer = [-0.0703125, -0.0234375]
    assert np.allclose(dense[0], [near + far, sum(outer), 0])
    assert np.allclose(dense[-1], dense[0][::-1])


@pytest.mark.parametrize(("in_px", "out_px"), [(0, 4), (4, 0)])
def test_lengths_below_one_are_refused(in_px: int, out_px: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        axis_weights(in_px, out_px)


@pytest.mark.parametrize(("in_px", "out_px"), [(7, 28), (40, 9), (12, 12), (5, 1), (1, 6)])
def test_weights_of_a_part_are_those_of_the_whole(in_px: int, out_px: int) -> None:
    pixels = range(in_px)
    whole = axis_weights(in_px, out_px)
    for start in range(out_px):
        for stop in range(start + 1, out_px + 1):
            rows = slice(start, stop)
            wanted = axis_weights(in_px, out_px, wanted=range(start, stop))
            np.testing.assert_array_equal(wanted.dense(pixels), whole.dense(pixels)[rows])
            np.testing.assert_array_equal(whole.part(rows).dense(pixels), wanted.dense(pixels))


@given(in_px=st.integers(1, 60), out_px=st.integers(1, 60), data=st.data())
def test_a_dense_matrix_of_the_source_leaves_out_only_zeros(
    in_px: int, out_px: int, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, out_px - 1))
    weights = axis_weights(
        in_px, out_px, wanted=range(start, data.draw(st.integers(start + 1, out_px)))
    )

    whole, source = weights.dense(range(in_px)), weights.source

    np.testing.assert_array_equal(weights.dense(), whole[:, source.start : source.stop])
    assert not whole[:, : source.start].any()
    assert not whole[:, source.stop :].any()
