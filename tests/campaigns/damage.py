"""Damages files: flips bytes, cuts, and lies in headers."""

from __future__ import annotations

import numpy as np


def flipped(content: bytes, random: np.random.Generator, *, most: int = 16) -> bytes:
    """Return ``content`` with some bytes replaced, half of the times near its start."""
    damaged = bytearray(content)
    reach = len(damaged) if random.random() < 0.5 else min(len(damaged), 200)
    for place in random.integers(0, reach, size=int(random.integers(1, most + 1))):
        damaged[place] = int(random.integers(256))
    return bytes(damaged)


def cut(content: bytes, random: np.random.Generator) -> bytes:
    """Return the first part of ``content``."""
    return content[: int(random.integers(0, len(content)))]


def lied(content: bytes, random: np.random.Generator) -> bytes:
    """Return ``content`` with a number near its start made extreme, as sizes and offsets are."""
    damaged = bytearray(content)
    values = (0, 1, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 20_000, 1_000_000)
    value = int(random.choice(values))
    width = int(random.choice((2, 4)))
    place = int(random.integers(0, max(min(len(damaged), 160) - width, 1)))
    number = (value % (1 << (8 * width))).to_bytes(width, "big")
    damaged[place : place + width] = number if random.random() < 0.5 else number[::-1]
    return bytes(damaged)


def doubled(content: bytes, random: np.random.Generator) -> bytes:
    """Return ``content`` with a piece of it repeated somewhere else."""
    start, end = sorted(int(n) for n in random.integers(0, len(content), size=2))
    place = int(random.integers(0, len(content)))
    return content[:place] + content[start:end] + content[place:]


KINDS = (flipped, flipped, cut, lied, lied, doubled)


def damaged(content: bytes, random: np.random.Generator) -> bytes:
    """Return ``content`` damaged in one of these ways."""
    kind = KINDS[int(random.integers(len(KINDS)))]
    return kind(content, random) if content else content
