"""Writes the costs of networks as a table, with ratios to the first of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.core.markdown_table import markdown_table


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The cost of one pass.

    Attributes:
        network: The network as it was named.
        params: Parameters of the network as it ships.
        gmac: 10^9 multiply-accumulates.
        activations_m: 10^6 elements in all outputs of convolutions.
        live_peak_mb: Most feature maps alive at once, estimated from the graph,
            in 10^6 bytes; None when the network was not exported.
        peak_growth_mb: Memory that loading and running the network took in a
            fresh process, in 10^6 bytes; None when it was not measured.
        peak_rss_mb: Largest memory of that process; None when it was not measured.
        latency_ms: Median of the timed runs; None when none was timed.
        input: Height and width of the LR input.
        threads: CPU threads; 0 is all physical cores.
        runs: Number of timed runs.
    """

    network: str
    params: int
    gmac: float
    activations_m: float
    live_peak_mb: float | None
    peak_growth_mb: float | None
    peak_rss_mb: float | None
    latency_ms: float | None
    input: str
    threads: int
    runs: int


@dataclass(frozen=True, slots=True)
class _Column:
    title: str
    value: Callable[[Profile], float | None]
    digits: int


_COLUMNS = (
    _Column("GMAC", lambda profile: profile.gmac, 2),
    _Column("M act.", lambda profile: profile.activations_m, 1),
    _Column("live MB (estimate)", lambda profile: profile.live_peak_mb, 1),
    _Column("MB (measured)", lambda profile: profile.peak_growth_mb, 0),
    _Column("process MB (measured)", lambda profile: profile.peak_rss_mb, 0),
    _Column("ms", lambda profile: profile.latency_ms, 1),
)


def to_markdown(profiles: Sequence[Profile]) -> str:
    """Return a Markdown table; ``(÷ n)`` means n times less than the first network.

    Args:
        profiles: At least one.
    """
    first = profiles[0]
    columns = [column for column in _COLUMNS if column.value(first) is not None]
    header = ["network", "parameters", *(column.title for column in columns)]
    rows = [
        [profile.network, f"{profile.params:,}", *(_cell(c, profile, first) for c in columns)]
        for profile in profiles
    ]
    return f"{markdown_table(header, rows)}\n{_legend(profiles)}\n"


def _cell(column: _Column, profile: Profile, first: Profile) -> str:
    value, reference = column.value(profile), column.value(first)
    if value is None:
        return "-"
    text = f"{value:,.{column.digits}f}"
    if profile is first or not reference or not value:
        return text
    return f"{text} (÷ {reference / value:.1f})"


def _legend(profiles: Sequence[Profile]) -> str:
    lines = [f"Input {profiles[0].input}; ÷ n: n times less than {profiles[0].network}."]
    if profiles[0].live_peak_mb is not None:
        lines.append("Live: feature maps alive at once, in fp32, estimated from the graph.")
    if profiles[0].peak_rss_mb is not None:
        lines.append(
            "Measured: peak of a new process that runs only this network, with ONNX Runtime "
            "on the CPU, without what it had before it loaded the network; and as a whole."
        )
    return " ".join(lines)
