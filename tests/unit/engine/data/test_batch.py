from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.data.batch import Batch, join_batches


def numbered(*, is_taught: bool) -> Batch:
    """Return four pictures whose values tell their place and kind."""
    places = torch.arange(4.0).reshape(4, 1, 1, 1)
    return Batch(lr=places, hr=places + 10, teacher_sr=places + 20 if is_taught else None)


@pytest.mark.parametrize("is_taught", [True, False])
def test_parts_joined_again_are_the_batch(*, is_taught: bool) -> None:
    batch = numbered(is_taught=is_taught)

    parts = batch.split(2)
    joined = join_batches(parts)

    assert [part.lr.flatten().tolist() for part in parts] == [[0, 1], [2, 3]]
    assert joined.lr.equal(batch.lr)
    assert joined.hr.equal(batch.hr)
    if batch.teacher_sr is None:
        assert joined.teacher_sr is None
    else:
        assert joined.teacher_sr is not None
        assert joined.teacher_sr.equal(batch.teacher_sr)


def test_parts_of_unequal_size_are_refused() -> None:
    with pytest.raises(ValueError, match="4 patches cannot be split into 3"):
        numbered(is_taught=True).split(3)


def test_all_pictures_move_together() -> None:
    moved = numbered(is_taught=True).to(torch.device("meta"))

    assert moved.teacher_sr is not None
    assert {part.device.type for part in (moved.lr, moved.hr, moved.teacher_sr)} == {"meta"}


def test_restoration_values_stay_with_their_pictures_and_on_the_cpu() -> None:
    batch = replace(numbered(is_taught=True), restoration=torch.arange(4.0) / 10)

    moved = batch.to(torch.device("meta"))
    parts = batch.split(2)
    turned = join_batches(parts).pick(np.array([3, 1, 0]))

    assert moved.restoration is not None
    assert moved.restoration.device.type == "cpu"
    assert turned.restoration is not None
    assert torch.equal(turned.restoration, turned.lr.flatten() / 10)
    assert turned.lr.flatten().tolist() == [3, 1, 0]


def test_a_generator_is_called_with_values_only_where_there_are_some() -> None:
    batch = numbered(is_taught=False)
    told = replace(batch, restoration=torch.zeros(4))

    assert batch.inputs == (batch.lr,)
    assert told.inputs == (told.lr, told.restoration)
