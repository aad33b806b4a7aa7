"""NIQE: naturalness of a picture, without a reference.

Paper: Mittal, Soundararajan and Bovik 2013, "Making a completely blind image
quality analyzer", doi:10.1109/LSP.2012.2227726.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from engine.core.errors import ConfigError, ShapeMismatchError
from engine.core.images import ImageF32
from engine.core.regular_file import open_regular
from engine.imaging.resample.bicubic import resize_bicubic
from engine.metrics.luma import to_luma
from engine.metrics.same_shape import cut_border

Floats = NDArray[np.float64]

# As in the published parameters, which hold for this size of blocks alone.
_BLOCK_PX = 96
# Neighbors to the right, below, and on both diagonals.
_SHIFTS = ((0, 1), (1, 0), (1, 1), (1, -1))
_KEYS = ("mu_pris_param", "cov_pris_param", "gaussian_window")


@dataclass(frozen=True, slots=True, kw_only=True)
class NiqeModel:
    """Statistics of pristine photos.

    Attributes:
        mean: ``(36,)`` mean of the features.
        covariance: ``(36, 36)`` covariance of the features.
        window: ``(7, 7)`` weights of the local mean.
    """

    mean: Floats
    covariance: Floats
    window: Floats


def load_niqe(path: Path) -> NiqeModel:
    """Read the published parameters from an ``.npz`` file.

    Raises:
        ConfigError: If the file is missing or holds something else.
    """
    try:
        with open_regular(path) as file, np.load(file, allow_pickle=False) as arrays:
            mean, covariance, window = (np.asarray(arrays[key], dtype=np.float64) for key in _KEYS)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from error
    # Other archives, corrupt ones, and arrays that are not in an archive.
    except (ValueError, KeyError, TypeError, AttributeError, EOFError, BadZipFile) as error:
        raise ConfigError(
            f"{path}: is not a file of NIQE parameters ({', '.join(_KEYS)})"
        ) from error
    return NiqeModel(mean=mean.reshape(-1), covariance=covariance, window=window)


def niqe(image: ImageF32, model: NiqeModel, *, border_px: int = 0) -> float:
    """Return the naturalness of ``image``: lower is more natural, photos are about 2 to 5.

    Args:
        image: Picture to measure, at least 96 pixels per side after the cut.
        model: See `load_niqe`.
        border_px: Pixels to cut from every side first.

    Raises:
        ShapeMismatchError: If the picture is too small.

    Shape:
        - ``image``: ``(H, W, 3)`` or ``(H, W, 1)`` float32 in ``[0, 1]``.
    """
    luma = np.round(to_luma(cut_border(image, border_px)).astype(np.float64) * 255)
    rows, columns = luma.shape[0] // _BLOCK_PX, luma.shape[1] // _BLOCK_PX
    if rows * columns == 0:
        raise ShapeMismatchError(
            f"NIQE needs {_BLOCK_PX} pixels per side, {luma.shape[1]}x{luma.shape[0]} are left"
        )
    luma = luma[: rows * _BLOCK_PX, : columns * _BLOCK_PX]
    # The second of two scales: half the size, in blocks of the same part of the picture.
    half = resize_bicubic(
        (luma / 255).astype(np.float32), height_px=luma.shape[0] // 2, width_px=luma.shape[1] // 2
    )
    features = np.concatenate(
        [
            _features(_normalized(luma, model.window), _BLOCK_PX),
            _features(_normalized(half.astype(np.float64) * 255, model.window), _BLOCK_PX // 2),
        ],
        axis=1,
    )
    return _distance(features, model)


def _distance(features: Floats, model: NiqeModel) -> float:
    # Flat blocks have features that are not a number; they do not count.
    mean = np.nanmean(features, axis=0)
    whole = features[~np.isnan(features).any(axis=1)]
    covariance = np.cov(whole, rowvar=False) if len(whole) > 1 else np.zeros_like(model.covariance)
    # A pseudoinverse: with few blocks the covariance is singular.
    inverse = np.linalg.pinv((model.covariance + covariance) / 2)
    difference = model.mean - mean
    return float(math.sqrt(difference @ inverse @ difference))


def _normalized(luma: Floats, window: Floats) -> Floats:
    """Return luma less its local mean, over its local spread plus one."""
    mean = _window_mean(luma, window)
    spread = np.sqrt(np.abs(_window_mean(luma**2, window) - mean**2))
    return np.asarray((luma - mean) / (spread + 1))


def _window_mean(image: Floats, window: Floats) -> Floats:
    reach = window.shape[0] // 2
    padded = np.pad(image, reach, mode="edge")
    height, width = image.shape
    result = np.zeros_like(image)
    for (row, column), weight in np.ndenumerate(window):
        result += weight * padded[row : row + height, column : column + width]
    return result


def _features(normalized: Floats, block_px: int) -> Floats:
    """Return 18 features of every block, ``(blocks, 18)``."""
    return np.array([list(_block_features(block)) for block in _blocks(normalized, block_px)])


def _blocks(image: Floats, block_px: int) -> Iterator[Floats]:
    for left in range(0, image.shape[1], block_px):
        for top in range(0, image.shape[0], block_px):
            yield image[top : top + block_px, left : left + block_px]


def _block_features(block: Floats) -> Iterator[float]:
    shape, left, right = _fit_asymmetric(block)
    yield shape
    yield (left + right) / 2
    for shift in _SHIFTS:
        # The neighbor wraps round inside the block, as in the published parameters.
        shape, left, right = _fit_asymmetric(block * np.roll(block, shift, axis=(0, 1)))
        yield shape
        yield (right - left) * math.gamma(2 / shape) / math.gamma(1 / shape)
        yield left
        yield right


def _fit_asymmetric(values: Floats) -> tuple[float, float, float]:
    """Fit a generalized Gaussian with two spreads; returns its shape and both scales."""
    below, above = values[values < 0], values[values > 0]
    if not below.size or not above.size:
        return math.nan, math.nan, math.nan  # a flat block has no distribution; the mean skips it
    left = math.sqrt(float(np.mean(below**2)))
    right = math.sqrt(float(np.mean(above**2)))
    ratio = left / right
    moment = float(np.mean(np.abs(values))) ** 2 / float(np.mean(values**2))
    moment *= (ratio**3 + 1) * (ratio + 1) / (ratio**2 + 1) ** 2
    shapes, moments = _shape_table()
    shape = float(shapes[np.argmin((moments - moment) ** 2)])
    factor = math.sqrt(math.gamma(1 / shape) / math.gamma(3 / shape))
    return shape, left * factor, right * factor


@cache
def _shape_table() -> tuple[Floats, Floats]:
    """Return shapes from 0.2 to 10 and the moment ratio that each has."""
    shapes = np.arange(0.2, 10.001, 0.001)
    gammas = {order: np.array([math.gamma(order / s) for s in shapes]) for order in (1, 2, 3)}
    return shapes, gammas[2] ** 2 / (gammas[1] * gammas[3])
