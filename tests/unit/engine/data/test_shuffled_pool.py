from __future__ import annotations

from itertools import chain

import torch

from engine.data.batch import Batch
from engine.data.shuffled_pool import ShuffledPool

SIZE = 4


def numbered(step: int) -> Batch:
    """Return pictures whose values tell their step and place."""
    values = (torch.arange(SIZE) + SIZE * step).float().reshape(SIZE, 1, 1, 1)
    return Batch(lr=values, hr=values.repeat(1, 1, 2, 2))


def picked(pool: ShuffledPool, step: int) -> list[int]:
    return [int(value) for value in pool.batch(step).lr.flatten()]


def test_each_picture_of_a_block_is_seen_once() -> None:
    pool = ShuffledPool(numbered, length=3, seed=0)

    seen = [picked(pool, step) for step in range(6)]

    halves = [sorted(chain(*seen[:3])), sorted(chain(*seen[3:]))]
    assert halves[0] == list(range(3 * SIZE))
    assert halves[1] == list(range(3 * SIZE, 6 * SIZE))
    assert any({value // SIZE for value in batch} != {step} for step, batch in enumerate(seen))


def test_pairs_stay_together() -> None:
    batch = ShuffledPool(numbered, length=3, seed=0).batch(1)

    assert torch.equal(batch.hr[:, :, :1, :1], batch.lr)


def test_a_pool_that_starts_late_gives_the_same_batches() -> None:
    whole = ShuffledPool(numbered, length=3, seed=5)
    expected = [picked(whole, step) for step in range(9)]

    resumed = ShuffledPool(numbered, length=3, seed=5)

    assert [picked(resumed, step) for step in range(4, 9)] == expected[4:]


def test_every_batch_is_made_once() -> None:
    made: list[int] = []

    def source(step: int) -> Batch:
        made.append(step)
        return numbered(step)

    pool = ShuffledPool(source, length=3, seed=0)
    for step in range(9):
        pool.batch(step)

    assert made == list(range(12))


def told(step: int) -> Batch:
    """Return pictures of random restoration values, which are also their pixels."""
    random = torch.Generator().manual_seed(step)
    values = torch.rand(SIZE, generator=random).sub(0.3).clamp(min=0)  # some are equal, at 0
    pixels = values.reshape(SIZE, 1, 1, 1)
    return Batch(lr=pixels, hr=pixels.repeat(1, 1, 2, 2), restoration=values)


def test_groups_of_like_pictures_are_told_their_mean() -> None:
    pool = ShuffledPool(told, length=3, seed=0, group=2)
    batches = [pool.batch(step) for step in range(3)]
    own = torch.cat([batch.lr.flatten() for batch in batches]).reshape(-1, 2)
    values = torch.cat([batch.inputs[1] for batch in batches]).reshape(-1, 2)

    assert torch.allclose(values, own.mean(dim=1, keepdim=True).expand(-1, 2))
    # No group reaches into another: in order, they are the sorted pictures of the block.
    in_order = own[own.mean(dim=1).argsort()]
    everything = torch.cat([told(step).lr.flatten() for step in range(3)])
    assert torch.equal(in_order.sort(dim=1).values.flatten(), everything.sort().values)


def test_a_batch_has_groups_from_all_over_the_block() -> None:
    pool = ShuffledPool(told, length=4, seed=0, group=2)

    means = [float(pool.batch(step).inputs[1].mean()) for step in range(8)]

    assert means != sorted(means)
    assert means != sorted(means, reverse=True)


def test_a_pool_of_groups_that_starts_late_gives_the_same_batches() -> None:
    whole = ShuffledPool(told, length=3, seed=5, group=4)
    expected = [whole.batch(step) for step in range(9)]

    resumed = ShuffledPool(told, length=3, seed=5, group=4)

    for step in range(4, 9):
        batch = resumed.batch(step)
        assert torch.equal(batch.hr, expected[step].hr)
        assert torch.equal(batch.inputs[1], expected[step].inputs[1])
