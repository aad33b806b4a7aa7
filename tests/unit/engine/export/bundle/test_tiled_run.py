from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.export.bundle.tiled_run import run_tiled

SCALE = 2
TILE = (16, 20)


def blur_and_enlarge(batch: NDArray[np.float32]) -> NDArray[np.float32]:
    """Enlarge by repetition after a sum over 3 x 3 pixels with zeros around, as a network does."""
    assert batch.shape[2:] == TILE or batch.shape[2] > TILE[0]
    padded = np.pad(batch, ((0, 0), (0, 0), (1, 1), (1, 1)))
    height, width = batch.shape[2:]
    total = sum(padded[:, :, y : y + height, x : x + width] for y in range(3) for x in range(3))
    return np.asarray(total).repeat(SCALE, 2).repeat(SCALE, 3).astype(np.float32)


@pytest.mark.parametrize("size", [(16, 20), (17, 21), (40, 61), (32, 40), (33, 20)])
def test_tiles_join_to_what_the_whole_picture_gives(size: tuple[int, int]) -> None:
    picture = np.random.default_rng(0).random((1, 3, *size), dtype=np.float32)

    tiled = run_tiled(blur_and_enlarge, picture, size=TILE, overlap_px=2, scale=SCALE)

    padded = np.pad(picture, ((0, 0), (0, 0), (1, 1), (1, 1)))
    whole = sum(padded[:, :, y : y + size[0], x : x + size[1]] for y in range(3) for x in range(3))
    expected = np.asarray(whole).repeat(SCALE, 2).repeat(SCALE, 3)
    np.testing.assert_allclose(tiled, expected, atol=1e-5)


def test_a_picture_that_is_smaller_than_a_tile_keeps_its_size() -> None:
    picture = np.ones((1, 1, 5, 30), np.float32)

    tiled = run_tiled(blur_and_enlarge, picture, size=TILE, overlap_px=2, scale=SCALE)

    assert tiled.shape == (1, 1, 10, 60)
    assert tiled.min() > 0
