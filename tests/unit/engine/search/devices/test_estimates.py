from __future__ import annotations

import msgspec
import pytest

from engine.search.devices.estimates import fit_published, roofline_ms
from engine.search.devices.profile import PublishedProfile, PublishedTime, RooflineProfile
from engine.space.layers import Layer

ROOFLINE = RooflineProfile(
    id="phone",
    device="Phone",
    processor="CPU",
    precision="fp32",
    peak_gmac_per_s=100,
    bandwidth_gb_per_s=10,
    efficiency=0.5,
    derivation="by hand",
    sources=("a data sheet",),
)


def published(times: list[tuple[float, float]]) -> PublishedProfile:
    return PublishedProfile(
        id="phone",
        device="Phone",
        processor="NPU",
        precision="int8",
        runtime="TensorFlow Lite",
        times=tuple(
            PublishedTime(network=f"n{n}", gmac=gmac, latency_ms=ms)
            for n, (gmac, ms) in enumerate(times)
        ),
        sources=("a table",),
    )


def test_a_layer_of_much_arithmetic_takes_as_long_as_that() -> None:
    layer = Layer(role="x", kernel_px=3, in_channels=100, out_channels=100)
    # 90,000 multiply-accumulates per pixel at half of 100 G per second.
    assert roofline_ms(ROOFLINE, [layer], pixels=1000) == pytest.approx(1.8)


def test_a_layer_of_little_arithmetic_waits_for_the_memory() -> None:
    layer = Layer(role="x", kernel_px=1, in_channels=4, out_channels=4, has_bias=False)
    # 8 values of 4 bytes per pixel, and 16 weights, at half of 10 GB per second.
    expected_ms = 4 * (8 * 1_000_000 + 16) / 5e9 * 1000
    assert roofline_ms(ROOFLINE, [layer], pixels=1_000_000) == pytest.approx(expected_ms)

    half = msgspec.structs.replace(ROOFLINE, precision="fp16")
    assert roofline_ms(half, [layer], pixels=1_000_000) == pytest.approx(expected_ms / 2)


def test_a_line_is_recovered() -> None:
    fit = fit_published(published([(g, 0.5 + g / 4) for g in (0.5, 3, 20, 300)]))

    assert fit.overhead_ms == pytest.approx(0.5, rel=1e-6)
    assert fit.gmac_per_s == pytest.approx(4000, rel=1e-6)
    assert fit.errors == pytest.approx((0, 0, 0, 0), abs=1e-6)
    assert fit.latency_ms(8) == pytest.approx(2.5)


def test_short_latencies_count_as_much_as_long_ones() -> None:
    fit = fit_published(published([(0.5, 1.0), (1.0, 1.1), (100.0, 60.0), (200.0, 90.0)]))

    assert max(map(abs, fit.errors)) < 0.2


def test_an_overhead_is_never_negative() -> None:
    fit = fit_published(published([(1.0, 0.5), (2.0, 2.0), (4.0, 6.0)]))
    assert fit.overhead_ms == 0
    assert fit.gmac_per_s > 0
