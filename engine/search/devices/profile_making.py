"""Makes a profile out of measured networks, whether this computer or a phone ran them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.config.mfa_sizes import MfaSizes
from engine.search.devices.conditions import Conditions
from engine.search.devices.latency_model import (
    MIN_NETWORKS,
    compose_latency_ms,
    fit_latency_model,
    prediction_accuracy,
    validated_latencies_ms,
)
from engine.search.devices.layers import layers_of, macs_per_px
from engine.search.devices.profile import (
    Accuracy,
    BlockLatency,
    LatencyModel,
    MeasuredProfile,
    Observation,
    Runtime,
    WidthLatency,
)
from engine.search.devices.sampling import EXTRA_BLOCKS
from engine.space.layers import Layer


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredNetworks:
    """What was measured on a device.

    Attributes:
        seen: Random networks that the model is fitted to.
        unseen: Random networks that only test it.
        pairs: Networks of few and of more equal blocks, in turns.
        reference: The network that all others were compared with.
        scale: Enlargement of all of them.
        reference_ms: Its latency.
        reference_spread: Half the distance between its quartiles, as a share.
    """

    seen: Sequence[Observation]
    unseen: Sequence[Observation]
    pairs: Sequence[Observation]
    reference: MfaSizes
    scale: int
    reference_ms: float
    reference_spread: float


def make_profile(
    measured: MeasuredNetworks,
    *,
    profile_id: str,
    device: str,
    processor: str,
    runtime: Runtime,
    size_px: tuple[int, int],
    measured_at: str,
    before: Conditions,
    after: Conditions,
    widths: tuple[WidthLatency, ...] = (),
) -> MeasuredProfile:
    """Return the profile of a device; the arguments are those of `MeasuredProfile`.

    Raises:
        ConfigError: If too few networks were measured.
    """
    fitted = [*measured.seen, *measured.pairs]
    model = _fit(fitted, measured)
    return MeasuredProfile(
        id=profile_id,
        device=device,
        processor=processor,
        runtime=runtime,
        height_px=size_px[0],
        width_px=size_px[1],
        scale=measured.scale,
        measured_at=measured_at,
        before=before,
        after=after,
        reference=measured.reference,
        reference_ms=measured.reference_ms,
        reference_spread=measured.reference_spread,
        model=model,
        observations=tuple(fitted),
        tested=tuple(measured.unseen),
        blocks=_block_table(measured),
        widths=widths,
        accuracy=_accuracy(measured, model),
    )


def _fit(observations: Sequence[Observation], measured: MeasuredNetworks) -> LatencyModel:
    return fit_latency_model(_layers(observations, measured), _latencies_ms(observations, measured))


def _layers(
    observations: Sequence[Observation], measured: MeasuredNetworks
) -> list[tuple[Layer, ...]]:
    return [layers_of(found.sizes, scale=measured.scale) for found in observations]


def _latencies_ms(observations: Sequence[Observation], measured: MeasuredNetworks) -> list[float]:
    return [measured.reference_ms * found.ratio for found in observations]


def _block_table(measured: MeasuredNetworks) -> tuple[BlockLatency, ...]:
    pairs = zip(measured.pairs[::2], measured.pairs[1::2], strict=True)
    return tuple(
        BlockLatency(
            channels=deep.sizes.channels,
            inner=deep.sizes.inner[0][0],
            latency_ms=measured.reference_ms * (deep.ratio - shallow.ratio) / EXTRA_BLOCKS,
        )
        for shallow, deep in pairs
    )


def _accuracy(measured: MeasuredNetworks, model: LatencyModel) -> tuple[Accuracy, ...]:
    """Compare ways to predict on the same networks, of which none had seen any."""
    if len(measured.unseen) < 2:
        return _validated_accuracy(measured)
    actual_ms = _latencies_ms(measured.unseen, measured)
    tested = _layers(measured.unseen, measured)
    found = [
        prediction_accuracy(
            "whole networks and blocks" if measured.pairs else "whole networks",
            [compose_latency_ms(model, layers) for layers in tested],
            actual_ms,
        )
    ]
    if len(measured.pairs) >= MIN_NETWORKS:
        blocks = _fit(measured.pairs, measured)
        composed_ms = [compose_latency_ms(blocks, layers) for layers in tested]
        found.append(prediction_accuracy("blocks only", composed_ms, actual_ms))
    counted = _macs_only(measured, tested)
    found.append(prediction_accuracy("multiply-accumulates only", counted, actual_ms))
    return tuple(found)


def _validated_accuracy(measured: MeasuredNetworks) -> tuple[Accuracy, ...]:
    fitted = list(measured.seen)
    # Each fold's model needs enough networks of its own.
    if len(fitted) * 4 // 5 < MIN_NETWORKS:
        return ()
    actual_ms = _latencies_ms(fitted, measured)
    predicted_ms = validated_latencies_ms(_layers(fitted, measured), actual_ms)
    return (prediction_accuracy("whole networks, cross-validated", predicted_ms, actual_ms),)


def _macs_only(measured: MeasuredNetworks, tested: Sequence[Sequence[Layer]]) -> list[float]:
    """Predict by the line through latency against multiply-accumulates: the baseline."""
    macs = [float(macs_per_px(layers)) for layers in _layers(measured.seen, measured)]
    actual_ms = np.array(_latencies_ms(measured.seen, measured))
    # Weighted for the least relative errors, as the latency model is fitted.
    line = np.polynomial.Polynomial.fit(macs, actual_ms, 1, w=1 / actual_ms)
    return [float(line(float(macs_per_px(layers)))) for layers in tested]
