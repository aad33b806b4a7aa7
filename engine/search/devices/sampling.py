"""Selects the networks that a device is measured with."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from engine.search.devices.layers import BlockShape, NetworkShape, uniform_shape

TRUNK_WIDTHS = (16, 24, 32, 40, 48)
INNER_WIDTHS = (8, 16, 24, 32, 40, 48)
DEPTHS = (2, 8)
"""The least and the greatest number of blocks."""
REFERENCE = uniform_shape(32, 2)
"""Every other network is measured as a multiple of this one: as wide as most of them, so that it is
slowed down by the same disturbances, and shallow, so that it costs little time."""

_SHALLOW, _DEEP = 2, 6
_UNSEEN_SEED = 1_000_003


def draw_shapes(count: int, *, seed: int, scale: int = 4) -> tuple[NetworkShape, ...]:
    """Return ``count`` different random networks of MFANet's space.

    Args:
        count: How many.
        seed: Decides which.
        scale: Enlargement of all of them.
    """
    random = np.random.default_rng(seed)
    shapes: dict[NetworkShape, None] = {}
    while len(shapes) < count:
        shapes[_draw(random, scale)] = None
    return tuple(shapes)


def draw_unseen(
    count: int, seen: Collection[NetworkShape], *, scale: int = 4
) -> tuple[NetworkShape, ...]:
    """Return up to ``count`` random networks, always the same ones, without those of ``seen``."""
    drawn = draw_shapes(count, seed=_UNSEEN_SEED, scale=scale)
    return tuple(shape for shape in drawn if shape not in seen)


def block_pairs(*, scale: int = 4) -> tuple[tuple[NetworkShape, NetworkShape], ...]:
    """Return pairs of networks that differ only in the number of their equal blocks.

    The latency of a block is what the deeper one takes longer, divided by `EXTRA_BLOCKS`: head,
    tail and the change of the memory layout cancel.
    """
    return tuple(
        (_repeated(trunk, inner, _SHALLOW, scale), _repeated(trunk, inner, _DEEP, scale))
        for trunk in TRUNK_WIDTHS
        for inner in INNER_WIDTHS
    )


EXTRA_BLOCKS = _DEEP - _SHALLOW


def _repeated(trunk: int, inner: int, count: int, scale: int) -> NetworkShape:
    block = BlockShape(near=inner, middle=inner)
    return NetworkShape(channels=trunk, blocks=(block,) * count, scale=scale)


def _draw(random: np.random.Generator, scale: int) -> NetworkShape:
    depth = int(random.integers(DEPTHS[0], DEPTHS[1] + 1))
    return NetworkShape(
        channels=int(random.choice(TRUNK_WIDTHS)),
        blocks=tuple(_draw_block(random) for _ in range(depth)),
        tail_kernel=_kernel(random),
        scale=scale,
    )


def _draw_block(random: np.random.Generator) -> BlockShape:
    near, middle = random.choice(INNER_WIDTHS, size=2).tolist()
    return BlockShape(
        near=near,
        middle=middle,
        has_tap=bool(random.integers(2)),
        last_kernel=_kernel(random),
    )


def _kernel(random: np.random.Generator) -> int:
    return 3 if random.integers(2) else 1
