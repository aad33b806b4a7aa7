"""Latencies of devices that are not at hand: from a data sheet, or from published times."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.search.devices.profile import Precision, PublishedProfile, RooflineProfile
from engine.space.layers import Layer

Values = NDArray[np.float64]

_BYTES: dict[Precision, int] = {"fp32": 4, "fp16": 2, "int8": 1}
_ROUNDS = 50


def roofline_ms(profile: RooflineProfile, layers: Iterable[Layer], *, pixels: int) -> float:
    """Return the sum over ``layers`` of the longer of arithmetic and memory traffic.

    Feature maps exceed the caches of phones, so every layer is counted as
    reading its input from the memory and writing its output to it.

    Paper: Williams et al. 2009, "Roofline: an insightful visual performance model for multicore
    architectures", Communications of the ACM 52(4).

    Args:
        profile: Peak rates and the share of them that is reached.
        layers: The network.
        pixels: LR pixels.
    """
    total_s = 0.0
    for layer in layers:
        maps = (layer.in_channels + layer.out_channels) * float(layer.side) ** 2
        values = pixels * maps + layer.params
        macs = pixels * float(layer.macs_per_px)
        arithmetic_s = macs / (1e9 * profile.peak_gmac_per_s)
        traffic_s = _BYTES[profile.precision] * values / (1e9 * profile.bandwidth_gb_per_s)
        total_s += max(arithmetic_s, traffic_s)
    return 1000 * total_s / profile.efficiency


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFit:
    """The line ``overhead + gmac / rate`` through published latencies.

    Attributes:
        overhead_ms: Latency of a network without arithmetic; not negative.
        gmac_per_s: 10^9 multiply-accumulates per second.
        errors: What the line gives for each network, relative to its published latency, less 1.
    """

    overhead_ms: float
    gmac_per_s: float
    errors: tuple[float, ...]

    def latency_ms(self, gmac: float) -> float:
        """Return the latency of a network with ``gmac`` 10^9 multiply-accumulates."""
        return self.overhead_ms + 1000 * gmac / self.gmac_per_s


def fit_published(profile: PublishedProfile) -> PublishedFit:
    """Return the line with the least squared relative errors in both directions alike."""
    gmac = np.array([time.gmac for time in profile.times])
    published_ms = np.array([time.latency_ms for time in profile.times])
    design = np.stack([np.ones_like(gmac), gmac], axis=1)
    weights = 1 / published_ms
    terms: Values = np.zeros(2)
    for _ in range(_ROUNDS):
        terms = _nonnegative(design * weights[:, None], published_ms * weights)
        # Dividing by the geometric mean of both values makes twice as long weigh as much as half.
        weights = 1 / np.sqrt(published_ms * np.maximum(design @ terms, 1e-9))
    overhead_ms, ms_per_gmac = terms
    errors = design @ terms / published_ms - 1
    return PublishedFit(
        overhead_ms=float(overhead_ms),
        gmac_per_s=float(1000 / ms_per_gmac),
        errors=tuple(map(float, errors)),
    )


def _nonnegative(rows: Values, targets: Values) -> Values:
    """Return overhead and slope with the least squares, without an overhead if it is negative."""
    terms = np.linalg.lstsq(rows, targets, rcond=None)[0]
    if terms[0] < 0:
        slope = rows[:, 1] @ targets / (rows[:, 1] @ rows[:, 1])
        return np.array([0.0, slope])
    return np.asarray(terms, dtype=np.float64)
