"""The small network that turns the features of a crop into amounts of damage.

    features, JPEG quality ─> 96 ─> tanh ─> 96 ─> tanh ─> 5 numbers

It runs in NumPy, so that no session is needed; ``mfagan train-estimator`` makes its weights.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.core.errors import ConfigError
from engine.core.places import resources_folder
from engine.core.restoration_scale import jpeg_error_levels
from engine.inference.restoration.features import FEATURES_FORM

WEIGHTS_FILE: Final = "restoration-estimator.npz"

MOST_DEVIATIONS: Final = 6.0
"""Inputs further than that from their means say "very", and no more."""

Array = NDArray[np.float32]

_MOST_JPEG_LEVELS = 9.0
# Between the median and the least: a single crop that is judged too low does not decide.
_QUANTILE = 0.35
# Crops that are said to be certain still do not outvote all others.
_SPREAD_RANGE = (-6.0, 2.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """Damage of pictures at scale 4, in 8-bit levels of luma, each ``(N,)`` float32.

    Attributes:
        restoration: Restoration value, 0 to 1.
        noise: Standard deviation of the noise.
        blur: Error left by blur.
        jpeg: Error left by JPEG compression.
    """

    restoration: Array
    noise: Array
    blur: Array
    jpeg: Array

    def encoded(self) -> Array:
        """Return the numbers that the network computes, ``(N, 4)``, each about 0 to 1."""
        columns = (
            self.restoration,
            # Small amounts are told apart more finely than large ones.
            np.log2(1 + self.noise) / 4,
            np.sqrt(self.blur) / 4,
            self.jpeg / _MOST_JPEG_LEVELS,
        )
        return np.stack(columns, axis=1).astype(np.float32)

    @classmethod
    def decoded(cls, numbers: Array) -> Damage:
        """Return the damage that the network's numbers mean; inverts `encoded`."""
        restoration, noise, blur, jpeg = numbers.T
        return cls(
            restoration=np.clip(restoration, 0, 1),
            noise=np.maximum(2 ** (4 * noise) - 1, 0),
            blur=(4 * np.maximum(blur, 0)) ** 2,
            jpeg=_MOST_JPEG_LEVELS * np.maximum(jpeg, 0),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Regressor:
    """The weights of the network.

    Attributes:
        mean: Mean of each input over the training crops.
        deviation: Their standard deviations.
        layers: Weight ``(out, in)`` and bias ``(out,)`` of each layer.
    """

    mean: Array
    deviation: Array
    layers: tuple[tuple[Array, Array], ...]

    @classmethod
    def load(cls, path: Path) -> Regressor:
        """Return the network in the file at ``path``.

        Raises:
            ConfigError: If the file is missing, broken, or made for other features.
        """
        try:
            with np.load(path) as file:
                arrays = {name: file[name] for name in file.files}
            form = int(arrays["features_form"])
            count = sum(name.startswith("weight_") for name in arrays)
            loaded = cls(
                mean=arrays["mean"],
                deviation=arrays["deviation"],
                layers=tuple(
                    (arrays[f"weight_{number}"], arrays[f"bias_{number}"])
                    for number in range(count)
                ),
            )
        except (OSError, ValueError, KeyError) as error:
            raise ConfigError(f"{path}: no weights of the estimator ({error})") from error
        if form != FEATURES_FORM:
            raise ConfigError(
                f"{path}: made for features of form {form}, this version computes form "
                f"{FEATURES_FORM}; train it anew with 'mfagan train-estimator'"
            )
        return loaded

    def content(self) -> bytes:
        """Return the file that `load` reads; equal weights give equal bytes."""
        named: dict[str, Any] = {
            "features_form": np.asarray(FEATURES_FORM),
            "mean": self.mean,
            "deviation": self.deviation,
        }
        for number, (weight, bias) in enumerate(self.layers):
            named |= {f"weight_{number}": weight, f"bias_{number}": bias}
        stream = io.BytesIO()
        np.savez(stream, **named)
        return stream.getvalue()

    def outputs(self, inputs: Array) -> Array:
        """Return what the last layer computes for each crop: 4 numbers and a spread.

        Shape:
            - ``inputs``: ``(N, F)`` from `network_inputs`; result ``(N, 5)``.
        """
        values = np.clip((inputs - self.mean) / self.deviation, -MOST_DEVIATIONS, MOST_DEVIATIONS)
        *hidden, (last_weight, last_bias) = self.layers
        for weight, bias in hidden:
            values = np.tanh(values @ weight.T + bias)
        return np.asarray(values @ last_weight.T + last_bias, np.float32)

    def damage_of_photo(self, inputs: Array) -> Damage:
        """Return the damage of the one photo that all crops were cut from, ``(1,)`` each.

        A crop counts by how certain the network is of it. Of what the crops say, the lower end
        is taken: grass looks like noise and a background out of focus like blur, while damage
        that the whole photo has is seen in every crop.
        """
        outputs = self.outputs(inputs)
        weights = np.exp(-np.clip(outputs[:, 4], *_SPREAD_RANGE))
        numbers = [_quantile(column, weights) for column in outputs[:, :4].T]
        return Damage.decoded(np.asarray([numbers], np.float32))


def network_inputs(features: Array, jpeg_quality: ArrayLike) -> Array:
    """Return the inputs of the network.

    Args:
        features: From `crop_features`.
        jpeg_quality: Quality that the file of each crop states; NaN where it states none.

    Shape:
        - ``features``: ``(N, F)``; ``jpeg_quality``: ``(N,)`` or one number; result ``(N, F + 2)``.
    """
    quality = np.broadcast_to(np.asarray(jpeg_quality, np.float64), len(features))
    is_stated = ~np.isnan(quality)
    levels = np.where(is_stated, jpeg_error_levels(np.where(is_stated, quality, 100)), 0)
    stated = np.stack([is_stated, levels / _MOST_JPEG_LEVELS], axis=1)
    return np.concatenate([features, stated], axis=1).astype(np.float32)


@cache
def shipped_regressor() -> Regressor:
    """Return the network that ships; it is loaded once per process.

    Raises:
        ConfigError: If its file is missing or broken.
    """
    return Regressor.load(resources_folder() / "estimator" / WEIGHTS_FILE)


def _quantile(values: Array, weights: Array) -> float:
    order = np.argsort(values, kind="stable")
    shares = weights[order] / weights.sum()
    # Each value stands in the middle of its share of the weight.
    places = np.cumsum(shares) - shares / 2
    return float(np.interp(_QUANTILE, places, values[order]))
