"""``mfagan profile``: count and measure the cost of networks."""

from __future__ import annotations

import dataclasses
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from engine.cli.command_app import make_app
from engine.cli.common_options import JsonOption, ThreadsOption
from engine.cli.input_size import parse_input_size
from engine.cli.output import Output
from engine.cli.overrides import parse_overrides
from engine.cli.profile_table import Profile, to_markdown
from engine.cli.profile_targets import open_target
from engine.probing.process import measure_cost
from engine.profiling.memory import measure_network_memory
from engine.profiling.speed import measure_latency_ms

app = make_app()

_RUNS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Settings:
    """How to profile.

    Attributes:
        height_px: Height of the LR input.
        width_px: Width of the LR input.
        runs: Timed runs.
        threads: CPU threads; 0 is all physical cores.
        is_measured: Whether to export the network and to measure its memory.
    """

    height_px: int
    width_px: int
    runs: int
    threads: int
    is_measured: bool


@app.command("profile")
def profile_networks(
    networks: Annotated[
        list[str],
        typer.Argument(
            metavar="NETWORK...",
            help="Generators (mfanet:40x8 has 40 channels and 8 blocks), recipes or ONNX files.",
        ),
    ],
    *,
    values: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="KEY=VALUE",
            help="Change a size of the generators, such as channels=40. Repeatable.",
        ),
    ] = None,
    size: Annotated[str, typer.Option("--input", help="LR input as HEIGHTxWIDTH.")] = ("256x256"),
    runs: Annotated[
        int | None,
        typer.Option(
            help="Number of timed runs; 0 skips timing. Default: 20, or 0 in a table.",
            min=0,
        ),
    ] = None,
    threads: ThreadsOption = 0,
    is_table: Annotated[
        bool,
        typer.Option("--table", help="Write a Markdown table with ratios to the first network."),
    ] = False,
    is_json: JsonOption = False,
) -> None:
    """Profile a network: parameters, MACs, activations, memory and latency.

    The network is counted as it ships: branches that only training needs are
    folded. Latency and memory are measured with ONNX Runtime in fp32 on the
    CPU, memory in a separate process per network. Several networks are shown in
    a table.

    For example:

        mfagan profile rrdbnet srresnet mfanet:40x8 --table
    """
    height_px, width_px = parse_input_size(size)
    overrides = parse_overrides(values or [])
    # A table compares memory; timing each network too is only worth it on request.
    is_table = is_table or len(networks) > 1
    runs = runs if runs is not None else 0 if is_table else _RUNS
    settings = _Settings(
        height_px=height_px,
        width_px=width_px,
        runs=runs,
        threads=threads,
        is_measured=is_table or runs > 0,
    )
    output = Output(is_json=is_json)
    profiles = [_profile(network, overrides, settings, output) for network in networks]
    _print_profiles(profiles, output, is_table=is_table)


def _profile(
    network: str, overrides: dict[str, str], settings: _Settings, output: Output
) -> Profile:
    height_px, width_px = settings.height_px, settings.width_px
    with tempfile.TemporaryDirectory(prefix="mfagan-profile-") as folder:
        target = open_target(
            network,
            overrides,
            height_px=height_px,
            width_px=width_px,
            # Exporting takes seconds, and counting alone does not need it.
            folder=Path(folder) if settings.is_measured else None,
            warn=output.warning,
        )
        live = growth = rss = None
        if target.path is not None:
            cost = measure_cost(target.path, height_px=height_px, width_px=width_px)
            live = cost.live_peak_bytes
        if target.path is not None and settings.is_measured:
            memory = measure_network_memory(
                target.path,
                height_px=height_px,
                width_px=width_px,
                channels=3,
                thread_count=settings.threads,
            )
            growth, rss = memory.growth_bytes, memory.peak_rss_bytes
        latency_ms = None
        if target.path is not None and settings.runs:
            latency_ms = measure_latency_ms(
                target.path,
                height_px=height_px,
                width_px=width_px,
                runs=settings.runs,
                thread_count=settings.threads,
            )
    return Profile(
        network=network,
        params=target.params,
        gmac=target.macs / 1e9,
        activations_m=target.activations / 1e6,
        live_peak_mb=_megabytes(live),
        peak_growth_mb=_megabytes(growth),
        peak_rss_mb=_megabytes(rss),
        latency_ms=latency_ms,
        input=f"{height_px}x{width_px}",
        threads=settings.threads,
        runs=settings.runs,
    )


def _megabytes(size_bytes: int | None) -> float | None:
    return None if size_bytes is None else size_bytes / 1e6


def _print_profiles(profiles: list[Profile], output: Output, *, is_table: bool) -> None:
    if output.is_json:
        documents = [dataclasses.asdict(profile) for profile in profiles]
        output.document(documents[0] if len(documents) == 1 else {"profiles": documents})
        return
    if is_table:
        output.block(to_markdown(profiles))
        return
    found = profiles[0]
    rows = [
        ("parameters", f"{found.params:,}"),
        ("GMAC", f"{found.gmac:.2f}"),
        ("activations", f"{found.activations_m:.1f} M"),
    ]
    if found.live_peak_mb is not None:
        rows.append(("live feature maps, estimated", f"{found.live_peak_mb:.0f} MB"))
    if found.latency_ms is not None:
        rows.append(("latency", f"{found.latency_ms:.1f} ms (median of {found.runs})"))
    if found.peak_rss_mb is not None and found.peak_growth_mb is not None:
        rows.append(("peak memory", f"{found.peak_rss_mb:.0f} MB"))
        rows.append(("of it for the network", f"{found.peak_growth_mb:.0f} MB"))
    output.table((f"at {found.input}", ">"), rows)
