from __future__ import annotations

import numpy as np
import pytest

from engine.core.errors import ShapeMismatchError
from engine.core.images import ImageF32
from engine.metrics.color import color_cast, color_shift, to_lab


def noise(height: int = 64, width: int = 96) -> ImageF32:
    return np.random.default_rng(5).random((height, width, 3), dtype=np.float32)


@pytest.mark.parametrize(
    ("rgb", "lab"),
    [
        ((255, 255, 255), (100, 0, 0)),
        ((0, 0, 0), (0, 0, 0)),
        ((255, 0, 0), (53.24, 80.09, 67.20)),
        ((0, 255, 0), (87.73, -86.18, 83.18)),
        ((0, 0, 255), (32.30, 79.19, -107.86)),
        ((119, 119, 119), (50.03, 0, 0)),
    ],
)
def test_known_colors_have_their_known_place(
    rgb: tuple[int, int, int], lab: tuple[float, float, float]
) -> None:
    assert to_lab(np.array(rgb) / 255) == pytest.approx(np.array(lab), abs=0.03)


def test_equal_pictures_have_no_shift() -> None:
    assert color_shift(noise(), noise()) == 0


def test_a_step_of_lightness_counts_as_it_is() -> None:
    gray: ImageF32 = np.full((40, 40, 3), 119 / 255, dtype=np.float32)
    lighter: ImageF32 = np.full((40, 40, 3), 122 / 255, dtype=np.float32)

    expected = to_lab(lighter[0, 0])[0] - to_lab(gray[0, 0])[0]
    assert color_shift(lighter, gray) == pytest.approx(expected, abs=1e-6)


def test_detail_does_not_count() -> None:
    picture = noise()
    shuffled = picture.copy()
    shuffled[:32, :32] = picture[:32, :32][::-1]

    assert color_shift(shuffled, picture) < 1e-6


def test_opposite_shifts_do_not_cancel() -> None:
    gray: ImageF32 = np.full((32, 64, 3), 0.5, dtype=np.float32)
    moved = gray.copy()
    moved[:, :32] += np.float32(0.02)
    moved[:, 32:] -= np.float32(0.02)

    assert color_shift(moved, gray) > 1
    assert color_cast(moved, gray) < 0.1


def test_a_tint_over_the_whole_picture_is_a_cast_and_a_shift() -> None:
    gray: ImageF32 = np.full((64, 64, 3), 0.5, dtype=np.float32)
    tinted = gray + np.array([0.02, 0, 0], dtype=np.float32)

    assert color_cast(tinted, gray) == pytest.approx(color_shift(tinted, gray))
    assert color_cast(tinted, gray) > 1


def test_a_picture_smaller_than_a_cell_is_one_cell() -> None:
    assert color_shift(noise(5, 300), noise(5, 300) * np.float32(0.9)) > 1


def test_pictures_of_two_sizes_are_refused() -> None:
    with pytest.raises(ShapeMismatchError, match="cannot be compared"):
        color_shift(noise(), noise(32))
