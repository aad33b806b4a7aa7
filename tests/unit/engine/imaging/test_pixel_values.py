from __future__ import annotations

import numpy as np
import pytest

from engine.core.images import ImageUint
from engine.imaging.pixel_values import max_value, to_float, to_uint


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_every_pixel_value_survives_the_way_to_float_and_back(dtype: type) -> None:
    pixels: ImageUint = np.arange(max_value(dtype) + 1, dtype=dtype).reshape(-1, 16, 1)

    image = to_float(pixels)

    assert image.dtype == np.float32
    assert image.min() == 0
    assert image.max() == 1
    np.testing.assert_array_equal(to_uint(image, dtype), pixels)


def test_halves_are_rounded_up_and_excess_is_clipped() -> None:
    image = np.array([[[-0.5], [0.5 / 255], [0.49 / 255], [1.5]]], np.float32)

    np.testing.assert_array_equal(to_uint(image, np.uint8)[0, :, 0], [0, 1, 0, 255])


def test_only_two_kinds_of_pixel_values_exist() -> None:
    with pytest.raises(ValueError, match="float32"):
        max_value(np.float32)
