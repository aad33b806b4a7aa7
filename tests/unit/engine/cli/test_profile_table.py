"""Costs of networks are shown beside those of the first network."""

from __future__ import annotations

import dataclasses

from engine.cli.profile_table import Profile, to_markdown

_LARGE = Profile(
    network="large",
    params=1_000_000,
    gmac=100.0,
    activations_m=50.0,
    live_peak_mb=None,
    peak_growth_mb=None,
    peak_rss_mb=None,
    latency_ms=20.0,
    input="256x256",
    threads=1,
    runs=5,
)


def test_ratios_are_to_the_first_network() -> None:
    small = dataclasses.replace(_LARGE, network="small", params=5000, gmac=4.0, latency_ms=10.0)

    header, _, first, second, _, legend = to_markdown([_LARGE, small]).splitlines()

    assert header == "| network | parameters | GMAC | M act. | ms |"
    assert first == "| large | 1,000,000 | 100.00 | 50.0 | 20.0 |"
    assert second == "| small | 5,000 | 4.00 (÷ 25.0) | 50.0 (÷ 1.0) | 10.0 (÷ 2.0) |"
    assert legend == "Input 256x256; ÷ n: n times less than large."


def test_a_value_that_was_not_measured_is_a_dash() -> None:
    unmeasured = dataclasses.replace(_LARGE, network="small", latency_ms=None)

    row = to_markdown([_LARGE, unmeasured]).splitlines()[3]

    assert row.endswith("| - |")
