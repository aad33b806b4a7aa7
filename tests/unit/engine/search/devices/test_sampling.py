from __future__ import annotations

from itertools import chain

import numpy as np

from engine.search.devices.layers import layers_of, macs_per_px
from engine.search.devices.sampling import (
    CHOICES,
    EXTRA_BLOCKS,
    block_pairs,
    draw_networks,
    draw_unseen,
)


def test_networks_are_different_and_repeatable() -> None:
    networks = draw_networks(100, seed=3, scale=4)
    assert len(set(networks)) == 100
    assert draw_networks(100, seed=3, scale=4) == networks
    assert draw_networks(100, seed=4, scale=4) != networks


def test_all_choices_are_drawn() -> None:
    networks = draw_networks(150, seed=3, scale=4)

    assert {sizes.channels for sizes in networks} == set(CHOICES.channels)
    assert {sizes.blocks for sizes in networks} == set(CHOICES.blocks)
    assert {sizes.tail_kernel for sizes in networks} == set(CHOICES.tail_kernels)
    widths = set(chain.from_iterable(chain.from_iterable(sizes.inner for sizes in networks)))
    assert widths == set(CHOICES.inner)
    assert set(chain.from_iterable(sizes.taps for sizes in networks)) == {False, True}
    assert set(chain.from_iterable(sizes.last_kernels for sizes in networks)) == {1, 3}


def test_costs_are_spread_evenly() -> None:
    macs = [
        float(macs_per_px(layers_of(sizes, scale=4)))
        for sizes in draw_networks(150, seed=3, scale=4)
    ]
    quarters, _ = np.histogram(macs, bins=4)
    assert quarters.min() >= 20


def test_unseen_networks_were_not_seen() -> None:
    everything = draw_unseen(30, (), scale=4)
    seen = everything[:10]
    # As many as asked for, all the same.
    found = draw_unseen(30, seen, scale=4)
    assert found[:20] == everything[10:]
    assert len(set(found)) == 30


def test_pairs_differ_in_their_number_of_blocks_only() -> None:
    for shallow, deep in block_pairs():
        assert shallow.channels == deep.channels
        assert set(shallow.inner) == set(deep.inner)
        assert deep.blocks - shallow.blocks == EXTRA_BLOCKS
