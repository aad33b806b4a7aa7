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
