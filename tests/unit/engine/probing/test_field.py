from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.core.errors import InferenceError
from engine.core.size_rules import SizeRules
from engine.probing.answers import Field
from engine.probing.field import UNMEASURED, measure_field
from engine.probing.ranges import Run
from tests.helpers.tiny_models import enlarge_nearest

Batch = NDArray[np.float32]


def field_of(run: Run, *, multiple: int = 1, min_px: int = 1) -> Field:
    rules = SizeRules(multiple=multiple, min_px=min_px)
    return measure_field(run, channels=3, scale=2, rules=rules)


def spread(batch: Batch, reach_px: int) -> Batch:
    """Return each pixel with a little of all within ``reach_px`` to its left and right."""
    width = batch.shape[3]
    padded = np.pad(batch, ((0, 0), (0, 0), (0, 0), (reach_px, reach_px)))
    moved = [padded[:, :, :, x : x + width] for x in range(2 * reach_px + 1)]
    return np.asarray(0.8 * batch + 0.2 * sum(moved) / len(moved), dtype=np.float32)


@pytest.mark.parametrize("reach_px", [0, 1, 5, 30, 45])
def test_the_reach_of_one_pixel_is_found(reach_px: int) -> None:
    found = field_of(lambda batch: enlarge_nearest(spread(batch, reach_px)))
    assert found == Field(receptive_field_px=2 * reach_px + 1, is_exact=True)


@pytest.mark.parametrize("block_px", [2, 3, 8, 12])
def test_a_network_that_mixes_blocks_reaches_from_one_end_to_the_other(block_px: int) -> None:
    def run(batch: Batch) -> Batch:
        n, c, h, w = batch.shape
        blocks = batch.reshape(n, c, h // block_px, block_px, w // block_px, block_px)
        means = blocks.mean(axis=(3, 5), keepdims=True)
        return enlarge_nearest((0.5 * blocks + 0.5 * means).reshape(batch.shape))

    found = field_of(run, multiple=block_px, min_px=block_px)
    assert found == Field(receptive_field_px=2 * block_px - 1, is_exact=True)


def test_a_network_that_looks_at_the_whole_picture_says_so() -> None:
    def run(batch: Batch) -> Batch:
        return enlarge_nearest(batch + (batch.mean() - np.float32(0.5)) * np.float32(0.1))

    assert not field_of(run).is_exact


def test_only_sizes_that_the_network_takes_are_tried() -> None:
    sizes: set[tuple[int, ...]] = set()

    def run(batch: Batch) -> Batch:
        sizes.add(batch.shape[2:])
        return enlarge_nearest(batch)

    field_of(run, multiple=12, min_px=84)
    assert sizes == {(84, 84)}


@pytest.mark.parametrize("error", [InferenceError("too large"), MemoryError()])
def test_what_was_found_before_memory_ended_counts(error: Exception) -> None:
    def run(batch: Batch) -> Batch:
        if batch.shape[2] > 128:
            raise error
        return enlarge_nearest(spread(batch, 100))

    found = field_of(run)

    assert not found.is_exact
    assert found.receptive_field_px == 129  # as far as could be seen on 128 px


@pytest.mark.parametrize("error", [InferenceError("too large"), MemoryError()])
def test_without_time_or_memory_a_wide_field_is_assumed(error: Exception) -> None:
    def run(batch: Batch) -> Batch:
        raise error

    assert field_of(run) == UNMEASURED
    found = measure_field(
        enlarge_nearest, channels=3, scale=2, rules=SizeRules(), may_go_on=lambda _side: False
    )
    assert found == UNMEASURED
    assert UNMEASURED.receptive_field_px > 100
