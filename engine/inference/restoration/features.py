"""Numbers that say how noisy, blurred and compressed a crop of a photo is.

For each crop: noise of its flattest blocks in luma and chroma (after Immerkær, Computer Vision
and Image Understanding 64, 1996), energies of three bands of detail, zeros among the coefficients
of the blocks that JPEG compresses, steps across the borders of these blocks, and ringing beside
edges.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.core.images import ImageU8

FEATURES_FORM = 2
"""Version of the features: weights trained with one version are wrong for another."""

Array = NDArray[np.float32]

_BLOCK_PX = 8
_LUMA = (0.299, 0.587, 0.114)
_NOISE_PERCENTILES = (2, 10, 30, 60, 90)
_BAND_PERCENTILES = (20, 50, 80, 95)
# How often 1-2-1 was applied on each side of a band, from fine to coarse.
_SMOOTHINGS = (1, 3, 8)
# Sums of the two frequencies of a coefficient: from coarse to fine detail.
_FREQUENCIES = ((1, 4), (5, 7), (8, 10), (11, 14))
# Coefficients of rounded pixels are never exactly 0.
_ZERO = 0.6
# Edges, in levels from pixel to pixel, and the waves that compression leaves beside them.
_EDGE, _MOST_WAVE = 40.0, 12.0
_RINGING_PX = 5
# Added to values before their logarithm, so that a flat area has a finite one.
_FLOOR = 0.1


def crop_features(crops: ImageU8) -> Array:
    """Return the features of each crop.

    Shape:
        - ``crops``: ``(N, H, W, 3)``, sides multiples of 8 and at least 16; result ``(N, F)``.
    """
    colors = crops.astype(np.float32)
    luma = colors @ np.asarray(_LUMA, np.float32)
    blue, red = colors[..., 2] - luma, colors[..., 0] - luma
    groups = [
        _noise(luma, _NOISE_PERCENTILES),
        # Chroma is coarser in most files: only its flatter blocks show noise.
        _noise(blue, _NOISE_PERCENTILES[:4]),
        _noise(red, _NOISE_PERCENTILES[:4]),
        _bands(luma),
        _coefficients(luma),
        _borders(luma),
        _ringing(luma),
        _tones(luma),
    ]
    return np.concatenate(groups, axis=1).astype(np.float32)


def _noise(plane: Array, percentiles: tuple[int, ...]) -> Array:
    #  1 -2  1
    # -2  4 -2   ignores flat areas and slopes; white noise of deviation 1 gives one of 6
    #  1 -2  1
    across = np.diff(plane, 2, axis=2)
    spread = np.sqrt((_blocks(np.diff(across, 2, axis=1)) ** 2).mean((2, 3))) / 6
    return _logs(_percentiles(spread, percentiles))


def _bands(luma: Array) -> Array:
    smoothed = [luma, *(_smoothed(luma, times) for times in _SMOOTHINGS)]
    energies = []
    for fine, coarse in pairwise(smoothed):
        spread = np.sqrt((_blocks(fine - coarse) ** 2).mean((2, 3)))
        energies.append(_logs(_percentiles(spread, _BAND_PERCENTILES)))
    # How fast detail fades from one band to the next says how blurred it is.
    return np.concatenate([*energies, energies[0] - energies[1], energies[1] - energies[2]], axis=1)


def _coefficients(luma: Array) -> Array:
    on_grid, sizes = _zero_shares(luma)
    off_grid, _ = _zero_shares(luma[:, 4:, 4:])
    both = np.stack([on_grid, sizes], axis=2).reshape(len(luma), -1)
    # Only compression makes more zeros on the grid of the file than beside it.
    return np.concatenate([both, on_grid - off_grid], axis=1)


def _zero_shares(luma: Array) -> tuple[Array, Array]:
    basis = _cosines()
    coefficients = np.abs(basis @ (_blocks(luma) - 128) @ basis.T)
    order = np.add.outer(np.arange(_BLOCK_PX), np.arange(_BLOCK_PX))
    zeros, sizes = [], []
    for low, high in _FREQUENCIES:
        chosen = coefficients[:, :, (order >= low) & (order <= high)]
        zeros.append((chosen < _ZERO).mean((1, 2)))
        sizes.append(np.log2(_FLOOR + chosen.mean((1, 2))))
    return np.stack(zeros, axis=1), np.stack(sizes, axis=1)


def _borders(luma: Array) -> Array:
    # Curvature by its place in the block; at 5, 6 and 7 it reaches across the border:
    #     | 0 1 2 3 4 5 6 7 | 0 1 2 ...
    #                 └─┴─┘
    across, down = _curvature(luma), _curvature(luma.transpose(0, 2, 1))
    # The grid of a picture that was cut lies elsewhere, differently in both directions.
    largest = (across.max(axis=1) + down.max(axis=1)) / 2
    return np.concatenate([(across + down)[:, 5:8] / 2, largest[:, None]], axis=1)


def _curvature(luma: Array) -> Array:
    columns = np.abs(np.diff(luma, 2, axis=2)).mean(1)
    whole = columns.shape[1] // _BLOCK_PX * _BLOCK_PX
    means = columns[:, :whole].reshape(len(luma), -1, _BLOCK_PX).mean(1)
    middle = np.median(means, axis=1, keepdims=True)
    return np.asarray(np.log2((0.05 + means) / (0.05 + middle)))


def _ringing(luma: Array) -> Array:
    # Beside a letter on plain paper nothing changes, unless compression left waves there:
    #     ████ ~ ~ ~ ─────
    #     edge  near   far
    across, down = np.abs(np.diff(luma, axis=2)), np.abs(np.diff(luma, axis=1))
    steps = np.maximum(across[:, :-1], down[:, :, :-1])
    edges = steps > _EDGE
    around = _grown(edges, _RINGING_PX)
    near, far = around & ~_grown(edges, 1), ~around
    waves = np.minimum(steps, _MOST_WAVE)
    parts = []
    for place in (near, far):
        count = np.maximum(place.sum((1, 2)), 1)
        flat = (place & (steps < _ZERO)).sum((1, 2)) / count
        parts += [flat, np.log2(_FLOOR + (waves * place).sum((1, 2)) / count)]
    return np.stack([*parts, near.mean((1, 2))], axis=1).astype(np.float32)


def _grown(places: NDArray[np.bool_], reach_px: int) -> NDArray[np.bool_]:
    """Return the pixels at most ``reach_px`` away, in both directions, from those of a mask."""
    height, width = places.shape[1:]
    counts = _reach(height, reach_px) @ places.astype(np.float32) @ _reach(width, reach_px)
    return np.asarray(counts > 0.5)


@cache
def _reach(side: int, reach_px: int) -> Array:
    """Return the matrix that adds up the pixels at most ``reach_px`` away along a column."""
    distances = np.abs(np.subtract.outer(np.arange(side), np.arange(side)))
    return (distances <= reach_px).astype(np.float32)


def _tones(luma: Array) -> Array:
    contrast = np.log2(1 + luma.std((1, 2)))
    clipped = ((luma < 3) | (luma > 252)).mean((1, 2))
    return np.asarray(np.stack([contrast, clipped], axis=1), np.float32)


def _blocks(planes: Array) -> Array:
    """Return the whole blocks of ``(N, H, W)``, ``(N, blocks, 8, 8)``."""
    count, height, width = planes.shape
    down, across = height // _BLOCK_PX, width // _BLOCK_PX
    whole = planes[:, : down * _BLOCK_PX, : across * _BLOCK_PX]
    blocks = whole.reshape(count, down, _BLOCK_PX, across, _BLOCK_PX).transpose(0, 1, 3, 2, 4)
    return blocks.reshape(count, -1, _BLOCK_PX, _BLOCK_PX)


def _percentiles(values: Array, percentiles: tuple[int, ...]) -> Array:
    return np.asarray(np.percentile(values, percentiles, axis=1).T, np.float32)


def _logs(values: Array) -> Array:
    return np.asarray(np.log2(_FLOOR + values), np.float32)


def _smoothed(planes: Array, times: int) -> Array:
    height, width = planes.shape[1:]
    smoothed = _smoothing(height, times) @ planes @ _smoothing(width, times).T
    return np.asarray(smoothed, np.float32)


@cache
def _smoothing(side: int, times: int) -> Array:
    """Return the matrix that smooths a column of ``side`` pixels by 1-2-1 so many times."""
    once = np.eye(side) / 2 + np.eye(side, k=1) / 4 + np.eye(side, k=-1) / 4
    # The pixel at the border stands for its missing neighbor.
    once[0, 0] = once[-1, -1] = 0.75
    return np.linalg.matrix_power(once, times).astype(np.float32)


@cache
def _cosines() -> Array:
    """Return the orthonormal cosine basis of JPEG, ``(8, 8)``, one frequency per row."""
    places = np.arange(_BLOCK_PX)
    basis = np.cos(np.pi * (2 * places[None] + 1) * places[:, None] / (2 * _BLOCK_PX)) / 2
    basis[0] /= np.sqrt(2)
    return basis.astype(np.float32)
