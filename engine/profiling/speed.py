"""Times networks against each other, in turns, through one runtime."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.core.cancellation import CancelToken
from engine.core.timing import time_runs
from engine.inference.network.session import (
    BatchF32,
    ExecutionSession,
    SessionSpec,
    open_session,
)
from engine.probing.answers import GraphCost
from engine.probing.process import measure_cost
from engine.profiling.machine import Machine, describe_machine, measure_peak_gflops
from engine.profiling.memory import measure_network_memory

_RATIO_ROUNDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedNetwork:
    """A network to be timed.

    Attributes:
        name: The name in the report.
        path: Its ONNX file.
        group: ``ours``, ``peer`` or ``reference``.
        precision: Precision of its weights.
    """

    name: str
    path: Path
    group: str
    precision: str = "fp32"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedSettings:
    """How to measure.

    Attributes:
        side_px: Side of the square LR input.
        rounds: Timed runs of each network.
        thread_count: CPU threads; 0 takes all physical cores.
        has_memory: Whether to measure memory, in a separate process per network.
        matrix_side: Side of the matrices that the machine's peak is measured with.
    """

    side_px: int = 256
    rounds: int = 20
    thread_count: int = 0
    has_memory: bool = True
    matrix_side: int = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSpeed:
    """The figures of one network.

    Attributes:
        name: As in `TimedNetwork`.
        group: As in `TimedNetwork`.
        precision: As in `TimedNetwork`.
        scale: Enlargement.
        params: Weights.
        gmac: 10^9 multiply-accumulates of one pass.
        latency_ms: Median of all rounds.
        latency_p95_ms: 95th percentile of all rounds.
        megapixels_per_s: Output pixels, 10^6 per second.
        gflops: 10^9 operations per second, two per multiply-accumulate.
        peak_share: ``gflops`` as a share of the machine's matrix-product peak.
        peak_rss_mb: Largest memory of a fresh process that runs only this
            network, in 10^6 bytes; None when it was not measured.
    """

    name: str
    group: str
    precision: str
    scale: int
    params: int
    gmac: float
    latency_ms: float
    latency_p95_ms: float
    megapixels_per_s: float
    gflops: float
    peak_share: float
    peak_rss_mb: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedReport:
    """The figures of all networks, which ran in turns.

    Attributes:
        machine: The machine they ran on.
        peak_gflops: Measured float32 matrix-product peak of the machine.
        provider: The execution provider of ONNX Runtime.
        input: Height and width of the LR input.
        rounds: Timed runs of each network.
        thread_count: CPU threads; 0 is all physical cores.
        networks: In the order they took turns.
        times_faster: For each of our networks, how many times faster it is than
            each network of the other groups and of its scale, by the medians.
    """

    machine: Machine
    peak_gflops: float
    provider: str
    input: str
    rounds: int
    thread_count: int
    networks: tuple[NetworkSpeed, ...]
    times_faster: dict[str, dict[str, float]]


def measure_speed(
    networks: Sequence[TimedNetwork],
    settings: SpeedSettings,
    *,
    progress: Callable[[int, int], None] = lambda done, total: None,
    token: CancelToken | None = None,
) -> SpeedReport:
    """Time ``networks`` in turns: A B C, A B C, and so on.

    Args:
        networks: At least one.
        settings: How to measure.
        progress: Receives the number of finished runs and of all runs.
        token: Stops between two runs.

    Raises:
        ModelRefusedError: If a file cannot be read or its operations cannot be counted.
        InferenceError: If a network cannot be run.
        JobCancelled: If ``token`` was cancelled.
    """
    costs = [_cost(network, settings) for network in networks]
    # Memory first: afterwards this process would compete with the children for it.
    memory_mb = [
        _memory_mb(network, cost.channels, settings)
        for network, cost in zip(networks, costs, strict=True)
    ]
    peak_gflops = measure_peak_gflops(side=settings.matrix_side)
    sessions = [
        open_session(SessionSpec.of_file(network.path, thread_count=settings.thread_count))
        for network in networks
    ]
    times_s = time_runs(
        [
            _run_on_noise(session, channels=cost.channels, side_px=settings.side_px)
            for session, cost in zip(sessions, costs, strict=True)
        ],
        rounds=settings.rounds,
        token=token,
        progress=progress,
    )
    # Whatever disturbed the first measurement of the peak may be over by now.
    peak_gflops = max(peak_gflops, measure_peak_gflops(side=settings.matrix_side))
    found = tuple(
        _summarize(
            network,
            cost,
            seconds,
            side_px=settings.side_px,
            peak_rss_mb=peak_rss_mb,
            peak_gflops=peak_gflops,
        )
        for network, cost, seconds, peak_rss_mb in zip(
            networks, costs, times_s, memory_mb, strict=True
        )
    )
    return SpeedReport(
        machine=describe_machine(),
        peak_gflops=peak_gflops,
        provider=sessions[0].provider.name,
        input=f"{settings.side_px}x{settings.side_px}",
        rounds=settings.rounds,
        thread_count=settings.thread_count,
        networks=found,
        times_faster=_times_faster(found),
    )


def relative_speed(fast: ExecutionSession, base: ExecutionSession, *, side_px: int) -> float:
    """Return how many times faster ``fast`` runs than ``base``: median of the rounds' ratios.

    Args:
        fast: A session of an RGB network.
        base: The session that it is compared with.
        side_px: Side of the square LR input.
    """
    tasks = [_run_on_noise(session, channels=3, side_px=side_px) for session in (fast, base)]
    fast_times_s, base_times_s = time_runs(tasks, rounds=_RATIO_ROUNDS)
    # The ratio within a round: both of its runs met the same disturbances.
    pairs = zip(base_times_s, fast_times_s, strict=True)
    return statistics.median(base_s / fast_s for base_s, fast_s in pairs)


def measure_latency_ms(
    path: Path, *, height_px: int, width_px: int, runs: int, thread_count: int
) -> float:
    """Return the median time of one pass of the RGB network in ``path``.

    Args:
        path: An ONNX file.
        height_px: Height of the LR input.
        width_px: Width of the LR input.
        runs: Timed runs.
        thread_count: CPU threads; 0 takes all physical cores.

    Raises:
        InferenceError: If it cannot be run.
    """
    session = open_session(SessionSpec.of_file(path, thread_count=thread_count))
    batch = _noise((1, 3, height_px, width_px))
    (times_s,) = time_runs([lambda: session.run(batch)], rounds=runs)
    return 1000 * statistics.median(times_s)


def _run_on_noise(
    session: ExecutionSession, *, channels: int, side_px: int
) -> Callable[[], BatchF32]:
    batch = _noise((1, channels, side_px, side_px))
    return lambda: session.run(batch)


def _noise(shape: tuple[int, ...]) -> BatchF32:
    # One seed: every network and every process computes on the same pixels.
    return np.random.default_rng(0).random(shape, dtype=np.float32)


def _cost(network: TimedNetwork, settings: SpeedSettings) -> GraphCost:
    return measure_cost(network.path, height_px=settings.side_px, width_px=settings.side_px)


def _memory_mb(network: TimedNetwork, channels: int, settings: SpeedSettings) -> float | None:
    if not settings.has_memory:
        return None
    memory = measure_network_memory(
        network.path,
        height_px=settings.side_px,
        width_px=settings.side_px,
        channels=channels,
        thread_count=settings.thread_count,
    )
    return memory.peak_rss_bytes / 1e6


def _summarize(
    network: TimedNetwork,
    cost: GraphCost,
    times_s: Sequence[float],
    *,
    side_px: int,
    peak_rss_mb: float | None,
    peak_gflops: float,
) -> NetworkSpeed:
    latency_s = statistics.median(times_s)
    # Two operations per multiply-accumulate, as processors' makers count.
    gflops = 2 * cost.macs / latency_s / 1e9
    height, width = cost.output_shape[2:]
    return NetworkSpeed(
        name=network.name,
        group=network.group,
        precision=network.precision,
        scale=height // side_px,
        params=cost.params,
        gmac=cost.macs / 1e9,
        latency_ms=1000 * latency_s,
        latency_p95_ms=1000 * float(np.percentile(times_s, 95)),
        megapixels_per_s=height * width / latency_s / 1e6,
        gflops=gflops,
        peak_share=gflops / peak_gflops,
        peak_rss_mb=peak_rss_mb,
    )


def _times_faster(networks: Sequence[NetworkSpeed]) -> dict[str, dict[str, float]]:
    others = [network for network in networks if network.group != "ours"]
    # Only networks of one scale do the same work.
    return {
        ours.name: {
            other.name: other.latency_ms / ours.latency_ms
            for other in others
            if other.scale == ours.scale
        }
        for ours in networks
        if ours.group == "ours"
    }
