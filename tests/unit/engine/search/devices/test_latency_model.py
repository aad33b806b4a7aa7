"""The latency model on synthetic devices, whose true latencies are known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import msgspec
import numpy as np
import pytest

from engine.core.errors import ConfigError
from engine.search.devices.latency_model import (
    MIN_NETWORKS,
    compose_latency_ms,
    fit_latency_model,
    prediction_accuracy,
    unknown_layer,
    validated_latencies_ms,
)
from engine.search.devices.layers import layers_of
from engine.search.devices.sampling import draw_networks
from engine.space.layers import Layer

LayerTime = Callable[[Layer], float]


def staircase(lanes: int) -> LayerTime:
    """A device that computes channels in groups of ``lanes``."""

    def layer_ms(layer: Layer) -> float:
        channels = layer.in_channels
        groups = -(-channels // lanes) if channels >= lanes else channels / lanes / 2
        return 0.1 * groups * -(-layer.out_channels // lanes) * layer.kernel_px**2 + 0.05

    return layer_ms


def whimsical(layer: Layer) -> float:
    """A device on which each layer takes a time of its own."""
    seed = (layer.kernel_px, layer.in_channels, layer.out_channels)
    share = float(np.random.default_rng(seed).uniform(0.8, 1.2))
    return staircase(16)(layer) * share


def latencies_ms(device: LayerTime, networks: Sequence[Sequence[Layer]]) -> list[float]:
    return [3.0 + sum(map(device, layers)) for layers in networks]


def networks(count: int, *, seed: int) -> list[tuple[Layer, ...]]:
    return [layers_of(sizes, scale=4) for sizes in draw_networks(count, seed=seed, scale=4)]


@pytest.mark.parametrize("lanes", [4, 8, 16])
def test_a_device_with_lanes_is_recovered_from_few_networks(lanes: int) -> None:
    device = staircase(lanes)
    seen, unseen = networks(60, seed=1), networks(40, seed=2)

    model = fit_latency_model(seen, latencies_ms(device, seen))

    predicted_ms = [compose_latency_ms(model, layers) for layers in unseen]
    np.testing.assert_allclose(predicted_ms, latencies_ms(device, unseen), rtol=1e-4)


def test_a_device_with_a_time_for_each_layer_is_recovered_exactly() -> None:
    seen, unseen = networks(400, seed=1), networks(40, seed=2)

    model = fit_latency_model(seen, latencies_ms(whimsical, seen))

    predicted_ms = [compose_latency_ms(model, layers) for layers in unseen]
    np.testing.assert_allclose(predicted_ms, latencies_ms(whimsical, unseen), rtol=1e-4)


def test_noise_and_disturbed_measurements_do_not_spoil_the_model() -> None:
    random = np.random.default_rng(0)
    seen, unseen = networks(160, seed=1), networks(100, seed=2)
    measured_ms = np.array(latencies_ms(whimsical, seen)) * random.normal(1, 0.01, 160)
    measured_ms[::20] *= 1.5

    model = fit_latency_model(seen, list(measured_ms))

    found = prediction_accuracy(
        "model",
        [compose_latency_ms(model, layers) for layers in unseen],
        latencies_ms(whimsical, unseen),
    )
    assert found.mape < 0.03
    assert found.spearman > 0.99
    assert found.within_5 >= 0.9


def test_a_layer_that_was_never_measured_follows_its_neighbors() -> None:
    device = staircase(16)
    seen = networks(60, seed=1)
    wider = (*seen[0], Layer(role="more", kernel_px=3, in_channels=64, out_channels=64))

    model = fit_latency_model(seen, latencies_ms(device, seen))

    assert compose_latency_ms(model, wider) == pytest.approx(
        latencies_ms(device, [wider])[0], rel=1e-3
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kernel_px": 5}, "5x5 convolutions"),
        ({"groups": 16}, "3x3 convolutions in groups"),
        ({"side": Fraction(2)}, "3x3 convolutions at 2 times the size of the input"),
        ({}, None),
    ],
)
def test_kinds_of_layers_that_were_never_measured_are_named(
    change: dict[str, Any], words: str | None
) -> None:
    seen = networks(60, seed=1)
    model = fit_latency_model(seen, latencies_ms(staircase(16), seen))
    layer = Layer(role="x", kernel_px=3, in_channels=16, out_channels=16)

    assert unknown_layer(model, seen[0]) is None
    assert unknown_layer(model, [*seen[0], msgspec.structs.replace(layer, **change)]) == words


def test_validated_latencies_are_of_models_that_had_not_seen_the_network() -> None:
    seen = networks(60, seed=1)
    measured_ms = latencies_ms(staircase(16), seen)
    honest = validated_latencies_ms(seen, measured_ms)
    np.testing.assert_allclose(honest, measured_ms, rtol=1e-3)

    measured_ms[7] *= 3
    assert validated_latencies_ms(seen, measured_ms)[7] < 0.5 * measured_ms[7]


def test_too_few_networks_are_refused() -> None:
    few = networks(MIN_NETWORKS - 1, seed=1)
    with pytest.raises(ConfigError, match=f"at least {MIN_NETWORKS}"):
        fit_latency_model(few, latencies_ms(staircase(16), few))


def test_accuracy_by_hand() -> None:
    found = prediction_accuracy("x", [104.0, 92.0, 50.0, 208.0], [100.0, 100.0, 100.0, 200.0])

    assert found.mape == pytest.approx((0.04 + 0.08 + 0.5 + 0.04) / 4)
    assert found.bias == pytest.approx((0.04 - 0.08 - 0.5 + 0.04) / 4)
    assert (found.within_5, found.within_10, found.networks) == (0.5, 0.75, 4)


def test_rank_correlation_of_reversed_order_is_minus_one() -> None:
    assert prediction_accuracy("x", [3, 2, 1], [1.0, 2.0, 3.0]).spearman == pytest.approx(-1)
