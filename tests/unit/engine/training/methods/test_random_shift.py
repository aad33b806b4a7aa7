from __future__ import annotations

import torch

from engine.training.methods.random_shift import RandomShift


def shifts_of(shift: RandomShift, *, steps: int, side_px: int = 16) -> list[tuple[int, int]]:
    """Return where the pixel of the upper left corner goes at each step."""
    corner = torch.zeros(1, 1, side_px, side_px)
    corner[0, 0, 0, 0] = 1
    places = []
    for step in range(steps):
        shift.draw(step)
        _, _, y, x = (int(v) for v in shift(corner).nonzero()[0])
        places.append((y, x))
    return places


def test_all_shifts_occur_and_none_is_larger() -> None:
    shifts = shifts_of(RandomShift(3, seed=1), steps=300)

    assert set(shifts) == {(y, x) for y in range(4) for x in range(4)}


def test_the_shift_depends_on_seed_and_step() -> None:
    forward = shifts_of(RandomShift(7, seed=5), steps=20)

    assert shifts_of(RandomShift(7, seed=5), steps=20) == forward
    assert shifts_of(RandomShift(7, seed=6), steps=20) != forward


def test_nothing_of_a_picture_is_lost() -> None:
    shift = RandomShift(7, seed=0)
    picture = torch.rand(2, 3, 24, 24)
    for step in range(5):
        shift.draw(step)
        assert torch.equal(shift(picture).flatten().sort()[0], picture.flatten().sort()[0])


def test_without_a_shift_pictures_stay_as_they_are() -> None:
    shift = RandomShift(0, seed=0)
    shift.draw(9)
    picture = torch.rand(1, 3, 8, 8)

    assert shift(picture) is picture
