from __future__ import annotations

import numpy as np
import pytest

from engine.core.size_rules import SizeRules
from tests.helpers.tiny_models import soft_picture


@pytest.mark.parametrize(
    ("size", "multiple", "min_px", "padded"),
    [
        ((8, 8), 1, 1, (8, 8)),
        ((8, 8), 1, 11, (11, 11)),
        ((300, 6), 1, 11, (300, 11)),
        ((7, 25), 12, 12, (12, 36)),
        ((7, 25), 4, 20, (20, 28)),
        ((24, 48), 12, 12, (24, 48)),
        ((1, 1), 8, 24, (24, 24)),
    ],
)
def test_a_crop_becomes_as_large_as_it_must_and_no_larger(
    size: tuple[int, int], multiple: int, min_px: int, padded: tuple[int, int]
) -> None:
    lr = soft_picture(*size)

    fitting = SizeRules(multiple=multiple, min_px=min_px).pad(lr)

    assert fitting.shape == (*padded, 3)
    np.testing.assert_array_equal(fitting[: size[0], : size[1]], lr)
    np.testing.assert_array_equal(fitting[-1, -1], lr[-1, -1])
