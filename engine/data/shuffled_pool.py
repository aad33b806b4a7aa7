"""Shuffles the pictures of neighboring batches, so that a batch has many degradations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray

from engine.data.batch import Batch, join_batches


class ShuffledPool:
    """Returns batches whose pictures come from a whole block of the source's batches.

    A degraded batch is resized by one factor and gets one kind of noise. Here the pictures of
    a block of batches are shuffled among the steps of the block::

        source   [0 1 2 3] [4 5 6 7]     one batch per step
        shuffled [. . . .] [. . . .]     same pictures within each block
                  step 2: batch 6 is made ahead

    Unlike in the published queue, the batch of a step depends on its number alone, so that a
    resumed run sees the same batches; it makes one block anew for that. At each step, one
    batch of the next block is made, so that no step has to wait for a whole block.

    For a network with a dial, pictures of like restoration values stay together: the block is
    sorted by them and cut into groups, and the groups are shuffled. All pictures of a group
    are told its mean, so that weights are mixed once for the group::

        sorted    0 0 .1 .2 | .4 .4 .5 .5 | .6 .7 .8 .9
        told      .08       | .45         | .75

    Args:
        source: Returns the batch of a step, always the same.
        length: Batches per block.
        seed: Start of the shuffling.
        group: Pictures per group, if the batches have restoration values; a block has a whole
            number of groups.
    """

    def __init__(
        self,
        source: Callable[[int], Batch],
        *,
        length: int,
        seed: int,
        group: int | None = None,
    ) -> None:
        self._source = source
        self._length = length
        self._seed = seed
        self._group = group
        self._made: dict[int, Batch] = {}
        self._mixed: tuple[int, Batch] | None = None

    def batch(self, step: int) -> Batch:
        """Return the batch of ``step``."""
        block, place = divmod(step, self._length)
        mixed = self._mix(block)
        self._make(step + self._length)  # of the next block, one per step
        count = mixed.lr.shape[0] // self._length
        own = slice(place * count, (place + 1) * count)
        return mixed.pick(own)

    def _mix(self, block: int) -> Batch:
        if self._mixed is None or self._mixed[0] != block:
            steps = range(block * self._length, (block + 1) * self._length)
            parts = [self._make(step) for step in steps]
            # Batches of the next block that were made ahead are kept.
            self._made = {step: part for step, part in self._made.items() if step >= steps.stop}
            self._mixed = (block, self._shuffle(block, parts))
        return self._mixed[1]

    def _make(self, step: int) -> Batch:
        if step not in self._made:
            self._made[step] = self._source(step)
        return self._made[step]

    def _shuffle(self, block: int, parts: list[Batch]) -> Batch:
        whole = join_batches(parts)
        random = np.random.default_rng((self._seed, block, 2))
        if self._group is not None and whole.restoration is not None:
            shuffled = _in_groups(whole, whole.restoration.numpy(), random, self._group)
        else:
            shuffled = whole.pick(random.permutation(whole.lr.shape[0]))
        layout = torch.channels_last
        return shuffled.map(lambda part: part.contiguous(memory_format=layout))


def _in_groups(
    whole: Batch, values: NDArray[np.float32], random: np.random.Generator, group: int
) -> Batch:
    # Equal values, such as those of all clean pictures, in random order.
    ordered = np.lexsort((random.random(len(values)), values)).reshape(-1, group)
    groups = random.permutation(ordered)
    told = values[groups].mean(axis=1, keepdims=True).repeat(group, axis=1)
    return replace(whole.pick(groups.reshape(-1)), restoration=torch.from_numpy(told.reshape(-1)))
