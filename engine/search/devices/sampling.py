"""Selects the networks that a device is measured with."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator

import numpy as np

from engine.config.mfa_sizes import MfaSizes
from engine.config.spaces import MfanetSpaceRecipe
from engine.search.devices.layers import equal_blocks
from engine.space.mfanet import MfanetSpace

CHOICES = MfanetSpaceRecipe()
"""The space that devices are measured for: all choices of MFANet's."""
SCALE = 4
"""Enlargement of all networks that a device is measured with."""
REFERENCE = equal_blocks(32, 2)
"""Every other network is measured as a multiple of this one: as wide as most of them, so that it is
slowed down by the same disturbances, and shallow, so that it costs little time."""

_SHALLOW, _DEEP = 2, 6
EXTRA_BLOCKS = _DEEP - _SHALLOW
"""How many blocks the deeper network of a pair has more."""
_UNSEEN_SEED = 1_000_003


def draw_networks(count: int, *, seed: int, scale: int) -> tuple[MfaSizes, ...]:
    """Return ``count`` different random networks, evenly spread over their cost.

    Args:
        count: How many.
        seed: Decides which.
        scale: Enlargement of all of them.
    """
    return tuple(itertools.islice(_draws(seed=seed, scale=scale), count))


def draw_unseen(count: int, seen: Collection[MfaSizes], *, scale: int) -> tuple[MfaSizes, ...]:
    """Return ``count`` random networks, always the same ones, without those of ``seen``."""
    # The cheapest and the dearest are few, so that two draws often have some of them in common.
    others = (sizes for sizes in _draws(seed=_UNSEEN_SEED, scale=scale) if sizes not in seen)
    return tuple(itertools.islice(others, count))


def _draws(*, seed: int, scale: int) -> Iterator[MfaSizes]:
    """Yield different networks for ever."""
    space = MfanetSpace(CHOICES, scale=scale)
    random = np.random.default_rng(seed)
    found: set[MfaSizes] = set()
    while True:
        sizes = space.sizes(space.draw_by_cost(random))
        if sizes not in found:
            found.add(sizes)
            yield sizes


def block_pairs() -> tuple[tuple[MfaSizes, MfaSizes], ...]:
    """Return pairs of networks that differ only in the number of their equal blocks.

    The latency of a block is what the deeper one takes longer, divided by `EXTRA_BLOCKS`: head,
    tail and the change of the memory layout cancel.
    """
    return tuple(
        (equal_blocks(trunk, _SHALLOW, inner=inner), equal_blocks(trunk, _DEEP, inner=inner))
        for trunk in CHOICES.channels
        for inner in CHOICES.inner
    )
