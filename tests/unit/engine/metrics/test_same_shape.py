"""Borders and shapes; the contract of the metrics tests the errors."""

from __future__ import annotations

import numpy as np

from engine.metrics.same_shape import compared_parts


def test_a_border_is_cut_from_every_side_of_both() -> None:
    sr = np.arange(30, dtype=np.float32).reshape(5, 6)
    hr = sr + 100

    measured, reference = compared_parts(sr, hr, border_px=2)

    np.testing.assert_array_equal(measured, [[14, 15]])
    np.testing.assert_array_equal(reference, [[114, 115]])
