"""Turns a device profile into the latency of a network, and keeps its origin with it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

from engine.core.errors import ConfigError
from engine.search.devices.estimates import fit_published, roofline_ms
from engine.search.devices.latency_model import compose_latency_ms, unknown_layer
from engine.search.devices.layers import layers_of, macs_per_px
from engine.search.devices.profile import (
    DeviceProfile,
    MeasuredProfile,
    PublishedProfile,
    RooflineProfile,
    Runtime,
)
from engine.space.layers import Layer

Origin: TypeAlias = Literal["measured", "estimated"]


class LatencyForecast(Struct, frozen=True, kw_only=True):
    """The latency that a network will have on a device.

    Attributes:
        latency_ms: The forecast.
        low_ms: The least latency that the profile's own errors allow.
        high_ms: The greatest one.
        origin: ``measured`` if it is composed of times measured on the device, ``estimated`` if
            the device was never at hand. The two are never shown in one column.
        label: What ``origin`` means here, in words.
    """

    latency_ms: float
    low_ms: float
    high_ms: float
    origin: Origin
    label: str


def origin_of(profile: DeviceProfile) -> Origin:
    """Return where the latencies of ``profile`` come from."""
    return "measured" if isinstance(profile, MeasuredProfile) else "estimated"


def label_of(profile: DeviceProfile) -> str:
    """Return in words where the latencies of ``profile`` come from."""
    if isinstance(profile, MeasuredProfile):
        return f"composed of times measured with {profile.runtime}"
    if isinstance(profile, RooflineProfile):
        factor = 1 / profile.efficiency
        within = "a factor of two" if factor == 2 else f"a factor of {factor:.1f}"
        return f"estimated from its data sheet, within {within}"
    worst = max(abs(error) for error in fit_published(profile).errors)
    return f"estimated from published times, which its fit misses by up to {worst:.0%}"


def forecast_latency(
    profile: DeviceProfile, layers: Sequence[Layer], *, height_px: int, width_px: int
) -> LatencyForecast:
    """Return the latency of the network with ``layers`` on a device.

    Args:
        profile: The device.
        layers: The network; `flat` makes them of a candidate's blocks.
        height_px: Height of the LR input.
        width_px: Width of the LR input.

    Raises:
        ConfigError: If the device was measured with inputs of another size, or with none of the
            kinds of layers.
    """
    latency_ms = _latency_ms(profile, layers, height_px=height_px, width_px=width_px)
    below, above = _margins(profile)
    return LatencyForecast(
        latency_ms=latency_ms,
        low_ms=latency_ms * below,
        high_ms=latency_ms * above,
        origin=origin_of(profile),
        label=label_of(profile),
    )


def latency_pairs_ms(profile: MeasuredProfile) -> tuple[tuple[float, float], ...]:
    """Return predicted and measured latency of each network that only tested the profile."""
    return tuple(
        (
            compose_latency_ms(profile.model, layers_of(found.sizes, scale=profile.scale)),
            profile.reference_ms * found.ratio,
        )
        for found in profile.tested
    )


def require_measured(profile: DeviceProfile) -> MeasuredProfile:
    """Return ``profile`` if its device was measured.

    Raises:
        ConfigError: If it is an estimate, which is never compared with measured times.
    """
    if not isinstance(profile, MeasuredProfile):
        raise ConfigError(
            f"{profile.id} is {label_of(profile)}; it is not compared with measured times"
        )
    return profile


def require_runtime(profile: MeasuredProfile, runtime: Runtime) -> None:
    """Raise if latencies of ``profile`` cannot be compared with times taken by ``runtime``.

    Raises:
        ConfigError: If it was measured with another runtime, version, provider, precision or
            number of threads.
    """
    if profile.runtime != runtime:
        raise ConfigError(
            f"{profile.id} was measured with {profile.runtime}, not with {runtime}; "
            "measure the device again with 'mfagan device measure'"
        )


def _latency_ms(
    profile: DeviceProfile, layers: Sequence[Layer], *, height_px: int, width_px: int
) -> float:
    pixels = height_px * width_px
    if isinstance(profile, RooflineProfile):
        return roofline_ms(profile, layers, pixels=pixels)
    if isinstance(profile, PublishedProfile):
        return fit_published(profile).latency_ms(float(macs_per_px(layers)) * pixels / 1e9)
    if (height_px, width_px) != (profile.height_px, profile.width_px):
        # Not scaled by the pixels: caches make small pictures faster than their share.
        raise ConfigError(
            f"{profile.id} was measured at {profile.height_px}x{profile.width_px}, not at "
            f"{height_px}x{width_px}; measure it with --input {height_px}x{width_px}"
        )
    missing = unknown_layer(profile.model, layers)
    if missing is not None:
        raise ConfigError(f"{profile.id} says nothing about {missing}; use another profile")
    return max(0.0, compose_latency_ms(profile.model, layers))


def _margins(profile: DeviceProfile) -> tuple[float, float]:
    """Return the factors from a forecast to the least and the greatest latency."""
    if isinstance(profile, RooflineProfile):
        return profile.efficiency, 1 / profile.efficiency
    if isinstance(profile, PublishedProfile):
        worst = max(abs(math.log1p(error)) for error in fit_published(profile).errors)
        return math.exp(-worst), math.exp(worst)
    # Two mean errors: 9 of 10 networks, by the profiles measured so far.
    margin = 2 * min((found.mape for found in profile.accuracy), default=0.05)
    return 1 - margin, 1 + margin
