from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageOps

from engine.core.tiling import Region
from engine.imaging.orientation import (
    stored_pixels,
    upright_pixels,
    upright_region,
    upright_size,
)
from tests.helpers.pictures import noise


@pytest.mark.parametrize("orientation", range(1, 9))
def test_bands_come_together_to_what_another_program_shows(orientation: int) -> None:
    stored = noise(7, 5)
    width, height = upright_size(5, 7, orientation)
    shown = np.zeros((height, width, 3), np.uint8)

    for top in range(0, 7, 3):
        band = stored[top : top + 3]
        rows = Region(left=0, top=top, width=5, height=band.shape[0])
        region = upright_region(rows, (5, 7), orientation)
        window = shown[region.top : region.bottom, region.left : region.right]
        window[:] = upright_pixels(band, orientation)

    picture = Image.fromarray(stored)
    picture.getexif()[0x0112] = orientation
    np.testing.assert_array_equal(shown, np.asarray(ImageOps.exif_transpose(picture)))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_part_of_the_stored_picture_is_found_in_the_upright_one(orientation: int) -> None:
    stored = noise(7, 5)
    part = Region(left=1, top=4, width=3, height=2)

    found = upright_region(part, (5, 7), orientation)

    shown = upright_pixels(stored, orientation)[found.top : found.bottom, found.left : found.right]
    np.testing.assert_array_equal(stored_pixels(shown, orientation), stored[4:6, 1:4])
