from __future__ import annotations

import numpy as np
import pytest

from engine.data.drawn_pictures import DRAWN_KINDS, draw_picture


def _drawn(kind: str, *, seed: int = 0, side_px: int = 104, unit_px: int = 1) -> np.ndarray:
    random = np.random.default_rng(seed)
    return draw_picture(random, side_px=side_px, kind=kind, unit_px=unit_px)


@pytest.mark.parametrize("kind", DRAWN_KINDS)
@pytest.mark.parametrize("seed", range(4))
def test_a_picture_follows_from_its_random_numbers(kind: str, seed: int) -> None:
    first, again = (_drawn(kind, seed=seed) for _ in range(2))

    assert first.shape == (104, 104, 3)
    assert first.dtype == np.uint8
    np.testing.assert_array_equal(first, again)


@pytest.mark.parametrize("kind", DRAWN_KINDS)
def test_pictures_differ_from_one_another(kind: str) -> None:
    pictures = {_drawn(kind, seed=seed).tobytes() for seed in range(6)}

    assert len(pictures) == 6


def test_what_is_drawn_has_edges_and_a_plain_area_has_none() -> None:
    def steepest(kind: str) -> float:
        steps = [
            np.abs(np.diff(_drawn(kind, seed=seed).astype(int), axis=1)).max() for seed in range(8)
        ]
        return float(np.median(steps))

    assert steepest("plain") <= 4
    for kind in ("page", "window", "chart", "comic"):
        assert steepest(kind) > 80


def test_letters_grow_with_the_unit() -> None:
    def ink_changes(unit_px: int) -> int:
        page = _drawn("page", seed=3, side_px=416, unit_px=unit_px)
        return int((np.abs(np.diff(page[:, :, 0].astype(int), axis=1)) > 60).sum())

    assert ink_changes(4) < ink_changes(1) / 2
