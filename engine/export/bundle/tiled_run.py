"""Enlarges a whole picture with a file that takes one size only, tile by tile.

Tiles are moved inwards at the right and lower edge, so that none reaches beyond the picture;
only a picture that is smaller than a tile is padded, by repeating its edge::

    ┌──────┬──────┬───┐        overlap: computed twice, taken from the middle
    │      │   ┌──┼───┤
    │      │   │  │   │        the last column begins earlier, so that it ends at the edge
    └──────┴───┴──┴───┘
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from engine.export.targets.target import BatchF32, Runner


def run_tiled(
    run: Runner, picture: BatchF32, *, size: tuple[int, int], overlap_px: int, scale: int
) -> BatchF32:
    """Return the enlarged ``picture``, computed in tiles of ``size``.

    Args:
        run: Enlarges one tile.
        picture: ``(1, C, H, W)``.
        size: Height and width of a tile.
        overlap_px: Margin that is discarded at inner edges.
        scale: Factor between LR and SR sides.
    """
    _, channels, height, width = picture.shape
    padded = _padded(picture, size)
    _, _, full_height, full_width = padded.shape
    result = np.zeros((1, channels, full_height * scale, full_width * scale), np.float32)
    for top, upper, lower in _places(full_height, size[0], overlap_px):
        for left, begin, end in _places(full_width, size[1], overlap_px):
            tile = padded[:, :, top : top + size[0], left : left + size[1]]
            enlarged = run(np.ascontiguousarray(tile))
            result[:, :, upper * scale : lower * scale, begin * scale : end * scale] = enlarged[
                :,
                :,
                (upper - top) * scale : (lower - top) * scale,
                (begin - left) * scale : (end - left) * scale,
            ]
    return result[:, :, : height * scale, : width * scale]


def _padded(picture: BatchF32, size: tuple[int, int]) -> BatchF32:
    missing = [max(0, least - side) for least, side in zip(size, picture.shape[2:], strict=True)]
    return np.pad(picture, ((0, 0), (0, 0), (0, missing[0]), (0, missing[1])), mode="edge")


def _places(length: int, tile: int, overlap_px: int) -> list[tuple[int, int, int]]:
    """Return where tiles begin along one side, and from where to where each is used."""
    step = max(1, tile - 2 * overlap_px)
    starts = [*range(0, max(1, length - tile), step), length - tile]
    starts = sorted(set(starts))
    # Between two tiles the border lies in the middle of what both cover.
    cuts = [0]
    cuts += [(start + before + tile) // 2 for before, start in pairwise(starts)]
    cuts.append(length)
    return list(zip(starts, cuts[:-1], cuts[1:], strict=True))
