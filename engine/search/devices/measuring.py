"""Measures this computer and makes its profile."""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from engine.config.mfa_sizes import MfaSizes
from engine.core.cancellation import CancelToken
from engine.core.processor import processor_name
from engine.search.devices.conditions import read_conditions
from engine.search.devices.interleaving import TimedRun, relative_time
from engine.search.devices.network_bench import NetworkBench, Writer
from engine.search.devices.networks import write_chain, write_network
from engine.search.devices.profile import MeasuredProfile, Observation, WidthLatency
from engine.search.devices.profile_making import MeasuredNetworks, make_profile
from engine.search.devices.sampling import REFERENCE, SCALE, block_pairs, draw_networks, draw_unseen
from engine.search.devices.this_computer import local_runtime

WIDTHS = (8, 16, 24, 32, 40, 48, 56, 64)
_CHAIN_LENGTHS = (2, 6)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureSettings:
    """How to measure.

    Attributes:
        profile_id: Id of the profile.
        height_px: Height of the LR input.
        width_px: Width of the LR input.
        thread_count: CPU threads; 0 takes all physical cores.
        networks: Random networks that the latency model is fitted to.
        unseen: Further ones that only test it.
        rounds: Timed runs of each network.
        seed: Decides which networks.
        has_blocks: Whether to measure the table of block latencies.
        has_widths: Whether to measure latency against width.
    """

    profile_id: str
    height_px: int = 180
    width_px: int = 320
    thread_count: int = 1
    networks: int = 160
    unseen: int = 100
    rounds: int = 8
    seed: int = 0
    has_blocks: bool = True
    has_widths: bool = True


def measure_device(
    settings: MeasureSettings,
    *,
    progress: Callable[[int, int], None] = lambda done, total: None,
    token: CancelToken | None = None,
) -> MeasuredProfile:
    """Return the profile of this computer.

    Args:
        settings: How to measure.
        progress: Receives the number of finished and of all measurements.
        token: Stops between two runs.

    Raises:
        ConfigError: If too few networks are asked for.
        InferenceError: If a network cannot be run.
        JobCancelled: If ``token`` was cancelled.
    """
    seen = draw_networks(settings.networks, seed=settings.seed, scale=SCALE)
    unseen = draw_unseen(settings.unseen, seen, scale=SCALE)
    pairs = block_pairs() if settings.has_blocks else ()
    chains = [(w, n) for w in WIDTHS for n in _CHAIN_LENGTHS] if settings.has_widths else []
    networks = [*seen, *unseen, *(sizes for pair in pairs for sizes in pair)]
    writers = [*map(_network_writer, networks), *(_chain_writer(*chain) for chain in chains)]
    bench = _bench(settings, progress, token)
    before = read_conditions()
    runs = bench.time(writers)
    after = read_conditions()
    found = list(map(_observation, networks, runs[: len(networks)]))
    measured = MeasuredNetworks(
        seen=found[: len(seen)],
        unseen=found[len(seen) : len(seen) + len(unseen)],
        pairs=found[len(seen) + len(unseen) :],
        reference=REFERENCE,
        scale=SCALE,
        reference_ms=1000 * float(np.median(bench.reference_s)),
        reference_spread=_spread(bench.reference_s),
    )
    return make_profile(
        measured,
        profile_id=settings.profile_id,
        # Not its name in the network: profiles are passed on.
        device=f"computer with {platform.system()} on {platform.machine()}",
        processor=processor_name(),
        runtime=local_runtime(settings.thread_count),
        size_px=(settings.height_px, settings.width_px),
        measured_at=datetime.now(UTC).isoformat(timespec="seconds"),
        before=before,
        after=after,
        widths=_width_table(runs[len(networks) :], measured.reference_ms, settings)
        if chains
        else (),
    )


def measure_widths(
    settings: MeasureSettings,
    *,
    progress: Callable[[int, int], None] = lambda done, total: None,
    token: CancelToken | None = None,
) -> tuple[WidthLatency, ...]:
    """Return the latency of a 3x3 convolution against its width, alone; see `measure_device`."""
    writers = [_chain_writer(w, n) for w in WIDTHS for n in _CHAIN_LENGTHS]
    bench = _bench(settings, progress, token)
    runs = bench.time(writers)
    return _width_table(runs, 1000 * float(np.median(bench.reference_s)), settings)


def _bench(
    settings: MeasureSettings, progress: Callable[[int, int], None], token: CancelToken | None
) -> NetworkBench:
    return NetworkBench(
        size_px=(settings.height_px, settings.width_px),
        thread_count=settings.thread_count,
        rounds=settings.rounds,
        progress=progress,
        token=token,
    )


def _network_writer(sizes: MfaSizes) -> Writer:
    return lambda path: write_network(sizes, path, scale=SCALE)


def _chain_writer(width: int, length: int) -> Writer:
    return lambda path: write_chain(width, length, path)


def _observation(sizes: MfaSizes, runs: Sequence[TimedRun]) -> Observation:
    time = relative_time(runs)
    return Observation(sizes=sizes, ratio=time.ratio, spread=time.spread, runs=len(runs))


def _width_table(
    runs: Sequence[Sequence[TimedRun]], reference_ms: float, settings: MeasureSettings
) -> tuple[WidthLatency, ...]:
    ratios = [relative_time(chain).ratio for chain in runs]
    short, long = _CHAIN_LENGTHS
    gmac = 9 * settings.height_px * settings.width_px / 1e9
    found = []
    for width, brief, full in zip(WIDTHS, ratios[::2], ratios[1::2], strict=True):
        latency_ms = reference_ms * (full - brief) / (long - short)
        # Noise may make a short chain of tiny pictures the slower one.
        rate = 1000 * gmac * width**2 / latency_ms if latency_ms > 0 else 0.0
        found.append(WidthLatency(width=width, latency_ms=latency_ms, gmac_per_s=rate))
    return tuple(found)


def _spread(values: Sequence[float]) -> float:
    low, middle, high = np.quantile(values, (0.25, 0.5, 0.75))
    return float((high - low) / 2 / middle)
