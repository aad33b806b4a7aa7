"""Which blocks of two networks of different depth correspond to each other."""

from __future__ import annotations


def even_depths(points: int, *, blocks: int) -> list[int]:
    """Return the indices of ``points`` out of ``blocks`` at even depths, the last included.

    Equal positions in the lists of two networks are at the same relative depth. With fewer
    blocks than points, some indices are repeated.

        4 points, 8 blocks:  . 1 . 3 . 5 . 7        4 points, 2 blocks:  0 0 1 1
    """
    # Block ceil((i + 1) * blocks / points) - 1, in integers: -(-a // b) is ceil(a / b).
    return [-(-(point + 1) * blocks // points) - 1 for point in range(points)]
